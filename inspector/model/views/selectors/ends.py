"""The clock that ends a session, of those that run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from session_inspector.devserver.core.events.base import Timer, TimerName
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.state import KnownSession
from session_inspector.inspector.model.fold.endings import is_copy_accepted
from session_inspector.inspector.model.views.selectors.cookie import (
    end_by_rule,
    is_dead,
    seen_end,
)
from session_inspector.inspector.model.views.selectors.row import is_row_there

CAUSES: tuple[TimerName, ...] = ("inactivity", "absolute", "ceiling")
"""Clocks that are reasons; the cookie's and the store's only follow them."""

NO_END: dict[TimerName, str] = {"cookie": "with browser"}
"""What a clock without an end says; the others: never."""
UNKNOWN_END = "not known"


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
    has_row = known.row is None or known.row.is_there
    if has_row and not known.forced and not known.cookies and known.sent is None:
        return find_first_end(known.facts.timers)  # all of them run: most of a million
    timers = tuple(running_timers(known))
    by_hand = tuple(timer for timer in timers if timer.name in known.forced)
    return find_first_end(by_hand) or find_first_end(timers)


def describe_no_end(name: TimerName) -> str:
    """Return what a clock says that has no end."""
    return NO_END.get(name, "never")


def describe_endless(known: KnownSession) -> str:
    """Return when a session ends that no clock ends: its row never, a cookie with its browser.

    Of a cookie that was only brought nobody knows until when the browser keeps it.
    """
    endless = {timer.name for timer in running_timers(known) if timer.ends is None}
    if is_row_there(known):
        return describe_no_end("store")
    if "cookie" in endless:
        return describe_no_end("cookie")
    if not endless:
        return UNKNOWN_END
    return describe_no_end("store")


def find_first_end(timers: Sequence[E]) -> E | None:
    """Return the clock that ends the session; of equal ones the cause, not what follows it."""
    ending = [timer for timer in timers if timer.ends_session and timer.ends is not None]
    return min(ending, key=_rank_end, default=None)


def own_timers(known: KnownSession) -> Iterator[Timer]:
    """Yield the clocks that a session has, and those that it got by being expired by hand."""
    yield from known.facts.timers
    names = {timer.name for timer in known.facts.timers}
    for name, at in known.forced.items():
        if name not in names:
            yield Timer(name=name, ends=at, ends_session=name in CAUSES)


def running_timers(known: KnownSession) -> Iterator[Timer]:
    """Yield the clocks of a session that run or have run out: nothing that is dead has one.

    The cookie's end is the one that was seen on the wire, where one was.
    """
    is_gone = is_dead(known)
    for timer in own_timers(known):
        if timer.name in known.forced:
            yield replace(timer, ends=known.forced[timer.name])
        elif timer.name in ("store", "inside"):
            if known.row is None or is_row_there(known):
                yield timer
        elif timer.name not in ("cookie", "sealed"):
            yield timer
        elif timer.name == "sealed" and is_copy_accepted(known.ended):
            yield timer  # a copy has it inside, whatever became of the browser's own
        elif not is_gone:
            yield _with_refuted_end(known, _with_seen_end(known, timer))


def _with_seen_end(known: KnownSession, timer: Timer) -> Timer:
    if timer.name != "cookie" or not known.cookies:
        return timer
    if timer.rule:
        return replace(timer, ends=end_by_rule(known, timer))
    ends = seen_end(known)
    return Timer(name="cookie", ends=ends, ends_session=timer.ends_session and ends is not None)


def _with_refuted_end(known: KnownSession, timer: Timer) -> Timer:
    """Return a clock without the end that was assumed, if the app has not refused it since."""
    if not timer.is_assumed or timer.ends is None or known.sent is None:
        return timer
    if known.sent.at < timer.ends:
        return timer
    return replace(timer, ends=None, ends_session=False)


def _rank_end(timer: EndingClock) -> tuple[float, bool]:
    # clocks within a second of each other are one end: the cause is named, not its follower
    return (round(timer.ends or 0), timer.name not in CAUSES)
