"""The only place that reads time; everything else is handed a Clock."""

from __future__ import annotations

import time
from typing import Protocol

from session_inspector.devserver.core.values import Seconds

FURTHEST = 10 * 365 * 86_400
"""Seconds a clock may be off, either way: beyond it dates leave what JSON readers accept."""


class Clock(Protocol):
    """Returns what time it is; parts hold one and never ask the machine."""

    def now(self) -> Seconds:
        """Return Unix seconds, UTC, with fractions."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> Seconds:
        """Return Unix seconds, UTC, with fractions."""
        return time.time()  # noqa: TID251  # the one place


class ManualClock:
    """A clock that moves only when asked to; for tests and replays."""

    def __init__(self, now: Seconds = 1_760_000_000.0) -> None:
        self._now = now

    def now(self) -> Seconds:
        """Return the moment it was last set to."""
        return self._now

    def advance(self, seconds: Seconds) -> None:
        """Move by a duration; negative moves back."""
        self._now += seconds

    def set(self, moment: Seconds) -> None:
        """Jump to a moment in Unix seconds."""
        self._now = moment


class TravelClock:
    """A clock with an offset, so that a person can look at tomorrow today."""

    def __init__(self, base: Clock, offset: Seconds = 0.0) -> None:
        self.base = base
        self.offset = offset
        """Seconds added to the base clock; negative is the past."""

    def now(self) -> Seconds:
        """Return the base clock's moment plus the offset."""
        return self.base.now() + self.offset

    def travel(self, seconds: Seconds) -> None:
        """Add a duration to the offset."""
        self.offset += seconds


def stopwatch() -> float:
    """Return monotonic seconds: for how long something took, never for what time it is."""
    return time.perf_counter()
