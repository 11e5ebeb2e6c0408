"""The last minutes as small graphs: requests, rolls, refreshes, refusals; and where alarms fell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.pulse import KEPT, SPAN, PulseBucket
from session_inspector.inspector.model.facts.state import State

NAMES = ("requests", "rolls", "refreshes", "refusals")
LEAST = 3
"""Of the busiest bucket: the graph of a few does not look like that of many."""
LEVELS = 3
"""Heights above the ground line."""
DOTS = ((0x40, 0x44, 0x46, 0x47), (0x80, 0xA0, 0xB0, 0xB8))
"""Braille dots of the left and the right column, by height; the ground line has one."""
BRAILLE = 0x2800
PLAIN = "_.:|"
"""Heights where a terminal has no Braille."""
PLAIN_ALARM = "!"
EMPTY = PulseBucket()


@dataclass(frozen=True, slots=True)
class PulseCell:
    """One character of a graph: twenty seconds."""

    text: str
    is_quiet: bool
    """Nothing happened."""
    has_alarm: bool


@dataclass(frozen=True, slots=True)
class PulseGraph:
    """One kind of event over the last minutes."""

    name: str
    cells: tuple[PulseCell, ...]
    """The newest last."""
    total: int
    """Of what is drawn."""


def pulse_graphs(
    state: State, now: Seconds, cells: int, *, is_plain: bool
) -> tuple[PulseGraph, ...]:
    """Return a graph of so many characters for each kind of event."""
    count = min(KEPT, 2 * cells)
    newest = int(now // SPAN)
    buckets = [
        state.pulse.buckets.get(number, EMPTY) for number in range(newest - count + 1, newest + 1)
    ]
    return tuple(_draw_graph(name, buckets, is_plain=is_plain) for name in NAMES)


def _draw_graph(name: str, buckets: Sequence[PulseBucket], *, is_plain: bool) -> PulseGraph:
    values: list[int] = [attrgetter(name)(bucket) for bucket in buckets]
    most = max(LEAST, *values) if values else LEAST
    heights = [_height(value, most) for value in values]
    cells: list[PulseCell] = []
    for at in range(0, len(buckets) - 1, 2):
        has_alarm = bool(buckets[at].alarms or buckets[at + 1].alarms)
        pair = (heights[at], heights[at + 1])
        text = _plain(pair, has_alarm=has_alarm) if is_plain else _braille(pair)
        cells.append(PulseCell(text, is_quiet=pair == (0, 0), has_alarm=has_alarm))
    return PulseGraph(name, tuple(cells), sum(values))


def _height(value: int, most: int) -> int:
    """Return the height of a column; what happened at all is above the ground line."""
    if value <= 0:
        return 0
    return max(1, round(value * LEVELS / most))


def _braille(pair: tuple[int, int]) -> str:
    left, right = pair
    return chr(BRAILLE + DOTS[0][left] + DOTS[1][right])


def _plain(pair: tuple[int, int], *, has_alarm: bool) -> str:
    if has_alarm:
        return PLAIN_ALARM
    return PLAIN[max(pair)]
