"""Writes to other frameworks' keys in Redis."""

from __future__ import annotations

from redis.asyncio.client import Pipeline

from session_inspector.devserver.attach.rows.base import RawRow, RowLocations, to_bytes
from session_inspector.devserver.attach.rows.redis.hashes import HASH, pack_fields
from session_inspector.devserver.attach.rows.redis.keys import key_bytes, key_text
from session_inspector.devserver.attach.rows.redis.reader import end_of
from session_inspector.devserver.attach.rows.writing import Change, IsDoomed, is_kept
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.exact import PutBack
from session_inspector.devserver.stores.redis.client import (
    Connected,
    connect,
    text_of,
)
from session_inspector.devserver.stores.redis.exact import end_key, take_key


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
        name = key_bytes(key)

        async def check(pipe: Pipeline) -> bool:
            row = await self._read_row(pipe, name)
            return row is not None and not is_kept(row, is_doomed)

        return await take_key(self._connected.client, name, check)

    async def end(
        self, locations: RowLocations, key: str, at: Seconds, change: Change
    ) -> PutBack | None:
        """Let a key end now: it is gone, as each is that has ended.

        What the layout keeps of an end inside it goes with it: no TTL is ever made longer.
        """
        return await end_key(self._connected.client, key_bytes(key))

    async def close(self) -> None:
        """Close all connections."""
        await self._connected.close()

    async def _read_row(self, pipe: Pipeline, key: bytes) -> RawRow | None:
        value = await self._read_value(pipe, key)
        left = await pipe.pttl(key)
        if value is None:
            return None
        ends = end_of(left, self._clock.now())
        return RawRow(key=key_text(key), value=value, expires=ends)

    async def _read_value(self, pipe: Pipeline, key: bytes) -> bytes | None:
        kind = text_of(await pipe.type(key))
        if kind == HASH.lower():
            return pack_fields(await pipe.hgetall(key))
        value = await pipe.get(key)
        if value is None:
            return None
        return to_bytes(value)
