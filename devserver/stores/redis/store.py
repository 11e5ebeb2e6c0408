"""Sessions in Redis, as the SDK's documented example writes them: `session:<id>`, JSON, EX.

One sorted set more, `session:index`, scores each id by our own moment of expiry: it makes the
first page of a million sessions fast, and it judges expiry by our clock. Redis' own TTL only
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
    KeyedRecord,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
)
from session_inspector.devserver.stores.feeds import PollingFeed
from session_inspector.devserver.stores.redis.client import (
    Connected,
    connect,
    ping,
    redis_errors,
    text_of,
)
from session_inspector.devserver.stores.redis.feed import KeyspaceFeed, has_notifications
from session_inspector.devserver.stores.redis.pipeline import Argument, Pipeliner
from session_inspector.devserver.stores.redis.rows import PAGE, ScriptedRows, from_score
from session_inspector.devserver.stores.redis.scripts import PRUNE
from session_inspector.devserver.stores.rows import from_text

SCAN_PAGE = 1000
FEWEST = 100
"""Keys a page of SCAN looks at, at least."""
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
        """Connect; see `redis/client.py` for the URLs. There is nothing to create.

        Raises: InputError for a bad URL; StoreUnavailable when it does not answer.
        """
        store = cls(connect(url), clock)
        try:
            await ping(store._client)
        except StoreUnavailable:
            await store.close()
            raise
        return store

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records, 500 in each atomic step; with `orphans` the endless too.

        Orphans are rows without a TTL, and index entries whose row is gone.
        """
        expired = await self._prune_expired(dry_run=dry_run)
        lost: list[SessionId] = []
        if orphans:
            lost = await self._find_orphans()
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
            return await self._page_indexed(int(cursor or 0), limit)
        return await self._page_strangers(int(cursor.removeprefix("scan:")), limit)

    async def count(self) -> int:
        """Return how many rows there are, expired ones too; reads every key of the database."""
        total = 0
        names = self._client.scan_iter(match=f"{self._prefix}*", count=SCAN_PAGE)
        async with redis_errors():
            async for name in names:
                total += text_of(name) != self._index
        return total

    async def close(self) -> None:
        """Finish what is on its way and close the connections."""
        await self._pipeline.close()
        await self._connected.close()

    async def _prune_expired(self, *, dry_run: bool) -> int:
        """Delete, or count, rows that have ended by the index."""
        expired = 0
        offset = 0
        while True:
            values = (self._prefix, self._clock.now(), PAGE, int(dry_run), offset)
            async with redis_errors():
                found = await self._pipeline.call(PRUNE, [self._index], *values)
            rows, seen = found if isinstance(found, list) else (0, 0)
            expired += int(rows)
            if int(seen) < PAGE:
                return expired
            if dry_run:
                offset += PAGE

    async def _page_indexed(self, offset: int, limit: int) -> Page:
        last = offset + limit - 1
        found = await self._ask(self._client.zrange(self._index, offset, last, withscores=True))
        ranked = _read_scores(found)
        names = [f"{self._prefix}{key}" for key, _ in ranked]
        texts: list[bytes | str | None] = []
        if names:
            texts = await self._ask(self._client.mget(names))
        rows: list[KeyedRecord] = []
        for (key, score), text in zip(ranked, texts, strict=True):
            if text is not None:
                data = from_text(text) or {}
                rows.append((key, Record(data=data, expires=from_score(score))))
        cursor = "scan:0"
        if len(ranked) == limit:
            cursor = str(offset + limit)
        return Page(rows=rows, cursor=cursor)

    async def _page_strangers(self, start: int, limit: int) -> Page:
        position, strangers = await self._find_strangers(start, limit)
        rows: list[KeyedRecord] = []
        for key in strangers:
            record = await self.read(key)
            if record is not None:
                rows.append((key, record))
        cursor = f"scan:{position}" if position else None
        return Page(rows=rows, cursor=cursor)

    async def _find_strangers(self, start: int, limit: int) -> tuple[int, list[SessionId]]:
        """Return (where to go on, 0: nowhere; ids of rows that have no entry in the index)."""
        position, names = await self._ask(
            self._client.scan(start, match=f"{self._prefix}*", count=max(limit, FEWEST))
        )
        texts = [text_of(name) for name in names]
        keys = [name.removeprefix(self._prefix) for name in texts if name != self._index]
        if not keys:
            return int(position), []
        scores = await self._ask(self._client.zmscore(self._index, keys))
        pairs = zip(keys, scores, strict=True)
        return int(position), [SessionId(key) for key, score in pairs if score is None]

    async def _find_orphans(self) -> list[SessionId]:
        found = await self._find_endless()
        found += await self._find_traces()
        found += await self._find_without_ttl()
        return list(dict.fromkeys(found))

    async def _find_endless(self) -> list[SessionId]:
        """Return ids that our index says never end."""
        names = await self._ask(self._client.zrangebyscore(self._index, "+inf", "+inf"))
        return [SessionId(text_of(name)) for name in names]

    async def _find_traces(self) -> list[SessionId]:
        """Return ids that are in the index only: their row is gone."""
        traces: list[SessionId] = []
        async with redis_errors():
            async for entry in self._client.zscan_iter(self._index, count=SCAN_PAGE):
                name = text_of(next(iter(entry)))
                if not await self._client.exists(f"{self._prefix}{name}"):
                    traces.append(SessionId(name))
        return traces

    async def _find_without_ttl(self) -> list[SessionId]:
        """Return ids of others' rows that have no TTL."""
        found: list[SessionId] = []
        position = 0
        while True:
            position, strangers = await self._find_strangers(position, PAGE)
            for key in strangers:
                ttl = await self._ask(self._client.ttl(f"{self._prefix}{key}"))
                if ttl == -1:
                    found.append(key)
            if not position:
                return found

    async def _call(self, script: str, key: SessionId, *values: Argument) -> object:
        keys = [f"{self._prefix}{key}", self._index]
        async with redis_errors():
            return await self._pipeline.call(script, keys, key, *values)

    async def _ask(self, answer: Awaitable[T]) -> T:
        async with redis_errors():
            return await answer


def _read_scores(found: object) -> list[tuple[SessionId, float]]:
    """Narrow the answer of ZRANGE WITHSCORES, which the driver leaves open."""
    if not isinstance(found, list):
        return []
    return [(SessionId(text_of(key)), float(score)) for key, score in found]
