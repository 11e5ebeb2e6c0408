"""When an app under test is idle: nothing is ready to run in its loop, and nothing is due soon.

Textual's own rule asks how much of the last 20 ms the process worked: 20 ms a look at least, and a
whole second a look where a server's thread works beside the screen. A loop knows by itself what it
has to do. What another thread or process brings later is for `settle` and `until` to wait for.
"""

from __future__ import annotations

import asyncio
import math

SOON = 0.04
"""Seconds within which what is planned belongs to what was done: a repaint, a fold's next part."""


async def wait_for_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until the running loop has nothing to do, `max_sleep` seconds at most."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    while (spent := loop.time() - start) < max_sleep:
        await asyncio.sleep(0)
        if loop._ready:  # type: ignore[attr-defined]
            continue
        due = _next_due(loop) - loop.time()
        if due > SOON and spent >= min_sleep:
            return
        await asyncio.sleep(min(max(due, 0.001), SOON))


def _next_due(loop: asyncio.AbstractEventLoop) -> float:
    """Return when the next planned call is due, by the loop's clock; inf without one."""
    planned = loop._scheduled  # type: ignore[attr-defined]
    return min((call.when() for call in planned if not call.cancelled()), default=math.inf)
