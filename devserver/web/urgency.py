"""Lets a task that can wait give way to a person, who waits in another thread of this process.

Threads share one interpreter. Where others have the CPUs, a thread that wants the interpreter's
lock queues for a CPU each time that it looks for it, and whoever has the lock may have to queue
with it: beside a browser that makes 500 requests a second a key took 486 ms (p50), and 292 in the
same run where what reads the browser's messages waits until the key is shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.values import Seconds

LONGEST: Seconds = 0.5
"""That one wait may take."""
LOOK: Seconds = 0.02
"""Between two looks whether it is over."""
REST = 0.25
"""Of the time of a wait: for so long there is no other, or a held key would stop everything."""


class Urgency:
    """What a person waits for; whoever shows it says so."""

    def __init__(self) -> None:
        self.ask: Callable[[], int] = lambda: 0
        """Returns the number of what is waited for, another one each time; 0: nothing.

        It is called from other threads.
        """


class GivingWay:
    """The waits of one task."""

    def __init__(
        self,
        urgency: Urgency,
        *,
        pause: Callable[[Seconds], Awaitable[None]] = asyncio.sleep,
        time: Callable[[], Seconds] = stopwatch,
    ) -> None:
        self._urgency = urgency
        self._pause = pause
        self._time = time
        self._waited_for = 0
        """The number that was waited for last: what has taken too long is not waited for again."""
        self._free_until: Seconds = float("-inf")

    @property
    def is_due(self) -> bool:
        """Whether there is something to wait for now."""
        number = self._urgency.ask()
        return number not in (0, self._waited_for) and self._time() >= self._free_until

    async def wait(self) -> None:
        """Wait until nothing is urgent, half a second at most."""
        began = self._time()
        now = began
        while (number := self._urgency.ask()) and now - began < LONGEST:
            self._waited_for = number
            await self._pause(LOOK)
            now = self._time()
        self._free_until = now + REST * (now - began)
