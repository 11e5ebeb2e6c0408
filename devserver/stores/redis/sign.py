"""Whether anybody wrote to a Redis server: its own counters, which cost nothing to ask for."""

from __future__ import annotations

import re

import redis.asyncio as aio
from redis.exceptions import RedisError

from session_inspector.devserver.stores.redis.client import redis_errors

COUNTED = (
    "rdb_changes_since_last_save",
    "rdb_last_save_time",
    "expired_keys",
    "evicted_keys",
    "run_id",
)
"""What any write moves, a save sets back, and the end of a key moves; another run, another id."""
_DATABASE = re.compile(r"db\d+").fullmatch


async def has_counters(client: aio.Redis) -> bool:
    """Return True for a server that shows its counters to this user."""
    try:
        return "rdb_changes_since_last_save" in await client.info("persistence")
    except RedisError:
        return False


class RedisSign:
    """Moves with each write, in any database of the server."""

    def __init__(self, client: aio.Redis) -> None:
        self._client = client

    async def read(self) -> object:
        """Return the sign, by one command. Raises: StoreUnavailable."""
        async with redis_errors():
            found = await self._client.info()
        counters = [found.get(name) for name in COUNTED]
        return counters, [_count_keys(found[name]) for name in sorted(found) if _DATABASE(name)]


def _count_keys(database: object) -> object:
    """Return how many keys a database has; their mean TTL moves by itself."""
    if not isinstance(database, dict):
        return None
    return database.get("keys"), database.get("expires")
