"""Whether the app can be reached: heard from connections and answers, and asked while it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

from session_inspector.devserver.attach.proxy.exchange import Audience
from session_inspector.devserver.attach.proxy.upstream.trouble import Trouble
from session_inspector.devserver.core.events.server import TAKES_CONNECTIONS

PAUSE = 1.0
"""Seconds between two looks for an app that is away; a look is a connection without a byte."""
LONGEST_PAUSE = 30.0
"""Between looks at an app that takes connections and cannot be used: each costs it a handshake."""


class UpstreamWatch:
    """The last that is known of one app."""

    def __init__(
        self,
        audience: Audience,
        look: Callable[[], Awaitable[Trouble | None]],
        pause: float = PAUSE,
    ) -> None:
        self._audience = audience
        self._look = look
        self._pause = pause
        self._task: asyncio.Task[None] | None = None
        self.trouble: Trouble | None = None
        self.has_answered = False
        """It answered in HTTP/1.1, since it was last in trouble."""

    def answered(self) -> None:
        """It answered in HTTP/1.1: all is well. Called for each response."""
        if self.has_answered:
            return
        self.has_answered = True
        self.trouble = None
        self._audience.upstream(True, "")

    def connected(self) -> None:
        """It takes connections: it is not away, if it was."""
        if self.trouble is None or self.trouble.is_seen_in_answer:
            return
        self.trouble = None
        self._audience.upstream(True, TAKES_CONNECTIONS)

    def failed(self, trouble: Trouble) -> None:
        """Note what is wrong; what concerns one request alone says nothing of the app."""
        if trouble.kind == "request":
            return
        self.has_answered = False
        self.trouble = trouble
        self._audience.upstream(False, trouble.summary, is_unusable=trouble.kind == "unusable")
        self._begin(self._look_until_well)

    def doubt(self) -> None:
        """Look once, soon: it may have gone away."""
        if self.trouble is None:
            self._begin(self._look_once)

    def close(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()

    def _begin(self, looking: Callable[[], Coroutine[object, object, None]]) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(looking())

    async def _look_once(self) -> None:
        found = await self._look()
        if found is None:
            return
        self._task = None  # another one goes on
        self.failed(found)

    async def _look_until_well(self) -> None:
        pause = self._pause
        while self.trouble is not None:
            await asyncio.sleep(pause)
            found = await self._look()
            if found is None:
                self.connected()
            else:
                self.failed(found)
            pause = self._next_pause(pause)

    def _next_pause(self, pause: float) -> float:
        """Return how long to wait for the next look: ever longer where one costs the app work."""
        if self.trouble is None or self.trouble.kind == "away":
            return self._pause
        return min(2 * pause, LONGEST_PAUSE)
