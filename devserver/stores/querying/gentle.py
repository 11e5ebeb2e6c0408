"""A source that leaves a shared store alone for four times as long as it took to answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.querying.sources import Keep, Portion, WindowSource

T = TypeVar("T")
REST = 4
"""Pauses last so many times as long as a portion took: a fifth of the store's time at most."""


class GentleSource(Generic[T]):
    """The same rows, with a rest before each portion but the first."""

    def __init__(
        self,
        inner: WindowSource[T],
        pause: Callable[[Seconds], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], Seconds] = stopwatch,
    ) -> None:
        self.how = inner.how
        self.stability = inner.stability
        self._inner = inner
        self._pause = pause
        self._now = now
        self._took: Seconds = 0.0

    async def read(self, position: str | None, most: int, keep: Keep[T]) -> Portion[T]:
        """Rest after the portion before, and return the next one."""
        if self._took:
            await self._pause(self._took * REST)
        began = self._now()
        portion = await self._inner.read(position, most, keep)
        self._took = self._now() - began
        return portion

    async def disclose(self, position: str) -> str | None:
        """Return the inner position without an id."""
        return await self._inner.disclose(position)
