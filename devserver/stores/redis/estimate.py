"""About how many keys of a pattern a Redis database has: DBSIZE, and their share of some keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import redis.asyncio as aio

from session_inspector.devserver.stores.querying.estimates import RowEstimate, share_error
from session_inspector.devserver.stores.redis.client import ask

SCANS = 5
COUNT = 1_000
IsOurs = Callable[[bytes | str], bool]
"""Checks by its name that a key is one of those that are counted."""


async def estimate_keys(client: aio.Redis, is_ours: IsOurs) -> RowEstimate:
    """Return how many keys there are of a kind. Raises: StoreUnavailable."""
    size: Awaitable[int] = client.dbsize()
    total = await ask(size)
    position = 0
    seen = 0
    ours = 0
    for _ in range(SCANS):
        position, names = await ask(client.scan(position, count=COUNT))
        seen += len(names)
        ours += sum(map(is_ours, names))
        if not position:
            return RowEstimate(count=ours, error=0.0, how="counted")
    how = f"by DBSIZE and {seen:,} keys"
    return RowEstimate(count=round(total * ours / seen), error=share_error(ours, seen), how=how)
