"""Sessions in Redis, as the SDK's documented example writes them: `session:<id>`, JSON, EX.

Beside them, one sorted set `session:index` scores each id by our own moment of expiry: it makes
the first page of a million sessions fast, and it judges expiry by our clock. Redis' own TTL only
cleans up, a day late, because time travel must not lie. A row without an index entry (somebody
else's) is as old as its TTL says.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit, urlunsplit

import redis.asyncio as aio
from redis.exceptions import RedisError

from devserver.core.clock import Clock
from devserver.core.errors import InputError, StoreUnavailable
from devserver.stores.base import Match, Page, Record, SessionId, Store, belongs_to
from devserver.stores.rows import from_text, to_text

T = TypeVar("T")
SLACK = 86_400
"""Seconds the engine's TTL outlives ours."""
SECONDS = 5.0
CONNECTIONS = 64
# one round trip, atomic: read the row and its moment of expiry
READ = """
local data = redis.call('GET', KEYS[1])
if not data then return false end
return {data, redis.call('ZSCORE', KEYS[2], ARGV[1]) or false, redis.call('TTL', KEYS[1])}
"""
# overwrite only what is there and, by our clock, alive
UPDATE = """
local ends = redis.call('ZSCORE', KEYS[2], ARGV[1])
if ends and tonumber(ends) <= tonumber(ARGV[5]) then return 0 end
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2])
else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
return 1
"""


class RedisStore:
    """One prefix of a Redis database; `?prefix=` names another than `session:`."""

    def __init__(self, client: aio.Redis, prefix: str, clock: Clock) -> None:
        self._client = client
        self._prefix = prefix
        self._index = f"{prefix}index"
        self._clock = clock
        self._read = client.register_script(READ)
        self._update = client.register_script(UPDATE)

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect to `redis://[user:password@]host[:port][/db][?prefix=session:]`.

        Raises: InputError for a bad URL; StoreUnavailable when it does not answer.
        """
        parts = urlsplit(url)
        options = parse_qs(parts.query)
        prefix = options.pop("prefix", ["session:"])[0]
        query = "&".join(f"{name}={value[0]}" for name, value in options.items())
        store = cls(_client(urlunsplit(parts._replace(query=query))), prefix, clock)
        try:
            await store._ask(store._client.ping())
        except StoreUnavailable:
            await store.close()
            raise
        return store

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record, in one round trip."""
        found = await self._ask(self._read(keys=[self._key(key), self._index], args=[key]))
        if not found:
            return None
        record = self._record(*found)
        is_live = record.expires is None or record.expires > self._clock.now()
        return record if is_live else None

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record and its place in the index."""
        async with self._client.pipeline(transaction=True) as pipe:
            pipe.set(self._key(key), to_text(record.data), ex=self._ttl(record))
            pipe.zadd(self._index, {key: _score(record)})
            await self._ask(pipe.execute())

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record, in one round trip; False when it is gone."""
        ttl = self._ttl(record)
        values = [
            key,
            to_text(record.data),
            "" if ttl is None else ttl,
            _score(record),
            self._clock.now(),
        ]
        keys = [self._key(key), self._index]
        return bool(await self._ask(self._update(keys=keys, args=values)))

    async def delete(self, key: SessionId) -> bool:
        """Delete a record and its place in the index."""
        async with self._client.pipeline(transaction=True) as pipe:
            pipe.delete(self._key(key))
            pipe.zrem(self._index, key)
            deleted, _ = await self._ask(pipe.execute())
        return bool(deleted)

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means; reads the whole list, page by page."""
        doomed: list[SessionId] = []
        cursor: str | None = None
        while True:
            page = await self.page(cursor, 500)
            doomed += [key for key, record in page.rows if belongs_to(match, record.data)]
            cursor = page.cursor
            if cursor is None:
                return [key for key in doomed if await self.delete(key)]

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return the indexed records, then (cursor `scan:N`) those that are not indexed."""
        if cursor is None or not cursor.startswith("scan:"):
            return await self._indexed(int(cursor or 0), limit)
        return await self._others(int(cursor.removeprefix("scan:")), limit)

    async def count(self) -> int:
        """Return how many rows there are, expired ones too; reads every key of the database."""
        total = 0
        async with _errors():
            async for name in self._client.scan_iter(match=f"{self._prefix}*", count=1000):
                total += _text(name) != self._index
        return total

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _indexed(self, offset: int, limit: int) -> Page:
        found = await self._ask(
            self._client.zrange(self._index, offset, offset + limit - 1, withscores=True)
        )
        ranked = _ranked(found)
        keys = [key for key, _ in ranked]
        texts = await self._ask(self._client.mget(map(self._key, keys))) if keys else []
        rows = [
            (key, Record(data=from_text(text) or {}, expires=_moment(score)))
            for key, (_, score), text in zip(keys, ranked, texts, strict=True)
            if text is not None
        ]
        return Page(rows=rows, cursor=str(offset + limit) if len(ranked) == limit else "scan:0")

    async def _others(self, start: int, limit: int) -> Page:
        position, names = await self._ask(
            self._client.scan(start, match=f"{self._prefix}*", count=max(limit, 100))
        )
        keys = [_text(name).removeprefix(self._prefix) for name in names]
        keys = [key for key in keys if self._key(SessionId(key)) != self._index]
        scores = await self._ask(self._client.zmscore(self._index, keys)) if keys else []
        strangers = [k for k, score in zip(keys, scores, strict=True) if score is None]
        read = [(SessionId(key), await self.read(SessionId(key))) for key in strangers]
        rows = [(key, record) for key, record in read if record is not None]
        return Page(rows=rows, cursor=f"scan:{position}" if position else None)

    def _key(self, key: SessionId) -> str:
        return f"{self._prefix}{key}"

    def _ttl(self, record: Record) -> int | None:
        if record.expires is None:
            return None
        return max(1, math.ceil(record.expires - self._clock.now())) + SLACK

    def _record(self, text: bytes, score: bytes | None, ttl: int) -> Record:
        own = _moment(float(score)) if score is not None else None
        foreign = self._clock.now() + ttl if score is None and ttl >= 0 else None
        return Record(data=from_text(text) or {}, expires=own if score is not None else foreign)

    async def _ask(self, answer: Awaitable[T]) -> T:
        async with _errors():
            return await answer


def _client(url: str) -> aio.Redis:
    parts = urlsplit(url)
    if parts.path.strip("/") and not parts.path.strip("/").isdecimal():
        raise InputError(
            f"{parts.path!r} is no Redis database; write a number: redis://host:6379/0"
        )
    try:
        # callers queue for a connection: a thousand at once need no thousand sockets
        pool = aio.BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=SECONDS,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
        )
    except (ValueError, TypeError) as error:
        raise InputError(f"{parts.scheme}://{parts.hostname} is no Redis URL: {error}") from error
    return aio.Redis.from_pool(pool)


@asynccontextmanager
async def _errors() -> AsyncIterator[None]:
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        raise StoreUnavailable(f"Redis: {error}") from error


def _text(name: object) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)


def _ranked(found: object) -> list[tuple[SessionId, float]]:
    """Narrow the answer of ZRANGE WITHSCORES, which the driver leaves open."""
    pairs = found if isinstance(found, list) else []
    return [(SessionId(_text(key)), float(score)) for key, score in pairs]


def _score(record: Record) -> float:
    return math.inf if record.expires is None else record.expires


def _moment(score: float) -> float | None:
    return None if math.isinf(score) else score
