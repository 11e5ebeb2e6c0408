"""Writes to other frameworks' keys in Redis."""

from __future__ import annotations

from devserver.core.clock import Clock
from devserver.core.values import Seconds
from devserver.stores.raw import Places
from devserver.stores.raw_write import PutBack
from devserver.stores.redis_client import Connected, connect, redis_errors

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

    async def remove(self, places: Places, key: str) -> PutBack | None:
        """DUMP, then DEL: what is put back is the same value with what was left of its TTL."""
        client = self._found.client
        async with redis_errors(), client.pipeline(transaction=True) as pipe:
            pipe.dump(key)
            pipe.pttl(key)
            pipe.delete(key)
            value, left, deleted = await pipe.execute()
        if not deleted:
            return None

        async def put_back() -> None:
            async with redis_errors():
                await client.restore(key, max(0, left), value, replace=True)

        return put_back

    async def end(self, places: Places, key: str, at: Seconds, value: bytes | None) -> bool:
        """Set the TTL, and the content where the layout keeps an end of its own in it."""
        moment = int(max(at, self._clock.now() + SOONEST) * 1000)
        async with redis_errors():
            if value is None:
                return bool(await self._found.client.pexpireat(key, moment))
            return bool(await self._found.client.set(key, value, xx=True, pxat=moment))

    async def close(self) -> None:
        """Close all connections."""
        await self._found.close()
