"""Keeps what watches alive: what fails is told, counted, and started again.

Watching meets whatever strangers send. A part of it that fails must neither end the rest nor go
missing without a word: an event and a line on stderr say so, and the header counts.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from session_inspector.devserver.core.clock import Clock, stopwatch
from session_inspector.devserver.core.errors import describe_error
from session_inspector.devserver.core.events.server import WatchFailed
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds

AGAIN = 0.5
"""Seconds before what failed is started again."""
AT_ONCE = 3
"""Failures of a task that are each told; from then on one a second at most, with their count."""


class Supervisor:
    """The tasks of one watching."""

    def __init__(
        self,
        clock: Clock,
        publish: Publish,
        *,
        tell: Callable[[str], None] | None = None,
        pause: Callable[[Seconds], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._publish = publish
        self._tell = tell or _tell_stderr
        self._pause = pause
        self._counts: dict[str, int] = {}
        self._told_at: dict[str, float] = {}

    async def keep(self, task: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do some work, and again whenever it ends or fails, until cancelled."""
        while True:
            try:
                await work()
            except Exception as error:  # a supervised watcher: it must not end without a word
                self.report(task, error)
            await self._pause(AGAIN)

    def report(self, task: str, error: BaseException) -> None:
        """Tell and count that a task failed; whoever calls goes on without the part that did."""
        count = self._counts.get(task, 0) + 1
        self._counts[task] = count
        if count > AT_ONCE and stopwatch() - self._told_at[task] < 1:
            return
        self._told_at[task] = stopwatch()
        reason = describe_error(error)
        self._tell(f"watching failed ({count}×), and goes on: {task}: {reason}")
        self._publish(WatchFailed(at=self._clock.now(), task=task, reason=reason, count=count))


def _tell_stderr(text: str) -> None:
    sys.stderr.write(f"session-inspector: {text}\n")
