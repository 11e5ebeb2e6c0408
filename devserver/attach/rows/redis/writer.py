"""Writes to other frameworks' keys in Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio.client import Pipeline
from redis.exceptions import ResponseError, WatchError

from session_inspector.devserver.attach.rows.base import RawRow, RowLocations, to_bytes
from session_inspector.devserver.attach.rows.redis.reader import end_of
from session_inspector.devserver.attach.rows.writing import (
    TRIES,
    Change,
    IsDoomed,
    PutBack,
    busy_error,
    is_kept,
)
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.redis.client import Connected, connect, redis_errors

LONG_AGO = 1
"""Unix milliseconds: a key that ends there is gone at once."""


class RedisWriter:
    """One server."""

    def __init__(self, connected: Connected, clock: Clock) -> None:
        self._connected = connected
        self._clock = clock

    @classmethod
    async def open(cls, url: str, clock: Clock) -> RedisWriter:
        """Prepare; the first write connects. Raises: InputError."""
        return cls(connect(url), clock)

    async def remove(
        self, locations: RowLocations, key: str, is_doomed: IsDoomed | None = None
    ) -> PutBack | None:
        """DUMP, then DEL: what is put back is the same value that ends at the same moment."""
        for _ in range(TRIES):
            async with self._watch(key) as pipe:
                row = await self._read_row(pipe, key)
                if row is None or is_kept(row, is_doomed):
                    return None
                ends = await _read_expiry(pipe, key)
                try:
                    value, deleted = await _take(pipe, key)
                except WatchError:
                    continue
                if not deleted:
                    return None
            return self._prepare_put_back(key, ends, value)
        raise busy_error()

    async def end(self, locations: RowLocations, key: str, at: Seconds, change: Change) -> bool:
        """Let a key end now: it is gone, as each is that has ended.

        What the layout keeps of an end inside it goes with it: no TTL is ever made longer.
        """
        async with redis_errors():
            return bool(await self._connected.client.pexpireat(key, LONG_AGO))

    async def rewrite(self, locations: RowLocations, key: str, change: Change) -> bool:
        """Write new content; the key's end stays as it is."""
        for _ in range(TRIES):
            async with self._watch(key) as pipe:
                row = await self._read_row(pipe, key)
                if row is None:
                    return False
                value = change(row.value)
                if value is None:
                    return True
                pipe.multi()  # type: ignore[no-untyped-call]  # redis-py left it so
                # XX: it may end between our reading and our writing
                pipe.set(key, value, xx=True, keepttl=True)
                try:
                    (is_written,) = await pipe.execute()
                except WatchError:
                    continue
                return bool(is_written)
        raise busy_error()

    async def close(self) -> None:
        """Close all connections."""
        await self._connected.close()

    def _prepare_put_back(self, key: str, ends: int, value: bytes) -> PutBack:
        is_endless = ends == 0

        async def put_back() -> bool:
            async with redis_errors():
                try:
                    await self._connected.client.restore(key, ends, value, absttl=not is_endless)
                except ResponseError as error:
                    if "BUSYKEY" not in str(error):
                        raise
                    return False
            return True

        return put_back

    @asynccontextmanager
    async def _watch(self, key: str) -> AsyncIterator[Pipeline]:
        async with redis_errors(), self._connected.client.pipeline(transaction=True) as pipe:
            await pipe.watch(key)
            yield pipe

    async def _read_row(self, pipe: Pipeline, key: str) -> RawRow | None:
        value = await pipe.get(key)
        left = await pipe.pttl(key)
        if value is None:
            return None
        ends = end_of(left, self._clock.now())
        return RawRow(key=key, value=to_bytes(value), expires=ends)


async def _read_expiry(pipe: Pipeline, key: str) -> int:
    """Return when a key ends, in Unix milliseconds of its server; 0: never."""
    try:
        ends = await pipe.pexpiretime(key)
    except ResponseError:  # before Redis 7
        seconds, micros = await pipe.time()
        left = await pipe.pttl(key)
        if left < 0:
            return 0
        ends = int(seconds) * 1000 + int(micros) // 1000 + left
    return max(0, int(ends))


async def _take(pipe: Pipeline, key: str) -> tuple[bytes, int]:
    """Delete a key: (its dump, 1 if it was there). Raises: WatchError."""
    pipe.multi()  # type: ignore[no-untyped-call]  # redis-py left it so
    pipe.dump(key)
    pipe.delete(key)
    value, deleted = await pipe.execute()
    return value, deleted
