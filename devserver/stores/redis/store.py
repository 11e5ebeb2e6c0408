"""Sessions in Redis, as the SDK's documented example writes them: `session:<id>`, JSON, EX.

The lab and `serve` keep one sorted set more, `session-inspector:index:session:`, which scores each
id by our own moment of expiry: it makes the first page of a million sessions fast, and it judges
expiry by our clock. Redis' own TTL only cleans up, a day late, because time travel must not lie.
A row without an index entry (somebody else's) is as old as its TTL says. Everybody else opens a
`PlainRedisStore`, which makes no key of ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import TypeVar

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    KeyedRecord,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
)
from session_inspector.devserver.stores.redis.client import (
    Connected,
    connect,
    ping,
    redis_errors,
    text_of,
)
from session_inspector.devserver.stores.redis.feed import open_feed
from session_inspector.devserver.stores.redis.index import (
    index_name,
    is_row_name,
    key_ends_name,
    move_earlier_index,
    row_pattern,
)
from session_inspector.devserver.stores.redis.pipeline import Argument, Pipeliner
from session_inspector.devserver.stores.redis.plain import PlainRedisStore
from session_inspector.devserver.stores.redis.rows import PAGE, ScriptedRows, from_score
from session_inspector.devserver.stores.redis.scripts import PAGE_INDEX, PRUNE, indexed
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
        self._index = index_name(connected.prefix)
        self._indexes = [self._index, key_ends_name(connected.prefix)]
        self.layout = f"keys {connected.prefix}<id>, JSON with EX"

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
        return await open_feed(self._client, self._prefix)

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return the indexed records, then (cursor `scan:N`) those that are not indexed.

        A cursor within the index is the last entry, `SCORE:ID`: rows roll only to later ends.
        """
        if cursor is None or not cursor.startswith("scan:"):
            return await self._page_indexed(cursor or "", limit)
        return await self._page_strangers(int(cursor.removeprefix("scan:")), limit)

    async def count(self) -> int:
        """Return how many rows there are, expired ones too; reads every key of the database."""
        keys: set[SessionId] = set()
        async for some in self._scan():
            keys.update(some)
        return len(keys)

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
                found = await self._pipeline.call(PRUNE, self._indexes, *values)
            rows, seen = found if isinstance(found, list) else (0, 0)
            expired += int(rows)
            if int(seen) < PAGE:
                return expired
            if dry_run:
                offset += PAGE

    async def _page_indexed(self, cursor: str, limit: int) -> Page:
        score, _, last = cursor.partition(":")
        values = (limit, score, last, self._prefix)
        async with redis_errors():
            found = await self._pipeline.call(PAGE_INDEX, self._indexes, *values)
        entries = _read_entries(found, self._clock.now())
        names = [f"{self._prefix}{entry.key}" for entry in entries]
        texts: list[bytes | str | None] = []
        if names:
            texts = await self._ask(self._client.mget(names))
        rows: list[KeyedRecord] = []
        for entry, text in zip(entries, texts, strict=True):
            if text is not None:
                rows.append((entry.key, Record(data=from_text(text) or {}, expires=entry.ends)))
        if len(entries) < limit:
            return Page(rows=rows, cursor="scan:0")
        return Page(rows=rows, cursor=f"{entries[-1].score}:{entries[-1].key}")

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
        position, keys = await self._scan_once(start, max(limit, FEWEST))
        if not keys:
            return position, []
        names: list[str] = [*keys]
        scores = await self._ask(self._client.zmscore(self._index, names))
        pairs = zip(keys, scores, strict=True)
        return position, [key for key, score in pairs if score is None]

    async def _iterate(self) -> AsyncIterator[KeyedRecord]:
        """Yield all rows by SCAN, which misses none that is there throughout."""
        async for keys in self._scan():
            records = await asyncio.gather(*(self._read_any(key) for key in keys))
            for key, record in zip(keys, records, strict=True):
                if record is not None:
                    yield key, record

    async def _scan(self) -> AsyncIterator[list[SessionId]]:
        """Yield the ids of all rows, some at a time."""
        position = 0
        while True:
            position, keys = await self._scan_once(position, SCAN_PAGE)
            yield keys
            if not position:
                return

    async def _scan_once(self, start: int, count: int) -> tuple[int, list[SessionId]]:
        """Return (where to go on, 0: nowhere; ids); keys of other types are no sessions."""
        pattern = row_pattern(self._prefix)
        scan = self._client.scan(start, match=pattern, count=count, _type="STRING")
        position, names = await self._ask(scan)
        texts = [text_of(name) for name in names]
        keys = [
            SessionId(name.removeprefix(self._prefix))
            for name in texts
            if is_row_name(name, self._prefix)
        ]
        return int(position), keys

    async def _find_orphans(self) -> list[SessionId]:
        found = await self._find_endless()
        found += await self._find_traces()
        found += await self._find_without_ttl()
        return list(dict.fromkeys(found))

    async def _find_endless(self) -> list[SessionId]:
        """Return ids that our index says never end, as far as it counts."""
        names = await self._ask(self._client.zrangebyscore(self._index, "+inf", "+inf"))
        keys = [SessionId(text_of(name)) for name in names]
        records = await asyncio.gather(*(self._read_any(key) for key in keys))
        pairs = zip(keys, records, strict=True)
        return [key for key, record in pairs if record is not None and record.expires is None]

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
        keys = [f"{self._prefix}{key}", *self._indexes]
        async with redis_errors():
            return await self._pipeline.call(indexed(script), keys, key, *values)

    async def _ask(self, answer: Awaitable[T]) -> T:
        async with redis_errors():
            return await answer


@dataclass(frozen=True, slots=True)
class _Entry:
    """One row by the index."""

    key: SessionId
    score: str
    """As the engine writes it."""
    ends: Seconds | None


def _read_entries(found: object, now: Seconds) -> list[_Entry]:
    """Narrow PAGE_INDEX's answer, which the driver leaves open."""
    if not isinstance(found, list):
        return []
    columns = [found[number::4] for number in range(4)]
    return [
        _Entry(SessionId(text_of(key)), text_of(score), _choose_end(score, counts, left, now))
        for key, score, counts, left in zip(*columns, strict=True)
    ]


def _choose_end(score: object, counts: object, left: int, now: Seconds) -> Seconds | None:
    """Return our own end of a row, or the one of its key, where an app has written it since."""
    if counts:
        return from_score(float(text_of(score)))
    if left < 0:
        return None
    return now + left / 1000
