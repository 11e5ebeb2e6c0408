"""The clock that ends a session, of those that run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from session_inspector.devserver.core.events.base import Timer, TimerName
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.row_ends import OF_THE_COOKIE, OF_THE_ROW
from session_inspector.inspector.model.facts.state import UNASKED, KnownSession
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
NOWHERE: Mapping[TimerName, Seconds | None] = {}


def find_end(known: KnownSession) -> Timer | None:
    """Return the clock that ends a session; the provider's own clocks end none.

    A known session never changes, so the answer is kept with it: a filter asks a million again at
    each letter.
    """
    if known.end is UNASKED:
        object.__setattr__(known, "end", _find_end(known))
    return known.end


def _find_end(known: KnownSession) -> Timer | None:
    timers = own_timers(known)
    by_hand = known.forced
    if by_hand:
        forced = [timer for timer in timers if timer.name in by_hand]
        timers = [timer for timer in timers if timer.name not in by_hand]
        first = find_first_end(forced, by_hand)
        if first is not None:
            return replace(first, ends=by_hand[first.name])
    return _find_running_end(known, timers)


def _find_running_end(known: KnownSession, timers: Sequence[Timer]) -> Timer | None:
    """Return the first end of clocks that run or have run out: nothing that is dead has one.

    The cookie's end is the one that was seen on the wire, where one was.
    """
    if known.row is not None and not known.row.is_there:
        timers = [timer for timer in timers if timer.name not in OF_THE_ROW]
    if not known.cookies:
        return find_first_end(timers)
    if is_deleted(known):
        return find_first_end([timer for timer in timers if timer.name not in OF_THE_COOKIE])
    ends = seen_end(known)
    first = find_first_end(timers, {"cookie": ends})
    if first is None or first.name != "cookie":
        return first
    return replace(first, ends=ends)


def find_first_end(
    timers: Iterable[E], moved: Mapping[TimerName, Seconds | None] = NOWHERE
) -> E | None:
    """Return the clock that ends the session; of equal ones the cause, not what follows it.

    `moved`: clocks that end at another moment than they say; None: they end nothing.
    """
    first: E | None = None
    lowest = (0, False)
    for timer in timers:
        if not timer.ends_session:
            continue
        ends = moved.get(timer.name, timer.ends)
        if ends is None:
            continue
        # clocks within a second of each other are one end: the cause is named, not its follower
        rank = (round(ends), timer.name not in CAUSES)
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
