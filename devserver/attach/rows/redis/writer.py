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

SOONEST = 1.0
"""Seconds an ended key lives on: a TTL in the past would be a deletion."""


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
        """DUMP, then DEL: what is put back is the same value with what was left of its TTL."""
        for _ in range(TRIES):
            async with self._watch(key) as pipe:
                row = await self._read_row(pipe, key)
                if row is None or is_kept(row, is_doomed):
                    return None
                try:
                    value, left, deleted = await _take(pipe, key)
                except WatchError:
                    continue
            if not deleted:
                return None
            return self._prepare_put_back(key, max(0, left), value)
        raise busy_error()

    async def end(self, locations: RowLocations, key: str, at: Seconds, change: Change) -> bool:
        """Set the TTL, and the content where the layout keeps an end of its own in it."""
        soonest = self._clock.now() + SOONEST
        milliseconds = int(max(at, soonest) * 1000)
        for _ in range(TRIES):
            async with self._watch(key) as pipe:
                row = await self._read_row(pipe, key)
                if row is None:
                    return False
                try:
                    await _write_end(pipe, key, milliseconds, change(row.value))
                except WatchError:
                    continue
            return True
        raise busy_error()

    async def close(self) -> None:
        """Close all connections."""
        await self._connected.close()

    def _prepare_put_back(self, key: str, left: int, value: bytes) -> PutBack:
        async def put_back() -> bool:
            async with redis_errors():
                try:
                    await self._connected.client.restore(key, left, value)
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


async def _take(pipe: Pipeline, key: str) -> tuple[bytes, int, int]:
    """Delete a key: (its dump, milliseconds it had left, 1 if it was there). Raises: WatchError."""
    pipe.multi()  # type: ignore[no-untyped-call]  # redis-py left it so
    pipe.dump(key)
    pipe.pttl(key)
    pipe.delete(key)
    value, left, deleted = await pipe.execute()
    return value, left, deleted


async def _write_end(pipe: Pipeline, key: str, milliseconds: int, value: bytes | None) -> None:
    """Let a key end at Unix milliseconds, with new content if there is any. Raises: WatchError."""
    pipe.multi()  # type: ignore[no-untyped-call]  # as above
    if value is None:
        pipe.pexpireat(key, milliseconds)
    else:
        pipe.set(key, value, pxat=milliseconds)
    await pipe.execute()
