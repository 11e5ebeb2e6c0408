"""Whether the app can be reached: heard from connections and answers, and asked in between.

An app that nobody uses is looked at every few seconds: its end is noticed without a request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from session_inspector.devserver.attach.proxy.exchange import Audience
from session_inspector.devserver.attach.proxy.upstream.trouble import Trouble
from session_inspector.devserver.core.events.server import TAKES_CONNECTIONS
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.watching.load import REAL_TIME, Timing

PAUSE = 1.0
"""Seconds between two looks for an app that is away; a look is a connection without a byte."""
LONGEST_PAUSE = 30.0
"""Between looks at an app that takes connections and cannot be used: each costs it a handshake."""
IDLE = 3.0
"""Seconds after which an app of this machine that nobody has used is looked at."""
IDLE_ELSEWHERE = 30.0
"""The same of an app on another machine."""
Look: TypeAlias = Callable[[], Awaitable[Trouble | None]]


class UpstreamWatch:
    """The last that is known of one app."""

    def __init__(
        self,
        audience: Audience,
        look: Look,
        touch: Look,
        *,
        idle: Seconds = IDLE,
        timing: Timing = REAL_TIME,
    ) -> None:
        """`look` connects as a request does; `touch` asks only whether something listens.

        `idle`: seconds after which an app that is well and that nobody has used is touched.
        """
        self._audience = audience
        self._look = look
        self._touch = touch
        self._idle = idle
        self._timing = timing
        self._is_heard = False
        """It was reached since the last look."""
        self._is_doubted = False
        """It may have gone away: a connection ended before its answer."""
        self._wait: Seconds = idle
        """Seconds until the next look."""
        self._next = timing.now() + idle
        """When it is."""
        self.trouble: Trouble | None = None
        self.has_answered = False
        """It answered in HTTP/1.1, since it was last in trouble."""

    def answered(self) -> None:
        """It answered in HTTP/1.1: all is well. Called for each response."""
        self._is_heard = True
        if self.has_answered:
            return
        self.has_answered = True
        self.trouble = None
        self._audience.upstream(True, "")

    def connected(self) -> None:
        """It takes connections: it is not away, if it was."""
        self._is_heard = True
        if self.trouble is None or self.trouble.is_seen_in_answer:
            return
        self.trouble = None
        self._audience.upstream(True, TAKES_CONNECTIONS)

    def failed(self, trouble: Trouble) -> None:
        """Note what is wrong; what concerns one request alone says nothing of the app."""
        if trouble.kind == "request":
            return
        if self.trouble is None:
            self._plan(PAUSE)
        self.has_answered = False
        self.trouble = trouble
        self._audience.upstream(False, trouble.summary, is_unusable=trouble.kind == "unusable")

    def doubt(self) -> None:
        """Look soon: it may have gone away."""
        if self.trouble is None:
            self._is_doubted = True

    async def follow(self) -> None:
        """Look whenever it is time, until cancelled."""
        while True:
            await self._timing.pause(PAUSE)
            if self._is_due():
                await self._look_now()

    def _is_due(self) -> bool:
        """Check whether it is time to look: of an app that is well, nobody has used it."""
        if self._is_doubted:
            return True
        if self.trouble is None and self._is_heard:
            self._plan(self._idle)
        self._is_heard = False
        return self._timing.now() >= self._next

    async def _look_now(self) -> None:
        look = self._touch
        if self.trouble is not None or self._is_doubted:
            look = self._look
        self._is_doubted = False
        self._is_heard = False
        found = await look()
        if found is None:
            self.connected()
        elif not self._is_heard:  # else a request has reached it meanwhile
            self.failed(found)
        self._plan(self._choose_wait())

    def _choose_wait(self) -> Seconds:
        """Return how long to wait for the next look: ever longer where one costs the app work."""
        if self.trouble is None:
            return self._idle
        if self.trouble.kind == "away":
            return PAUSE
        return min(2 * self._wait, LONGEST_PAUSE)

    def _plan(self, wait: Seconds) -> None:
        self._wait = wait
        self._next = self._timing.now() + wait
