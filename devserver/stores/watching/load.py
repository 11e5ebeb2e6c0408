"""Commands a second that watching a store costs it: measured, and reported when that changes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.supervision import Supervisor
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.feeds import Pause

EVERY: Seconds = 10.0
"""Seconds between two measurements, and so between two reports at least."""
FACTOR = 1.5
"""A figure so many times another is news,"""
LEAST = 0.5
"""unless they are less than this apart."""
EARLY: Seconds = 0.5
"""Seconds by which a measurement may come too soon."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How a watcher waits, and by what it measures; tests have a time of their own."""

    pause: Pause = asyncio.sleep
    now: Callable[[], Seconds] = stopwatch


REAL_TIME = Timing()


class WatchLoad:
    """Commands a second, over the last seconds."""

    def __init__(
        self,
        read_total: Callable[[], int],
        report: Callable[[float], None],
        *,
        window: Seconds = EVERY,
        timing: Timing = REAL_TIME,
    ) -> None:
        """Take what reads the commands so far, and what is called with a figure that is news."""
        self._read_total = read_total
        self._report = report
        self._window = window
        self._pause = timing.pause
        self._now = timing.now
        self._samples: deque[tuple[Seconds, int]] = deque()
        self.figure: float | None = None
        """What was reported last; None: nothing yet."""

    async def follow(self) -> None:
        """Measure again and again, until cancelled."""
        self._samples.clear()
        self._samples.append((self._now(), self._read_total()))
        while True:
            await self._pause(EVERY)
            self._measure()

    async def follow_beside(self, work: Coroutine[Any, Any, None], supervisor: Supervisor) -> None:
        """Do some work to its end, and measure meanwhile."""
        keeping = supervisor.keep("counting the commands to the store", self.follow)
        measuring = asyncio.ensure_future(keeping)
        try:
            await work
        finally:
            measuring.cancel()

    def _measure(self) -> None:
        now = self._now()
        total = self._read_total()
        least = self._window - EARLY
        while len(self._samples) > 1 and now - self._samples[1][0] >= least:
            self._samples.popleft()
        began, before = self._samples[0]
        self._samples.append((now, total))
        if now - began < least or total < before:
            return  # too short a time for a figure
        figure = (total - before) / (now - began)
        if is_news(self.figure, figure):
            self.figure = figure
            self._report(figure)


def is_news(before: float | None, figure: float) -> bool:
    """Check whether a figure is another than the one that was reported."""
    if before is None:
        return True
    low, high = sorted((before, figure))
    return high - low >= LEAST and high >= low * FACTOR


def window_of(shortest: Seconds) -> Seconds:
    """Return over how long commands are counted, where looks are so many seconds apart."""
    if shortest < EVERY:
        return EVERY
    return 6 * shortest
