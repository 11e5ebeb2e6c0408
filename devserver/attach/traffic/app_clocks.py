"""How far the clocks of watched apps are from this machine's, by the Date of their responses."""

from __future__ import annotations

from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.values import Seconds

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
