"""The clock that ends a session, of those that run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from session_inspector.devserver.core.events.base import Timer, TimerName
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.row_ends import OF_THE_COOKIE, OF_THE_ROW
from session_inspector.inspector.model.facts.state import KnownSession
from session_inspector.inspector.model.views.selectors.cookie import is_deleted, seen_end

CAUSES: tuple[TimerName, ...] = ("inactivity", "absolute", "ceiling")
"""Clocks that are reasons; the cookie's and the store's only follow them."""


class EndingClock(Protocol):
    """What ends at a moment, and a session perhaps with it."""

    @property
    def name(self) -> TimerName:
        """Which clock it is."""
        ...

    @property
    def ends(self) -> Seconds | None:
        """When; None: never."""
        ...

    @property
    def ends_session(self) -> bool:
        """Whether the session is over then."""
        ...

    @property
    def where(self) -> str:
        """The member that holds it, of a clock inside a row."""
        ...


E = TypeVar("E", bound=EndingClock)


def find_end(known: KnownSession) -> Timer | None:
    """Return the clock that ends a session; the provider's own clocks end none."""
    timers = running_timers(known)
    if known.forced:
        by_hand = [timer for timer in timers if timer.name in known.forced]
        return find_first_end(by_hand) or find_first_end(timers)
    return find_first_end(timers)


def find_first_end(timers: Iterable[E]) -> E | None:
    """Return the clock that ends the session; of equal ones the cause, not what follows it."""
    first: E | None = None
    lowest = (0, False)
    for timer in timers:
        if not timer.ends_session or timer.ends is None:
            continue
        # clocks within a second of each other are one end: the cause is named, not its follower
        rank = (round(timer.ends), timer.name not in CAUSES)
        if first is None or rank < lowest:
            first = timer
            lowest = rank
    return first


def own_timers(known: KnownSession) -> Sequence[Timer]:
    """Return the clocks that a session has, and those that it got by being expired by hand."""
    if not known.forced:
        return known.facts.timers
    names = {timer.name for timer in known.facts.timers}
    added = [
        Timer(name=name, ends=at, ends_session=name in CAUSES)
        for name, at in known.forced.items()
        if name not in names
    ]
    return (*known.facts.timers, *added)


def running_timers(known: KnownSession) -> Sequence[Timer]:
    """Return the clocks of a session that run or have run out: nothing that is dead has one.

    The cookie's end is the one that was seen on the wire, where one was.
    """
    has_row = known.row is None or known.row.is_there
    if has_row and not known.forced and not known.cookies:
        return known.facts.timers  # all of them run: most of a million
    is_gone = is_deleted(known)
    running: list[Timer] = []
    for timer in own_timers(known):
        if timer.name in known.forced:
            running.append(replace(timer, ends=known.forced[timer.name]))
        elif timer.name in OF_THE_COOKIE:
            if not is_gone:
                running.append(_with_seen_end(known, timer))
        elif has_row or timer.name not in OF_THE_ROW:
            running.append(timer)
    return running


def _with_seen_end(known: KnownSession, timer: Timer) -> Timer:
    if timer.name != "cookie" or not known.cookies:
        return timer
    ends = seen_end(known)
    return Timer(name="cookie", ends=ends, ends_session=timer.ends_session and ends is not None)
