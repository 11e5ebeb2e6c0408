"""About how many keys of a pattern a Redis database has: DBSIZE, and their share of some keys."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from itertools import repeat

import redis.asyncio as aio
from redis.exceptions import NoPermissionError

from session_inspector.devserver.stores.querying.estimates import RowEstimate, share_error
from session_inspector.devserver.stores.redis.client import ask, redis_errors

SCANS = 5
COUNT = 1_000


async def estimate_keys(client: aio.Redis, patterns: Sequence[tuple[str, str]]) -> RowEstimate:
    """Return how many keys there are of some types and patterns. Raises: StoreUnavailable.

    The same buckets are scanned without a pattern and with each: the share is the server's. For a
    user who may not ask for DBSIZE all keys are gone through.
    """
    total = await _ask_size(client)
    position = 0
    seen = 0
    ours = 0
    scans = repeat(None) if total is None else repeat(None, SCANS)
    for _ in scans:
        start = position
        position, names = await ask(client.scan(start, count=COUNT))
        seen += len(names)
        for kind, pattern in patterns:
            found = client.scan(start, match=pattern, count=COUNT, _type=kind)
            _, matching = await ask(found)
            ours += len(matching)
        if not position:
            return RowEstimate(count=ours, error=0.0, how="counted")
    if total is None:
        return RowEstimate(count=ours, error=0.0, how="counted")
    how = f"by DBSIZE and {seen:,} keys"
    return RowEstimate(count=round(total * ours / seen), error=share_error(ours, seen), how=how)


async def _ask_size(client: aio.Redis) -> int | None:
    """Return how many keys there are; None: this user may not ask. Raises: StoreUnavailable."""
    async with redis_errors():
        try:
            size: Awaitable[int] = client.dbsize()
            return await size
        except NoPermissionError:
            return None
