"""Sessions in Redis, as the SDK's documented example writes them: `session:<id>`, JSON, EX.

One sorted set more, `session:index`, scores each id by our own moment of expiry: it makes the
first page of a million sessions fast, and it judges expiry by our clock. Redis' own TTL only
cleans up, a day late, because time travel must not lie. A row without an index entry (somebody
else's) is as old as its TTL says.
"""

from __future__ import annotations

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
    ask,
    connect,
    ping,
    redis_errors,
)
from session_inspector.devserver.stores.redis.feed import KeyspaceFeed, has_notifications
from session_inspector.devserver.stores.redis.keys import RedisKeys
from session_inspector.devserver.stores.redis.pipeline import Argument, Pipeliner
from session_inspector.devserver.stores.redis.rows import PAGE, ScriptedRows, from_score
from session_inspector.devserver.stores.redis.scripts import PRUNE
from session_inspector.devserver.stores.rows import from_text


class RedisStore(ScriptedRows):
    """One prefix of a Redis database; `?prefix=` names another than `session:`."""

    def __init__(self, connected: Connected, clock: Clock) -> None:
        super().__init__(clock)
        self._connected = connected
        self._client = connected.client
        self._pipeline = Pipeliner(connected.client)
        self._prefix = connected.prefix
        self._keys = RedisKeys(connected.client, connected.prefix)
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
            lost = await self._keys.find_orphans()
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
        feed = KeyspaceFeed(self._client, self._prefix, self._keys.index)
        await feed.start()
        return feed

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return the indexed records, then (cursor `scan:N`) those that are not indexed."""
        if cursor is None or not cursor.startswith("scan:"):
            return await self._page_indexed(int(cursor or 0), limit)
        return await self._page_strangers(int(cursor.removeprefix("scan:")), limit)

    async def count(self) -> int:
        """Return how many rows there are, expired ones too; reads every key of the database."""
        return await self._keys.count()

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
                found = await self._pipeline.call(PRUNE, [self._keys.index], *values)
            rows, seen = found if isinstance(found, list) else (0, 0)
            expired += int(rows)
            if int(seen) < PAGE:
                return expired
            if dry_run:
                offset += PAGE

    async def _page_indexed(self, offset: int, limit: int) -> Page:
        ranked = await self._keys.find_indexed(offset, limit)
        names = [f"{self._prefix}{key}" for key, _ in ranked]
        texts: list[bytes | str | None] = []
        if names:
            texts = await ask(self._client.mget(names))
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
        position, strangers = await self._keys.find_strangers(start, limit)
        rows: list[KeyedRecord] = []
        for key in strangers:
            record = await self.read(key)
            if record is not None:
                rows.append((key, record))
        cursor = f"scan:{position}" if position else None
        return Page(rows=rows, cursor=cursor)

    async def _call(self, script: str, key: SessionId, *values: Argument) -> object:
        keys = [f"{self._prefix}{key}", self._keys.index]
        async with redis_errors():
            return await self._pipeline.call(script, keys, key, *values)
