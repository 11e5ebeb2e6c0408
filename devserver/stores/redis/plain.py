"""Sessions in somebody's Redis: read by SCAN, GET and PTTL, written only as a command says.

No script, no index, no key of ours: a user who may only read can be attached. The end of a row is
the end of its key. Where the lab has kept an index of its own, an entry counts for as long as it
goes with the key's TTL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from redis.asyncio.client import Pipeline
from redis.exceptions import NoPermissionError, RedisError, ResponseError, WatchError

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
from session_inspector.devserver.stores.exact import Change, PutBack
from session_inspector.devserver.stores.paging import iterate_rows
from session_inspector.devserver.stores.redis.client import (
    Connected,
    connect,
    redis_errors,
    text_of,
)
from session_inspector.devserver.stores.redis.exact import LONG_AGO, TRIES, change_key, take_key
from session_inspector.devserver.stores.redis.feed import open_feed
from session_inspector.devserver.stores.redis.index import (
    counts_for,
    earlier_index_name,
    index_name,
    is_row_name,
    row_pattern,
)
from session_inspector.devserver.stores.rows import from_text, to_text
from session_inspector.devserver.stores.session_data import is_meant, read_sub

PAGE = 500
FEWEST = 100
"""Keys one SCAN looks at, at least."""
MOST_SCANS = 50
"""Scans of one page: in a large database few keys are sessions."""
OLD_ERROR = 1.0
"""Seconds by which a PTTL and our clock, read after it, may miss the end."""
SAME = 0.002
"""Seconds between two readings of one end, at most: Redis counts milliseconds."""
SKEW = 1.5
"""Seconds that two clocks may differ and still count as one."""


class PlainRedisStore:
    """One prefix of a Redis database that belongs to an app."""

    countdown_error = 0.002
    """PEXPIRETIME counts milliseconds."""

    def __init__(self, connected: Connected, clock: Clock, skew: Seconds) -> None:
        self._connected = connected
        self._client = connected.client
        self._prefix = connected.prefix
        self._clock = clock
        self._skew = skew
        """Seconds the server's clock is ahead of ours."""
        self._has_expiry_times = True
        """Whether PEXPIRETIME is known (Redis 7): an end is then the same at each reading."""
        self.layout = f"keys {connected.prefix}<id>, JSON with EX"

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect; see `redis/client.py` for the URLs. Nothing is ever created.

        Raises: InputError for a bad URL; StoreUnavailable when it does not answer.
        """
        connected = connect(url)
        try:
            skew = await _measure_skew(connected, clock)
        except StoreUnavailable:
            await connected.close()
            raise
        return cls(connected, clock, skew)

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        rows = await self._read_rows([key])
        if not rows:
            return None
        return keep_live(rows[0][1], self._clock.now())

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, over one that is there."""
        name = self._name(key)
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

    async def change(self, key: SessionId, change: Change) -> bool:
        """Change a live row in place; False when it is gone."""
        return await change_key(self._client, self._name(key), change)

    async def take(self, key: SessionId) -> PutBack | None:
        """Delete a row; what is put back has the same bytes and the same end."""
        return await take_key(self._client, self._name(key))

    async def delete(self, key: SessionId) -> bool:
        """Delete a record; False when there was none."""
        async with redis_errors():
            return bool(await self._client.delete(self._name(key)))

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
        expired = 0
        endless = 0
        async for key, record in iterate_rows(self, PAGE):
            if not self._is_live(record):
                expired += dry_run or await self._delete_if(key, self._is_over)
            elif orphans and record.expires is None:
                endless += dry_run or await self._delete_if(key, _is_endless)
        return Pruned(expired=expired, orphans=endless)

    async def feed(self) -> ChangeFeed:
        """Listen to keyspace notifications when they are on, else poll."""
        return await open_feed(self._client, self._prefix)

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records in the order of a SCAN; one may come twice."""
        position = int(cursor or 0)
        rows: list[KeyedRecord] = []
        for _ in range(MOST_SCANS):
            position, keys = await self._scan(position, max(limit, FEWEST))
            rows += await self._read_rows(keys)
            if rows or not position:
                break
        if not position:
            return Page(rows=rows, cursor=None)
        return Page(rows=rows, cursor=str(position))

    async def count(self) -> int:
        """Return how many rows there are; reads every key of the database."""
        keys: set[SessionId] = set()
        position = 0
        while True:
            position, some = await self._scan(position, PAGE)
            keys.update(some)
            if not position:
                return len(keys)

    async def close(self) -> None:
        """Close the connections."""
        await self._connected.close()

    def _name(self, key: SessionId) -> str:
        return f"{self._prefix}{key}"

    def _is_live(self, record: Record) -> bool:
        return record.is_live(self._clock.now())

    def _is_over(self, record: Record) -> bool:
        return not self._is_live(record)

    def _write(self, pipe: Pipeline, name: str, record: Record) -> None:
        """Add the write of a record and its end; of one that is over, the end of the key."""
        text = to_text(record.data)
        if record.expires is None:
            pipe.set(name, text)
            return
        if self._is_over(record):
            pipe.pexpireat(name, LONG_AGO)
        else:
            pipe.set(name, text, pxat=round((record.expires + self._skew) * 1000))

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
        name = self._name(key)
        for _ in range(TRIES):
            async with redis_errors(), self._client.pipeline(transaction=True) as pipe:
                await pipe.watch(name)
                rows = await self._read_rows([key])
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

    async def _scan(self, start: int, count: int) -> tuple[int, list[SessionId]]:
        """Return (where to go on, 0: nowhere; ids); keys of other types are no sessions."""
        async with redis_errors():
            position, names = await self._client.scan(
                start, match=row_pattern(self._prefix), count=count, _type="STRING"
            )
        texts = [text_of(name) for name in names]
        found = [
            SessionId(name.removeprefix(self._prefix))
            for name in texts
            if is_row_name(name, self._prefix)
        ]
        return int(position), list(dict.fromkeys(found))

    async def _read_rows(self, keys: Sequence[SessionId]) -> list[KeyedRecord]:
        """Return the rows of ids, expired ones too, in one round trip."""
        if not keys:
            return []
        texts, ends = await self._fetch(keys)
        rows: list[KeyedRecord] = []
        for key, text, at in zip(keys, texts, ends, strict=True):
            if text is not None:
                rows.append((key, Record(data=from_text(text) or {}, expires=at)))
        return rows

    async def _fetch(
        self, keys: Sequence[SessionId]
    ) -> tuple[list[bytes | str | None], list[Seconds | None]]:
        """Return the values of ids and their ends."""
        names = [self._name(key) for key in keys]
        async with redis_errors(), self._client.pipeline(transaction=False) as pipe:
            pipe.mget(names)
            for index in (index_name(self._prefix), earlier_index_name(self._prefix)):
                pipe.zmscore(index, [*keys])
            for name in names:
                if self._has_expiry_times:
                    pipe.pexpiretime(name)
                else:
                    pipe.pttl(name)
            texts, own, earlier, *times = await pipe.execute(raise_on_error=False)
            if isinstance(texts, RedisError):
                raise texts
            if isinstance(times[0], ResponseError) and self._has_expiry_times:
                self._has_expiry_times = False
                self.countdown_error = OLD_ERROR
                return await self._fetch(keys)
        ends = [self._to_end(time) for time in times]
        for scores in (earlier, own):
            ends = _apply_scores(scores, ends)
        return texts, ends

    def _to_end(self, time: object) -> Seconds | None:
        """Return the end of a key by our clock; None: never."""
        if isinstance(time, RedisError):
            raise time
        if not isinstance(time, int) or time < 0:
            return None
        if self._has_expiry_times:
            return round(time / 1000 - self._skew, 3)
        return self._clock.now() + time / 1000


async def _measure_skew(connected: Connected, clock: Clock) -> Seconds:
    """Return by how much the server's clock is ahead of ours. Raises: StoreUnavailable."""
    async with redis_errors():
        try:
            seconds, micros = await connected.client.time()
        except NoPermissionError:
            return 0.0
    skew = float(seconds) + float(micros) / 1e6 - clock.now()
    if abs(skew) < SKEW:
        return 0.0
    return round(skew, 3)  # the engine counts milliseconds: what was written is read again


def _apply_scores(scores: object, ends: list[Seconds | None]) -> list[Seconds | None]:
    """Return ends, with those of an index where it has an entry that counts."""
    if not isinstance(scores, list):
        return ends  # no sorted set, or none that this user may read
    return [_choose_end(score, at) for score, at in zip(scores, ends, strict=True)]


def _choose_end(score: object, ends: Seconds | None) -> Seconds | None:
    if score is None:
        return ends
    found = float(text_of(score))
    if not counts_for(found, ends):
        return ends
    if ends is None:
        return None
    return found


def _is_same_end(one: Seconds | None, other: Seconds | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= SAME


def _is_endless(record: Record) -> bool:
    return record.expires is None
