"""Clocks that agree, as one line of the ladder; those that disagree stand alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.events.base import Origin, TimerName
from session_inspector.inspector.model.facts.rows import TimerRow

TOLERANCE = 2.0
"""Seconds that the ends of clocks may differ to be the same."""
DISAGREES = "⚠"
"""Begins the note of a clock that disagrees with another."""
SHORT: dict[TimerName, str] = {
    "cookie": "cookie",
    "sealed": "sealed",
    "store": "row",
    "provider": "provider",
}
"""Names beside others; the rest has its label."""


@dataclass(frozen=True, slots=True)
class ClockGroup:
    """Clocks with the same end."""

    clocks: tuple[TimerRow, ...]
    """The one that ends the session first; at least one."""

    @property
    def head(self) -> TimerRow:
        """The clock whose time is shown."""
        return self.clocks[0]

    @property
    def label(self) -> str:
        """Its names: `inactivity = cookie = sealed = row`."""
        if len(self.clocks) == 1:
            return self.head.label
        return " = ".join(SHORT.get(clock.name, clock.label) for clock in self.clocks)

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where they are known from, each once."""
        return tuple(dict.fromkeys(clock.origin for clock in self.clocks))

    @property
    def is_disagreeing(self) -> bool:
        """Check for a clock that should end with another and does not."""
        return self.head.note.startswith(DISAGREES)

    @property
    def note(self) -> str:
        """What it means; nothing where several clocks would each say something else."""
        if len(self.clocks) > 1:
            return ""
        return self.head.note


def group_clocks(rows: Sequence[TimerRow]) -> tuple[ClockGroup, ...]:
    """Return the clocks of a ladder in groups, the earliest end first."""
    groups: list[list[TimerRow]] = []
    for row in rows:
        if groups and _may_join(groups[-1][0], row):
            groups[-1].append(row)
        else:
            groups.append([row])
    return tuple(ClockGroup(_put_first(group)) for group in groups)


def _may_join(one: TimerRow, other: TimerRow) -> bool:
    if DISAGREES in (one.note[:1], other.note[:1]):
        return False
    if _state_of(one) != _state_of(other):
        return False
    if one.ends is None or other.ends is None:
        return one.ends == other.ends and one.left == other.left
    return abs(one.ends - other.ends) <= TOLERANCE


def _state_of(row: TimerRow) -> tuple[bool, bool, bool]:
    return row.is_past, row.is_forced, row.is_stopped


def _put_first(group: list[TimerRow]) -> tuple[TimerRow, ...]:
    """Return a group with the clock that ends the session before the others."""
    return tuple(sorted(group, key=lambda row: not row.is_first))
