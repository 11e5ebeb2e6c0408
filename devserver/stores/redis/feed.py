"""Keyspace notifications: Redis reports each write, where somebody has switched that on.

They are never switched on from here: `CONFIG SET notify-keyspace-events KA` is the owner's choice.
"""

from __future__ import annotations

import redis.asyncio as aio
from redis.exceptions import RedisError

from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import ChangeFeed, SessionId
from session_inspector.devserver.stores.feeds import RestingFeed, SignFeed
from session_inspector.devserver.stores.redis.client import redis_errors, text_of
from session_inspector.devserver.stores.redis.index import is_row_name, row_pattern
from session_inspector.devserver.stores.redis.sign import RedisSign, has_counters

OPTION = "notify-keyspace-events"
WANTED = frozenset("g$x")
"""Classes of events that report a delete, a SET and an expiry; A means all."""


async def has_notifications(client: aio.Redis) -> bool:
    """Return True when the server sends keyspace events for what sessions do.

    A server that does not show its configuration counts as one without.
    """
    try:
        found = await client.config_get(OPTION)
    except RedisError:
        return False
    flags = set(str(next(iter(found.values()), "")))
    return "K" in flags and ("A" in flags or flags >= WANTED)


class KeyspaceFeed:
    """Hears of each write below a prefix."""

    how = "keyspace notifications"

    def __init__(self, client: aio.Redis, prefix: str) -> None:
        self._subscription = client.pubsub(ignore_subscribe_messages=True)
        self._prefix = prefix
        self._database = client.connection_pool.connection_kwargs.get("db") or 0

    async def start(self) -> None:
        """Subscribe. Raises: StoreUnavailable."""
        pattern = f"__keyspace@{self._database}__:{row_pattern(self._prefix)}"
        async with redis_errors():
            await self._subscription.psubscribe(pattern)

    async def wait(self) -> frozenset[SessionId] | None:
        """Wait for the next writes. Raises: StoreUnavailable."""
        while True:
            channel = await self._next_channel()
            name = channel.partition("__:")[2]
            if is_row_name(name, self._prefix):
                return frozenset({SessionId(name.removeprefix(self._prefix))})

    async def close(self) -> None:
        """Stop listening."""
        await self._subscription.aclose()  # type: ignore[no-untyped-call]  # the driver's

    async def _next_channel(self) -> str:
        """Return `__keyspace@0__:KEY` of the next write."""
        while True:
            async with redis_errors():
                message = await self._subscription.get_message(timeout=None)
            if message is not None:
                return text_of(message["channel"])
            if not self._subscription.subscribed:
                raise StoreUnavailable("Redis: the subscription ended")


async def open_feed(client: aio.Redis, prefix: str) -> ChangeFeed:
    """Listen to keyspace notifications when they are on, else poll the server's counters.

    Raises: StoreUnavailable.
    """
    async with redis_errors():
        is_on = await has_notifications(client)
    if not is_on:
        return await _open_poll(client)
    feed = KeyspaceFeed(client, prefix)
    await feed.start()
    return feed


async def _open_poll(client: aio.Redis) -> ChangeFeed:
    async with redis_errors():
        if await has_counters(client):
            return SignFeed("polling", RedisSign(client).read)
    return RestingFeed()
