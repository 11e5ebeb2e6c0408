"""Time that passes only when all who wait do: a minute of watching takes as long as its work."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from itertools import count

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.values import Seconds


async def nothing() -> None:
    """Do nothing meanwhile."""


class VirtualTime:
    """Seconds from 0 to an end, for so many tasks that do nothing but work and pause."""

    def __init__(
        self,
        sleepers: int,
        clock: ManualClock,
        meanwhile: Callable[[], Awaitable[None]] = nothing,
        *,
        length: Seconds,
    ) -> None:
        """`meanwhile` is done each time before somebody wakes."""
        self.length = length
        self._sleepers = sleepers
        self._clock = clock
        self._meanwhile = meanwhile
        self._now: Seconds = 0.0
        self._waiting: list[tuple[Seconds, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self.is_over = asyncio.Event()

    def now(self) -> Seconds:
        """Return the seconds that have passed."""
        return self._now

    def advance(self, seconds: Seconds) -> None:
        """Let time pass while somebody works."""
        self._clock.advance(seconds)
        self._now += seconds

    async def pause(self, seconds: Seconds) -> None:
        """Wait; nobody wakes once the time is over."""
        wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self._now + seconds, next(self._numbers), wake))
        if len(self._waiting) == self._sleepers:
            await self._pass_on()
        await wake

    async def _pass_on(self) -> None:
        due, _, wake = heapq.heappop(self._waiting)
        if due > self.length:
            self.is_over.set()
            return
        await self._meanwhile()
        self.advance(max(0.0, due - self._now))
        wake.set_result(None)
