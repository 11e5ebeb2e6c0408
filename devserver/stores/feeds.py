"""How changes are heard of: polling where an engine reports nothing, and what waits to be read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import ChangeFeed, SessionId

Pause: TypeAlias = Callable[[float], Awaitable[None]]
EVERY = 0.5
"""Seconds between two looks: a change is seen within one."""
SELDOM = 8.0
"""Seconds between two looks at an idle store that shows no sign of change."""


class PollingFeed:
    """Says "look at everything" twice a second."""

    def __init__(self, what: str = "polling", pause: Pause = asyncio.sleep) -> None:
        """`what` is how it is polled, in words."""
        self._what = what
        self._pause = pause
        self._every = EVERY

    @property
    def how(self) -> str:
        """By what means, and how often."""
        if self._every == EVERY:
            return f"{self._what} twice a second"
        return f"{self._what} every {self._every:g} s"

    def slow_down(self, every: Seconds, seldom: Seconds) -> None:
        """Look after so many seconds from now on; where idle ones get rarer, up to `seldom`."""
        self._every = every

    async def wait(self) -> frozenset[SessionId] | None:
        """Wait for the next look. Raises: StoreUnavailable, where the store is asked."""
        await self._pause(self._every)
        return None

    async def close(self) -> None:
        """Do nothing: there is no connection."""


class RestingFeed(PollingFeed):
    """Says "look at everything": twice a second while that brings something, else less and less.

    For engines that show no cheap sign of change, where each look is paid for.
    """

    def __init__(self, what: str = "polling", pause: Pause = asyncio.sleep) -> None:
        super().__init__(what, pause)
        self._seldom = SELDOM
        self._rest = EVERY

    @property
    def how(self) -> str:
        """By what means, and how often."""
        return f"{self._what}: every {self._every:g} s, up to {self._seldom:g} s while idle"

    def slow_down(self, every: Seconds, seldom: Seconds) -> None:
        """Look after so many seconds from now on, and up to so many while idle."""
        self._every = every
        self._seldom = seldom
        self._rest = every

    async def wait(self) -> frozenset[SessionId] | None:
        """Wait for the next look."""
        await self._pause(self._rest)
        return None

    def rest(self, *, is_idle: bool) -> None:
        """Take note whether the last look brought something."""
        if is_idle:
            self._rest = min(self._rest * 2, self._seldom)
        else:
            self._rest = self._every


class SignFeed(PollingFeed):
    """Checks a cheap sign of change twice a second, and reports only when it moved."""

    def __init__(
        self,
        what: str,
        sign: Callable[[], Awaitable[object]],
        pause: Pause = asyncio.sleep,
        *,
        settles: bool = False,
    ) -> None:
        """Take what reads the sign; one that `settles` may move a little before its change."""
        super().__init__(what, pause)
        self._sign = sign
        self._settles = settles
        self._last: object = None
        self._is_settled = True

    async def wait(self) -> frozenset[SessionId] | None:
        """Wait until the sign moves. Raises: StoreUnavailable."""
        while True:
            await self._pause(self._every)
            found = await self._sign()
            if found != self._last:
                self._last = found
                self._is_settled = not self._settles
                return None
            if not self._is_settled:
                self._is_settled = True
                return None


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

    def take(self, most: int) -> list[SessionId]:
        """Return rows that were named, up to so many; the others wait for the next call."""
        taken = list(self.named)[:most]
        self.named.difference_update(taken)
        return taken
