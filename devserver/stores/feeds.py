"""How changes are heard of: polling where an engine reports nothing, and what waits to be read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from session_inspector.devserver.stores.base import ChangeFeed, SessionId

Pause: TypeAlias = Callable[[float], Awaitable[None]]
EVERY = 0.5
"""Seconds between two looks: a change is seen within one."""
SELDOM = 8.0
"""Seconds between two looks at an idle store that shows no sign of change."""


class PollingFeed:
    """Says "look at everything" twice a second."""

    def __init__(self, how: str = "polling twice a second", pause: Pause = asyncio.sleep) -> None:
        self.how = how
        self._pause = pause

    async def wait(self) -> frozenset[SessionId] | None:
        """Wait for the next look."""
        await self._pause(EVERY)
        return None

    async def close(self) -> None:
        """Do nothing: there is no connection."""


class RestingFeed(PollingFeed):
    """Says "look at everything": twice a second while that brings something, else less and less.

    For engines that show no cheap sign of change, where each look is paid for.
    """

    def __init__(
        self, how: str = "polling: every 0.5 s, up to 8 s while idle", pause: Pause = asyncio.sleep
    ) -> None:
        super().__init__(how, pause)
        self._every = EVERY

    async def wait(self) -> frozenset[SessionId] | None:
        """Wait for the next look."""
        await self._pause(self._every)
        return None

    def rest(self, *, is_idle: bool) -> None:
        """Take note whether the last look brought something."""
        if is_idle:
            self._every = min(self._every * 2, SELDOM)
        else:
            self._every = EVERY


class SignFeed:
    """Checks a cheap sign of change twice a second, and reports only when it moved."""

    def __init__(
        self,
        how: str,
        sign: Callable[[], Awaitable[object]],
        pause: Pause = asyncio.sleep,
        *,
        settles: bool = False,
    ) -> None:
        """Take what reads the sign; one that `settles` may move a little before its change."""
        self.how = how
        self._sign = sign
        self._pause = pause
        self._settles = settles
        self._last: object = None
        self._is_settled = True

    async def wait(self) -> frozenset[SessionId] | None:
        """Wait until the sign moves. Raises: StoreUnavailable."""
        while True:
            await self._pause(EVERY)
            found = await self._sign()
            if found != self._last:
                self._last = found
                self._is_settled = not self._settles
                return None
            if not self._is_settled:
                self._is_settled = True
                return None

    async def close(self) -> None:
        """Do nothing: the sign is the store's."""


class PendingChanges:
    """Rows that a feed has named, or that all are to be read."""

    def __init__(self) -> None:
        self.named: set[SessionId] = set()
        self.is_everything = True
        self._has_any = asyncio.Event()

    async def listen(self, feed: ChangeFeed) -> None:
        """Collect what a feed reports. Raises: StoreUnavailable."""
        while True:
            keys = await feed.wait()
            if keys is None:
                self.is_everything = True
            else:
                self.named |= keys
            self._has_any.set()

    async def wait(self, listening: asyncio.Future[None]) -> None:
        """Wait until there is a change. Raises: what the listening raised."""
        waiting = asyncio.ensure_future(self._has_any.wait())
        either: set[asyncio.Future[Any]] = {waiting, listening}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if listening.done():
            listening.result()
        self._has_any.clear()

    def ask(self) -> None:
        """Have all rows read."""
        self.is_everything = True
        self._has_any.set()

    def take(self) -> set[SessionId]:
        """Return the rows that were named since the last call."""
        named = self.named
        self.named = set()
        return named
