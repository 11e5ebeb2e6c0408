"""Writes to other frameworks' keys in Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio.client import Pipeline
from redis.exceptions import ResponseError, WatchError

from session_inspector.devserver.attach.rows.base import RawRow, RowLocations, bytes_of
from session_inspector.devserver.attach.rows.writing import TRIES, Change, PutBack, Still, too_busy
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.redis.client import Connected, connect, redis_errors

SOONEST = 1.0
"""Seconds an ended key lives on: a TTL in the past would be a deletion."""


class RedisWriter:
    """One server."""

    def __init__(self, found: Connected, clock: Clock) -> None:
        self._found = found
        self._clock = clock

    @classmethod
    def open(cls, url: str, clock: Clock) -> RedisWriter:
        """Prepare; the first write connects. Raises: InputError."""
        return cls(connect(url), clock)

    async def remove(
        self, locations: RowLocations, key: str, still: Still | None = None
    ) -> PutBack | None:
        """DUMP, then DEL: what is put back is the same value with what was left of its TTL."""
        for _ in range(TRIES):
            async with self._watching(key) as pipe:
                row = await self._row(pipe, key)
                if row is None or not (still is None or still(row)):
                    return None
                pipe.multi()  # type: ignore[no-untyped-call]  # redis-py left it so
                pipe.dump(key)
                pipe.pttl(key)
                pipe.delete(key)
                try:
                    value, left, deleted = await pipe.execute()
                except WatchError:
                    continue
            return self._putting_back(key, max(0, left), value) if deleted else None
        raise too_busy()

    def _putting_back(self, key: str, left: int, value: bytes) -> PutBack:
        async def put_back() -> bool:
            async with redis_errors():
                try:
                    await self._found.client.restore(key, left, value)
                except ResponseError as error:
                    if "BUSYKEY" not in str(error):
                        raise
                    return False
            return True

        return put_back

    async def end(self, locations: RowLocations, key: str, at: Seconds, change: Change) -> bool:
        """Set the TTL, and the content where the layout keeps an end of its own in it."""
        moment = int(max(at, self._clock.now() + SOONEST) * 1000)
        for _ in range(TRIES):
            async with self._watching(key) as pipe:
                row = await self._row(pipe, key)
                if row is None:
                    return False
                value = change(row.value)
                pipe.multi()  # type: ignore[no-untyped-call]  # as above
                if value is None:
                    pipe.pexpireat(key, moment)
                else:
                    pipe.set(key, value, pxat=moment)
                try:
                    await pipe.execute()
                except WatchError:
                    continue
            return True
        raise too_busy()

    @asynccontextmanager
    async def _watching(self, key: str) -> AsyncIterator[Pipeline]:
        async with redis_errors(), self._found.client.pipeline(transaction=True) as pipe:
            await pipe.watch(key)
            yield pipe

    async def _row(self, pipe: Pipeline, key: str) -> RawRow | None:
        value, left = await pipe.get(key), await pipe.pttl(key)
        if value is None:
            return None
        ends = self._clock.now() + left / 1000 if left >= 0 else None
        return RawRow(key=key, value=bytes_of(value), expires=ends)

    async def close(self) -> None:
        """Close all connections."""
        await self._found.close()
