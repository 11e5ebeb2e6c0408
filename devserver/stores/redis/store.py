"""Sessions in Redis, as the SDK's documented example writes them: `session:<id>`, JSON, EX.

The lab and `serve` keep one sorted set more, `session-inspector:index:session:`, which scores each
id by our own moment of expiry: it makes the first page of a million sessions fast, and it judges
expiry by our clock. Redis' own TTL only cleans up, a day late, because time travel must not lie.
A row without an index entry (somebody else's) is as old as its TTL says. Everybody else opens a
`PlainRedisStore`, which makes no key of ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    KeyedRecord,
    Page,
    Pruned,
    SessionId,
    Store,
)
from session_inspector.devserver.stores.pruning.portions import PruneRule, prune_all
from session_inspector.devserver.stores.redis.client import (
    Connected,
    ask,
    connect,
    ping,
    redis_errors,
)
from session_inspector.devserver.stores.redis.feed import open_feed
from session_inspector.devserver.stores.redis.index import move_earlier_index
from session_inspector.devserver.stores.redis.indexed import IndexedKeys
from session_inspector.devserver.stores.redis.keys import RedisKeys
from session_inspector.devserver.stores.redis.pipeline import Argument, Pipeliner
from session_inspector.devserver.stores.redis.plain import PlainRedisStore
from session_inspector.devserver.stores.redis.pruning import open_index_pruning
from session_inspector.devserver.stores.redis.rows import ScriptedRows
from session_inspector.devserver.stores.redis.scripts import indexed
from session_inspector.devserver.stores.rows import to_plain_record


class RedisStore(ScriptedRows):
    """One prefix of a Redis database; `?prefix=` names another than `session:`."""

    def __init__(self, connected: Connected, clock: Clock) -> None:
        super().__init__(clock)
        self._connected = connected
        self._client = connected.client
        self._pipeline = Pipeliner(connected.client)
        self._prefix = connected.prefix
        self._keys = RedisKeys(connected.client, connected.prefix)
        self._index = IndexedKeys(connected.client, self._pipeline, self._keys)
        self.layout = f"keys {connected.prefix}<id>, JSON with EX"
        self.prune_portions = open_index_pruning(
            self._index, clock.now, self._read_any, self.delete
        )

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect to somebody's Redis; see `redis/client.py` for the URLs. Nothing is created.

        Raises: InputError for a bad URL; StoreUnavailable when it does not answer.
        """
        return await PlainRedisStore.open(url, clock, may_create=may_create)

    @classmethod
    async def open_own(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect for the lab's own sessions, with the index of their ends.

        Raises: InputError for a bad URL; StoreUnavailable when it does not answer.
        """
        store = cls(connect(url), clock)
        try:
            await ping(store._client)
            await move_earlier_index(store._client, store._prefix)
        except StoreUnavailable:
            await store.close()
            raise
        return store

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records, 500 in each atomic step; with `orphans` the endless too.

        Orphans are rows without a TTL, and index entries whose row is gone.
        """
        rule = PruneRule(at=self._clock.now(), orphans=orphans, dry_run=dry_run)
        return await prune_all(self, rule)

    async def feed(self) -> ChangeFeed:
        """Listen to keyspace notifications when they are on, else poll."""
        return await open_feed(self._client, self._prefix)

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return the indexed records, then (cursor `scan:N`) those that are not indexed.

        A cursor within the index is the last entry, `SCORE:ID`: rows roll only to later ends.
        """
        if cursor is None or not cursor.startswith("scan:"):
            return await _page_indexed(self, cursor or "", limit)
        start = int(cursor.removeprefix("scan:"))
        return await self._index.page_strangers(start, limit, self.read)

    async def count(self) -> int:
        """Return how many rows there are, expired ones too; reads every key of the database."""
        return await self._keys.count()

    async def close(self) -> None:
        """Finish what is on its way and close the connections."""
        await self._pipeline.close()
        await self._connected.close()

    async def _iterate(self) -> AsyncIterator[KeyedRecord]:
        """Yield all rows by SCAN, which misses none that is there throughout."""
        async for keys in self._keys.scan():
            records = await asyncio.gather(*(self._read_any(key) for key in keys))
            for key, record in zip(keys, records, strict=True):
                if record is not None:
                    yield key, record

    async def _call(self, script: str, key: SessionId, *values: Argument) -> object:
        keys = [self._keys.name_of(key), *self._index.names]
        async with redis_errors():
            return await self._pipeline.call(indexed(script), keys, key, *values)


async def _page_indexed(store: RedisStore, cursor: str, limit: int) -> Page:
    score, _, last = cursor.partition(":")
    entries = await store._index.page(score, last, limit, store._clock.now())
    names = [store._keys.name_of(entry.key) for entry in entries]
    texts: list[bytes | str | None] = []
    if names:
        texts = await ask(store._client.mget(names))
    rows: list[KeyedRecord] = []
    for entry, text in zip(entries, texts, strict=True):
        if text is not None:
            rows.append((entry.key, to_plain_record(text, entry.ends)))
    if len(entries) < limit:
        return Page(rows=rows, cursor="scan:0")
    return Page(rows=rows, cursor=f"{entries[-1].score}:{entries[-1].key}")
