"""Moves the lab's clock, within the dates that JSON readers accept."""

from __future__ import annotations

from datetime import timedelta

from session_inspector.devserver.core.clock import FURTHEST, TravelClock
from session_inspector.devserver.core.commands import Reply
from session_inspector.devserver.core.events.server import ClockMoved
from session_inspector.devserver.core.journal import Publish


class TimeTravel:
    """The clock of one lab, as a command moves it."""

    def __init__(self, clock: TravelClock, publish: Publish) -> None:
        self._clock = clock
        self._publish = publish

    def move(self, seconds: float, cause: str) -> Reply:
        """Add a duration to the clock and publish it; negative goes back."""
        if not self._is_reachable(seconds):
            return Reply(is_ok=False, message="the clock travels ten years at most, either way")
        self._clock.travel(seconds)
        self._publish(
            ClockMoved(at=self._clock.now(), cause=cause, by=seconds, offset=self._clock.offset)
        )
        return Reply(is_ok=True, message=f"the lab's clock moved by {_describe_span(seconds)}")

    def _is_reachable(self, seconds: float) -> bool:
        if not abs(seconds) <= 2 * FURTHEST:
            return False  # a JSON integer can be too large for the sum; NaN ends here, too
        return abs(self._clock.offset + seconds) <= FURTHEST


def _describe_span(seconds: float) -> str:
    """Return `+1 day, 0:00:15`."""
    sign = "-" if seconds < 0 else "+"
    return f"{sign}{timedelta(seconds=round(abs(seconds)))}"
