"""The lab's own index of ends: a sorted set that scores each id by our moment of expiry.

Only the lab and `serve` make one, under a name that the scan of no app meets. In an app's Redis
there is none, and nothing here makes it.
"""

from __future__ import annotations

import math

import redis.asyncio as aio

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.redis.client import redis_errors, text_of
from session_inspector.devserver.stores.redis.scripts import MOVE_INDEX

OWN = "session-inspector:"
"""Begins the names of all keys that are ours."""
SLACK = 86_400
"""Seconds the engine's TTL outlives our end."""
NEAR = 2.0
"""Seconds by which a TTL may differ from the one that goes with our end: it is rounded up."""
EARLIEST = 1e9
LATEST = 1e11
"""Between them are Unix seconds: 2001 to 5138. Milliseconds are beyond."""
SAMPLE = 20
_GLOB = str.maketrans({mark: f"\\{mark}" for mark in "*?[]^-\\"})


def index_name(prefix: str) -> str:
    """Return the key of the index of a prefix."""
    return f"{OWN}index:{prefix}"


def key_ends_name(prefix: str) -> str:
    """Return the key of the sorted set of the moments at which the indexed keys end."""
    return f"{OWN}key-ends:{prefix}"


def earlier_index_name(prefix: str) -> str:
    """Return the key that the index had in earlier versions."""
    return f"{prefix}index"


def row_pattern(prefix: str) -> str:
    """Return the pattern of SCAN that finds a prefix as it is written."""
    return f"{prefix.translate(_GLOB)}*"


def is_row_name(name: str, prefix: str) -> bool:
    """Return False for a key of our own that lies below a short prefix."""
    return prefix.startswith(OWN) or not name.startswith(OWN)


def counts_for(score: Seconds, ends: Seconds | None) -> bool:
    """Check that an entry of the index goes with the end of its key.

    Whoever writes the row without us moves the key's end: then the entry is of an earlier write.
    """
    if ends is None:
        return math.isinf(score)
    return abs(ends - SLACK - score) <= NEAR


async def move_earlier_index(client: aio.Redis, prefix: str) -> None:
    """Give an index of an earlier version its new name, or take it into the one that is there.

    A sorted set that is not ours stays where it is. Raises: StoreUnavailable.
    """
    earlier = earlier_index_name(prefix)
    async with redis_errors():
        if await _is_ours(client, earlier):
            await client.eval(MOVE_INDEX, 2, index_name(prefix), earlier)


async def _is_ours(client: aio.Redis, name: str) -> bool:
    """Check that a key is a sorted set without TTL whose scores are moments, or never."""
    if text_of(await client.type(name)) != "zset" or await client.ttl(name) != -1:
        return False
    names = [
        *await client.zrange(name, 0, SAMPLE - 1),
        *await client.zrange(name, -SAMPLE, -1),
    ]
    scores = await client.zmscore(name, [text_of(member) for member in names])
    return all(score is not None and _is_moment(float(score)) for score in scores)


def _is_moment(score: float) -> bool:
    return EARLIEST < score < LATEST or score == math.inf
