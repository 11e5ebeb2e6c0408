"""Work that is finished even when nobody waits for it any more."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


async def finish(work: Coroutine[object, object, T]) -> T:
    """Return the result; a caller who is cancelled meanwhile leaves only when it is there.

    For a driver whose thread reports to this event loop: the loop must not be closed before.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
