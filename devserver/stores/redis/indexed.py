"""Which rows the lab's index of ends lists, which it does not, and which are orphans."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import redis.asyncio as aio

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import KeyedRecord, Page, Record, SessionId
from session_inspector.devserver.stores.pruning.portions import PruneRule
from session_inspector.devserver.stores.redis.client import ask, redis_errors, text_of
from session_inspector.devserver.stores.redis.index import index_name, key_ends_name
from session_inspector.devserver.stores.redis.keys import FEWEST_KEYS, SCAN_PAGE, RedisKeys
from session_inspector.devserver.stores.redis.pipeline import Pipeliner
from session_inspector.devserver.stores.redis.rows import PAGE, from_score
from session_inspector.devserver.stores.redis.scripts import PAGE_INDEX, PRUNE

ReadRecord = Callable[[SessionId], Awaitable[Record | None]]
"""Reads one record."""


class IndexedKeys:
    """The ids below one prefix, by the index; each method raises StoreUnavailable."""

    def __init__(self, client: aio.Redis, pipeline: Pipeliner, keys: RedisKeys) -> None:
        self._client = client
        self._pipeline = pipeline
        self._keys = keys
        self._index = index_name(keys.prefix)
        self.names = [self._index, key_ends_name(keys.prefix)]
        """The keys of the index, as the scripts take them."""

    async def page(self, score: str, last: str, limit: int, now: Seconds) -> Sequence[IndexEntry]:
        """Return the entries behind the one with a score and an id."""
        values = (limit, score, last, self._keys.prefix)
        async with redis_errors():
            found = await self._pipeline.call(PAGE_INDEX, self.names, *values)
        return _read_entries(found, now)

    async def prune(self, rule: PruneRule, now: Callable[[], Seconds]) -> AsyncIterator[int]:
        """Delete, or count, rows that have ended by the index; yields how many each time."""
        most = min(PAGE, rule.most)
        offset = 0
        while True:
            ended_by = rule.ended_by(now())
            values = (self._keys.prefix, ended_by, most, int(rule.dry_run), offset)
            async with redis_errors():
                found = await self._pipeline.call(PRUNE, self.names, *values)
            rows, seen = found if isinstance(found, list) else (0, 0)
            yield int(rows)
            if int(seen) < most:
                return
            if rule.dry_run:
                offset += most

    async def find_strangers(self, start: int, limit: int) -> tuple[int, list[SessionId]]:
        """Return (where to go on, 0: nowhere; ids of rows that have no entry in the index)."""
        position, keys = await self._keys.scan_once(start, max(limit, FEWEST_KEYS))
        if not keys:
            return position, []
        names: list[str] = [*keys]
        scores = await ask(self._client.zmscore(self._index, names))
        pairs = zip(keys, scores, strict=True)
        return position, [key for key, score in pairs if score is None]

    async def page_strangers(self, start: int, limit: int, read: ReadRecord) -> Page:
        """Return records that have no entry in the index (cursor `scan:N`)."""
        position, strangers = await self.find_strangers(start, limit)
        rows: list[KeyedRecord] = []
        for key in strangers:
            record = await read(key)
            if record is not None:
                rows.append((key, record))
        cursor = f"scan:{position}" if position else None
        return Page(rows=rows, cursor=cursor)

    async def find_orphans(self, read: ReadRecord) -> list[SessionId]:
        """Return ids of rows that never end, and entries whose row is gone."""
        found = await self._find_endless(read)
        found += await self._find_traces()
        found += await self._find_without_ttl()
        return list(dict.fromkeys(found))

    async def _find_endless(self, read: ReadRecord) -> list[SessionId]:
        """Return ids that our index says never end, as far as it counts."""
        names = await ask(self._client.zrangebyscore(self._index, "+inf", "+inf"))
        keys = [SessionId(text_of(name)) for name in names]
        records = await asyncio.gather(*(read(key) for key in keys))
        pairs = zip(keys, records, strict=True)
        return [key for key, record in pairs if record is not None and record.expires is None]

    async def _find_traces(self) -> list[SessionId]:
        """Return ids that are in the index only: their row is gone."""
        traces: list[SessionId] = []
        async with redis_errors():
            async for entry in self._client.zscan_iter(self._index, count=SCAN_PAGE):
                key = SessionId(text_of(next(iter(entry))))
                if not await self._client.exists(self._keys.name_of(key)):
                    traces.append(key)
        return traces

    async def _find_without_ttl(self) -> list[SessionId]:
        """Return ids of others' rows that have no TTL."""
        found: list[SessionId] = []
        position = 0
        while True:
            position, strangers = await self.find_strangers(position, PAGE)
            for key in strangers:
                ttl = await ask(self._client.ttl(self._keys.name_of(key)))
                if ttl == -1:
                    found.append(key)
            if not position:
                return found


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One row by the index."""

    key: SessionId
    score: str
    """As the engine writes it."""
    ends: Seconds | None


def _read_entries(found: object, now: Seconds) -> list[IndexEntry]:
    """Narrow PAGE_INDEX's answer, which the driver leaves open."""
    if not isinstance(found, list):
        return []
    columns = [found[number::4] for number in range(4)]
    return [
        IndexEntry(SessionId(text_of(key)), text_of(score), _choose_end(score, counts, left, now))
        for key, score, counts, left in zip(*columns, strict=True)
    ]


def _choose_end(score: object, counts: object, left: int, now: Seconds) -> Seconds | None:
    """Return our own end of a row, or the one of its key, where an app has written it since."""
    if counts:
        return from_score(float(text_of(score)))
    if left < 0:
        return None
    return now + left / 1000
