"""How far the clocks of watched apps are from this machine's, by the Date of their responses."""

from __future__ import annotations

from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.base import Decoded

TOLERANCE = 2.0
"""Seconds: a Date has whole ones, and servers make it once a second."""
HALF = 0.5
"""Seconds that a Date is late on average: it leaves out the fraction."""


class AppClocks:
    """The clock of each origin.

    One odd Date may be of a cache. So what was known of a clock holds until two responses in a row
    show the same other thing.
    """

    def __init__(self) -> None:
        self._offsets: Bounded[Seconds] = Bounded()
        """Origin to seconds that its clock is ahead of ours."""
        self._doubts: Bounded[Seconds] = Bounded()
        """Origin to what its last response showed in place of that."""

    def offset_of(self, origin: str) -> Seconds:
        """Return seconds that a clock is ahead of ours; 0: no more than servers' Dates are off."""
        return self._offsets.get(origin) or 0.0

    def note(self, origin: str, date: Seconds, asked: Seconds, answered: Seconds) -> None:
        """Take the Date of a response: between the request and the response it may be made."""
        seen = measure_offset(date, asked, answered)
        known = self._offsets.get(origin)
        if known is not None and abs(seen - known) <= TOLERANCE:
            self._doubts.pop(origin)
            return
        doubt = self._doubts.get(origin)
        if known is None or (doubt is not None and abs(seen - doubt) <= TOLERANCE):
            self._offsets.put(origin, seen)
            self._doubts.pop(origin)
            return
        self._doubts.put(origin, seen)


def measure_offset(date: Seconds, asked: Seconds, answered: Seconds) -> Seconds:
    """Return seconds, whole ones, that the clock behind a Date is ahead of ours."""
    if asked - TOLERANCE <= date + HALF <= answered + TOLERANCE:
        return 0.0
    return float(round(date + HALF - answered))


def in_our_time(found: Decoded, clock_offset: Seconds) -> Decoded:
    """Return a cookie with its moments by our clock; they were by one that is ahead of ours."""
    if not clock_offset:
        return found
    return replace(
        found,
        issued=_turn_back(found.issued, clock_offset),
        updated=_turn_back(found.updated, clock_offset),
        expires=_turn_back(found.expires, clock_offset),
        clock_offset=clock_offset,
    )


def _turn_back(moment: Seconds | None, seconds: Seconds) -> Seconds | None:
    if moment is None:
        return None
    return moment - seconds


class SigningClocks:
    """The clocks by which apps sign, where the Date of its responses does not show it.

    A container may sign behind a server that has another clock, or an app in a test's time.
    """

    def __init__(self) -> None:
        self._offsets: Bounded[Seconds] = Bounded()
        """By host: each app has its own."""

    def offset_beside(self, host: str, by_date: Seconds) -> Seconds:
        """Return seconds that the clock of sealed times is ahead of ours; `by_date`: a Date's."""
        return self._offsets.get(host) or by_date

    def note_first(self, host: str, found: Decoded, at: Seconds) -> bool:
        """Take the first value of a session, just signed; True: it shows another clock.

        Signed in the future, or over when it comes: no app means that for a login. That it is
        signed a while ago, and lives, may be a time that the app keeps.
        """
        signed = max((time for time in (found.issued, found.updated) if time), default=None)
        if signed is None:
            return False
        apart = signed - at
        is_over = found.expires is not None and found.expires <= at
        if abs(apart) <= TOLERANCE or (apart < 0 and not is_over):
            return False
        self._offsets.put(host, found.clock_offset + round(apart + HALF))
        return True
