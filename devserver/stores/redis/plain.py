"""Sessions in somebody's Redis: read by SCAN, GET and PTTL, written only as a command says.

No script, no index, no key of ours: a user who may only read can be attached. The end of a row is
the end of its key. Where the lab has kept an index of its own, an entry counts for as long as it
goes with the key's TTL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from redis.asyncio.client import Pipeline
from redis.exceptions import WatchError

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    KeyedRecord,
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
    keep_live,
)
from session_inspector.devserver.stores.exact import TRIES, Change, PutBack
from session_inspector.devserver.stores.paging import iterate_rows
from session_inspector.devserver.stores.pruning.pages import PagePruning
from session_inspector.devserver.stores.pruning.portions import PruneRule, prune_all
from session_inspector.devserver.stores.querying.filters import FEWEST_BYTES, RowFilter
from session_inspector.devserver.stores.querying.sources import OpenSource, WindowSource
from session_inspector.devserver.stores.redis.client import (
    Connected,
    connect,
    redis_errors,
)
from session_inspector.devserver.stores.redis.estimate import estimate_keys
from session_inspector.devserver.stores.redis.exact import LONG_AGO, change_key, take_key
from session_inspector.devserver.stores.redis.feed import open_feed
from session_inspector.devserver.stores.redis.keys import FEWEST_KEYS, RedisKeys
from session_inspector.devserver.stores.redis.plain_rows import PlainRows, measure_skew
from session_inspector.devserver.stores.redis.sift import KeySift
from session_inspector.devserver.stores.redis.source import ScanSource, describe_scan
from session_inspector.devserver.stores.rows import to_text
from session_inspector.devserver.stores.session_data import is_meant, read_sub
from session_inspector.devserver.stores.watching.commands import counted_always

PAGE = 500
MOST_SCANS = 50
"""Scans of one page: in a large database few keys are sessions."""
SAME = 0.002
"""Seconds between two readings of one end, at most: Redis counts milliseconds."""


class PlainRedisStore:
    """One prefix of a Redis database that belongs to an app."""

    def __init__(self, connected: Connected, clock: Clock, skew: Seconds) -> None:
        self._connected = connected
        self._client = connected.client
        self._keys = RedisKeys(connected.client, connected.prefix)
        self._rows = PlainRows(connected, self._keys, clock, skew)
        self._clock = clock
        self.layout = f"keys {connected.prefix}<id>, JSON with EX"
        self.estimate_rows = partial(estimate_keys, connected.client, self._keys.patterns)
        self.open_source = open_redis_source(self._keys, self._rows)
        self.count_commands = counted_always(connected.commands)
        self.prune_portions = PagePruning(
            store=self,
            now=clock.now,
            delete_ended=partial(_delete_ended, self),
            delete_endless=partial(_delete_endless, self),
        ).portions

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect; see `redis/client.py` for the URLs. Nothing is ever created.

        Raises: InputError for a bad URL; StoreUnavailable when it does not answer.
        """
        connected = connect(url)
        try:
            skew = await measure_skew(connected, clock)
        except StoreUnavailable:
            await connected.close()
            raise
        return cls(connected, clock, skew)

    @property
    def countdown_error(self) -> Seconds:
        """Seconds by which an end may differ at its next reading."""
        return self._rows.countdown_error

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        rows = await self._rows.read([key])
        if not rows:
            return None
        return keep_live(rows[0][1], self._clock.now())

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, over one that is there."""
        name = self._keys.name_of(key)
        async with redis_errors(), self._client.pipeline(transaction=True) as pipe:
            self._write(pipe, name, record)
            await pipe.execute()

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record in one atomic step; False when it is gone.

        An end that stays is not written again; one that is over ends the key.
        """

        def write(pipe: Pipeline, name: str, found: Record) -> None:
            if _is_same_end(found.expires, record.expires):
                pipe.set(name, to_text(record.data), keepttl=True)
            else:
                self._write(pipe, name, record)

        return await self._change(key, self._is_live, write)

    async def change(self, key: SessionId, change: Change) -> PutBack | None:
        """Change a live row in place; None when it is gone. One that ends is gone at once."""
        return await change_key(self._client, self._keys.name_of(key), change)

    async def take(self, key: SessionId) -> PutBack | None:
        """Delete a row; what is put back has the same bytes and the same end."""
        return await take_key(self._client, self._keys.name_of(key))

    async def delete(self, key: SessionId) -> bool:
        """Delete a record; False when there was none."""
        async with redis_errors():
            return bool(await self._client.delete(self._keys.name_of(key)))

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means; reads all rows by SCAN, which misses none."""
        rows = iterate_rows(self, PAGE)
        doomed = {key async for key, record in rows if is_meant(match, record.data)}
        return [key for key in sorted(doomed) if await self.delete(key)]

    async def find(self, sub: str) -> Sequence[KeyedRecord]:
        """Return the records of one user; reads all rows."""
        rows = iterate_rows(self, PAGE)
        found = {key: record async for key, record in rows if read_sub(record.data) == sub}
        return list(found.items())

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete the lab's expired records; an app's are gone by themselves.

        With `orphans` those without a TTL, too. Each only if it still is one.
        """
        rule = PruneRule(at=self._clock.now(), orphans=orphans, dry_run=dry_run)
        return await prune_all(self, rule)

    async def feed(self) -> ChangeFeed:
        """Listen to keyspace notifications when they are on, else poll."""
        return await open_feed(self._client, self._keys.prefix)

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records in the order of a SCAN; one may come twice."""
        position = int(cursor or 0)
        rows: list[KeyedRecord] = []
        for _ in range(MOST_SCANS):
            position, keys = await self._keys.scan_once(position, max(limit, FEWEST_KEYS))
            rows += await self._rows.read(keys)
            if rows or not position:
                break
        if not position:
            return Page(rows=rows, cursor=None)
        return Page(rows=rows, cursor=str(position))

    async def count(self) -> int:
        """Return how many rows there are; reads every key of the database."""
        return await self._keys.count()

    async def close(self) -> None:
        """Close the connections."""
        await self._connected.close()

    def _is_live(self, record: Record) -> bool:
        return record.is_live(self._clock.now())

    def _write(self, pipe: Pipeline, name: str, record: Record) -> None:
        """Add the write of a record and its end; of one that is over, the end of the key."""
        text = to_text(record.data)
        if record.expires is None:
            pipe.set(name, text)
            return
        if not self._is_live(record):
            pipe.pexpireat(name, LONG_AGO)
        else:
            pipe.set(name, text, pxat=round((record.expires + self._rows.skew) * 1000))

    async def _delete_if(self, key: SessionId, is_doomed: Callable[[Record], bool]) -> bool:
        """Delete a row that is of a rule when it goes."""

        def write(pipe: Pipeline, name: str, found: Record) -> None:
            pipe.delete(name)

        return await self._change(key, is_doomed, write)

    async def _change(
        self,
        key: SessionId,
        is_meant_row: Callable[[Record], bool],
        write: Callable[[Pipeline, str, Record], None],
    ) -> bool:
        """Change a row that nobody writes between our reading and our writing; False: none."""
        name = self._keys.name_of(key)
        for _ in range(TRIES):
            async with redis_errors(), self._client.pipeline(transaction=True) as pipe:
                await pipe.watch(name)
                rows = await self._rows.read([key])
                if not rows or not is_meant_row(rows[0][1]):
                    return False
                pipe.multi()  # type: ignore[no-untyped-call]  # redis-py left it so
                write(pipe, name, rows[0][1])
                try:
                    await pipe.execute()
                except WatchError:
                    continue
                return True
        raise StoreUnavailable(f"Redis: {key} is written faster than it can be changed here")


def open_redis_source(keys: RedisKeys, rows: PlainRows) -> OpenSource:
    """Return how the store's keys are listed."""

    async def scan(_: int, position: int, count: int) -> tuple[int, Sequence[SessionId]]:
        return await keys.scan_once(position, count)

    async def read(_: int, found: Sequence[str]) -> Sequence[tuple[str, KeyedRecord]]:
        records = await rows.read([SessionId(key) for key in found])
        return [(key, (key, record)) for key, record in records]

    async def open_source(wanted: RowFilter, now: Seconds) -> WindowSource[KeyedRecord]:
        visible = wanted
        if await rows.has_index():
            visible = wanted.hide("expires")
        sift = KeySift(
            wanted=visible,
            now=now,
            read_values=rows.read_values,
            read_ends=rows.read_ends,
            fewest=FEWEST_BYTES,
        )
        is_filtered = bool(wanted.words)
        how = describe_scan(wanted)
        return ScanSource(scan, read, 1, how, is_filtered=is_filtered, sift=sift)

    return open_source


def _is_same_end(one: Seconds | None, other: Seconds | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= SAME


async def _delete_ended(store: PlainRedisStore, key: SessionId, ended_by: Seconds) -> bool:
    return await store._delete_if(key, lambda found: not found.is_live(ended_by))


async def _delete_endless(store: PlainRedisStore, key: SessionId) -> bool:
    return await store._delete_if(key, _is_endless)


def _is_endless(record: Record) -> bool:
    return record.expires is None
