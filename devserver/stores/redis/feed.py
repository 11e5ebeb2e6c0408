"""Keyspace notifications: Redis tells of each write, where somebody has switched that on.

They are never switched on from here: `CONFIG SET notify-keyspace-events KA` is the owner's to say.
"""

from __future__ import annotations

import redis.asyncio as aio
from redis.exceptions import RedisError

from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import SessionId
from session_inspector.devserver.stores.redis.client import redis_errors

WANTED = (frozenset("g"), frozenset("$"), frozenset("x"))
"""Classes of events that tell of a delete, a SET and an expiry; A means all."""


async def has_notifications(client: aio.Redis) -> bool:
    """Say whether the server sends keyspace events for what sessions do.

    A server that does not tell its configuration counts as one without.
    """
    try:
        found = await client.config_get("notify-keyspace-events")
    except RedisError:
        return False
    flags = set(str(next(iter(found.values()), "")))
    return "K" in flags and ("A" in flags or all(kind <= flags for kind in WANTED))


class KeyspaceFeed:
    """Hears of each write below a prefix."""

    how = "keyspace notifications"

    def __init__(self, client: aio.Redis, prefix: str, index: str) -> None:
        self._heard = client.pubsub(ignore_subscribe_messages=True)
        self._prefix = prefix
        self._index = index
        self._database = client.connection_pool.connection_kwargs.get("db") or 0

    async def start(self) -> None:
        """Subscribe. Raises: StoreUnavailable."""
        async with redis_errors():
            await self._heard.psubscribe(f"__keyspace@{self._database}__:{self._prefix}*")

    async def wait(self) -> frozenset[SessionId] | None:
        """Wait for the next writes. Raises: StoreUnavailable."""
        async with redis_errors():
            while True:
                message = await self._heard.get_message(timeout=None)
                if message is None:
                    if not self._heard.subscribed:
                        raise StoreUnavailable("Redis: the subscription ended")
                    continue
                channel = message["channel"]
                name = channel.decode("utf-8", "replace") if isinstance(channel, bytes) else ""
                key = name.partition("__:")[2]
                if key != self._index:
                    return frozenset({SessionId(key.removeprefix(self._prefix))})

    async def close(self) -> None:
        """Stop listening."""
        await self._heard.aclose()  # type: ignore[no-untyped-call]  # the driver leaves it untyped
