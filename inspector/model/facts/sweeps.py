"""Deletions that one response makes one after the other: one entry of the timeline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.events.union import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieSweep:
    """Two or more cookies that a response deleted."""

    deletions: tuple[CookieSet, ...]

    @property
    def first(self) -> CookieSet:
        """The event that stands for them all."""
        return self.deletions[0]


def gather_sweeps(
    waiting: tuple[CookieSet, ...], events: Iterable[Event]
) -> tuple[list[Event | CookieSweep], tuple[CookieSet, ...]]:
    """Return the entries of some events, and the deletions at their end that may go on."""
    entries: list[Event | CookieSweep] = []
    for event in events:
        if not isinstance(event, CookieSet) or not event.is_deletion:
            if waiting:
                entries += close_sweep(waiting)
                waiting = ()
            entries.append(event)
        elif waiting and _belongs_to(waiting[0], event):
            waiting = (*waiting, event)
        else:
            entries += close_sweep(waiting)
            waiting = (event,)
    return entries, waiting


def _belongs_to(first: CookieSet, event: CookieSet) -> bool:
    """Check whether a deletion is of the same response and session: a login's own is another."""
    return (first.cause, first.session, first.path) == (event.cause, event.session, event.path)


def close_sweep(waiting: tuple[CookieSet, ...]) -> list[Event | CookieSweep]:
    """Return the entry of deletions that do not go on: one is shown as itself."""
    if len(waiting) > 1:
        return [CookieSweep(deletions=waiting)]
    return list(waiting)
