"""Sessions in Redis, as the SDK's documented example writes them: `session:<id>`, JSON, EX.

Beside them, one sorted set `session:index` scores each id by our own moment of expiry: it makes
the first page of a million sessions fast, and it judges expiry by our clock. Redis' own TTL only
cleans up, a day late, because time travel must not lie. A row without an index entry (somebody
else's) is as old as its TTL says.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
)
from session_inspector.devserver.stores.feeds import PollingFeed
from session_inspector.devserver.stores.redis.client import Connected, connect, redis_errors
from session_inspector.devserver.stores.redis.feed import KeyspaceFeed, has_notifications
from session_inspector.devserver.stores.redis.pipeline import Argument, Pipeliner
from session_inspector.devserver.stores.redis.rows import AT_ONCE, ScriptedRows, moment_of, text_of
from session_inspector.devserver.stores.redis.scripts import PRUNE
from session_inspector.devserver.stores.rows import from_text

T = TypeVar("T")


class RedisStore(ScriptedRows):
    """One prefix of a Redis database; `?prefix=` names another than `session:`."""

    def __init__(self, connected: Connected, clock: Clock) -> None:
        super().__init__(clock)
        self._connected = connected
        self._client = connected.client
        self._pipeline = Pipeliner(connected.client)
        self._prefix = connected.prefix
        self._index = f"{connected.prefix}index"
        self.layout = f"keys {connected.prefix}<id>, JSON with EX"

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect; see `redis_client.connect` for the URLs. There is nothing to create.

        Raises: InputError for a bad URL; StoreUnavailable when it does not answer.
        """
        store = cls(connect(url), clock)
        try:
            await store._ask(store._client.ping())
        except StoreUnavailable:
            await store.close()
            raise
        return store

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records, 500 in each atomic step; with `orphans` the endless too.

        Orphans are rows without a TTL, and index entries whose row is gone.
        """
        expired = offset = 0
        while True:
            values = (self._prefix, self._clock.now(), AT_ONCE, int(dry_run), offset)
            async with redis_errors():
                found = await self._pipeline.call(PRUNE, [self._index], *values)
            rows, seen = found if isinstance(found, list) else (0, 0)
            expired += int(rows)
            offset += AT_ONCE if dry_run else 0
            if int(seen) < AT_ONCE:
                break
        lost = await self._orphans() if orphans else []
        if not dry_run:
            for key in lost:
                await self.delete(key)
        return Pruned(expired=expired, orphans=len(lost))

    async def feed(self) -> ChangeFeed:
        """Listen to keyspace notifications when they are on, else poll."""
        async with redis_errors():
            is_on = await has_notifications(self._client)
        if not is_on:
            return PollingFeed()
        feed = KeyspaceFeed(self._client, self._prefix, self._index)
        await feed.start()
        return feed

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return the indexed records, then (cursor `scan:N`) those that are not indexed."""
        if cursor is None or not cursor.startswith("scan:"):
            return await self._indexed(int(cursor or 0), limit)
        return await self._others(int(cursor.removeprefix("scan:")), limit)

    async def count(self) -> int:
        """Return how many rows there are, expired ones too; reads every key of the database."""
        total = 0
        async with redis_errors():
            async for name in self._client.scan_iter(match=f"{self._prefix}*", count=1000):
                total += text_of(name) != self._index
        return total

    async def close(self) -> None:
        """Finish what is on its way and close the connections."""
        await self._pipeline.close()
        await self._connected.close()

    async def _indexed(self, offset: int, limit: int) -> Page:
        found = await self._ask(
            self._client.zrange(self._index, offset, offset + limit - 1, withscores=True)
        )
        ranked = _ranked(found)
        names = [f"{self._prefix}{key}" for key, _ in ranked]
        texts = await self._ask(self._client.mget(names)) if names else []
        rows = [
            (key, Record(data=from_text(text) or {}, expires=moment_of(score)))
            for (key, score), text in zip(ranked, texts, strict=True)
            if text is not None
        ]
        return Page(rows=rows, cursor=str(offset + limit) if len(ranked) == limit else "scan:0")

    async def _others(self, start: int, limit: int) -> Page:
        position, strangers = await self._strangers(start, limit)
        read = [(key, await self.read(key)) for key in strangers]
        rows = [(key, record) for key, record in read if record is not None]
        return Page(rows=rows, cursor=f"scan:{position}" if position else None)

    async def _strangers(self, start: int, limit: int) -> tuple[int, list[SessionId]]:
        """Return (where to go on, 0: nowhere; ids of rows that have no entry in the index)."""
        position, names = await self._ask(
            self._client.scan(start, match=f"{self._prefix}*", count=max(limit, 100))
        )
        keys = [text_of(name).removeprefix(self._prefix) for name in names]
        keys = [key for key in keys if f"{self._prefix}{key}" != self._index]
        scores = await self._ask(self._client.zmscore(self._index, keys)) if keys else []
        pairs = zip(keys, scores, strict=True)
        return int(position), [SessionId(key) for key, score in pairs if score is None]

    async def _orphans(self) -> list[SessionId]:
        async with redis_errors():
            lost = [
                SessionId(text_of(key))
                for key in await self._client.zrangebyscore(self._index, "+inf", "+inf")
            ]
            async for entry in self._client.zscan_iter(self._index, count=1000):
                name = text_of(next(iter(entry)))
                if not await self._client.exists(f"{self._prefix}{name}"):
                    lost.append(SessionId(name))
        position = -1
        while position:
            position, strangers = await self._strangers(max(position, 0), AT_ONCE)
            ttls = [await self._ask(self._client.ttl(f"{self._prefix}{k}")) for k in strangers]
            lost += [key for key, ttl in zip(strangers, ttls, strict=True) if ttl == -1]
        return list(dict.fromkeys(lost))

    async def _call(self, script: str, key: SessionId, *values: Argument) -> object:
        keys = [f"{self._prefix}{key}", self._index]
        async with redis_errors():
            return await self._pipeline.call(script, keys, key, *values)

    async def _ask(self, answer: Awaitable[T]) -> T:
        async with redis_errors():
            return await answer


def _ranked(found: object) -> list[tuple[SessionId, float]]:
    """Narrow the answer of ZRANGE WITHSCORES, which the driver leaves open."""
    pairs = found if isinstance(found, list) else []
    return [(SessionId(text_of(key)), float(score)) for key, score in pairs]
