"""Keys changed in place, or taken away with their end and put back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import redis.asyncio as aio
from redis.asyncio.client import Pipeline
from redis.exceptions import ResponseError, WatchError

from session_inspector.devserver.stores.exact import (
    TRIES,
    Change,
    PutBack,
    busy_error,
    change_bytes,
)
from session_inspector.devserver.stores.redis.client import ask, redis_errors, to_bytes

LONG_AGO = 1
"""Unix milliseconds: a key that ends there is gone at once."""
NEVER = 0
Check: TypeAlias = Callable[[Pipeline], Awaitable[bool]]
"""Reads a key that is watched, and decides that it is to be taken."""


async def change_key(client: aio.Redis, name: str, change: Change) -> PutBack | None:
    """Change a key's value in one atomic step, its end as it is, or let it end.

    None: it is gone. A key that has ended is one that is not there. Raises: StoreUnavailable,
    InspectorError.
    """
    if change.ends is not None:
        return await end_key(client, name)
    for _ in range(TRIES):
        found = await ask(client.get(name))
        if found is None:
            return None
        before = to_bytes(found)
        after = change_bytes(before, change)
        if await _swap(client, name, before, after):
            return _prepare_undo(client, name, before, after)
    raise busy_error()


def _prepare_undo(client: aio.Redis, name: str, before: bytes, after: bytes) -> PutBack:
    async def put_back() -> bool:
        return await _swap(client, name, after, before)

    return put_back


async def _swap(client: aio.Redis, name: str, expected: bytes, value: bytes) -> bool:
    """Write a key's value, its end as it is; False when it has another than is expected."""
    for _ in range(TRIES):
        async with redis_errors(), client.pipeline(transaction=True) as pipe:
            await pipe.watch(name)
            found = await pipe.get(name)
            if found is None or to_bytes(found) != expected:
                return False
            pipe.multi()  # type: ignore[no-untyped-call]  # redis-py left it so
            pipe.set(name, value, xx=True, keepttl=True)
            try:
                (is_written,) = await pipe.execute()
            except WatchError:
                continue
            return bool(is_written)
    raise busy_error()


async def take_key(
    client: aio.Redis, name: str | bytes, check: Check | None = None
) -> PutBack | None:
    """Delete a key; what is put back has the same bytes and the same end.

    None when there was none, or it does not pass the check. Raises: StoreUnavailable,
    InspectorError.
    """

    def delete(pipe: Pipeline) -> None:
        pipe.delete(name)

    return await _take(client, name, check, delete)


async def end_key(client: aio.Redis, name: str | bytes) -> PutBack | None:
    """Let a key end now: it is gone, as each is that has ended; what is put back is as above.

    None when there was none. Raises: StoreUnavailable, InspectorError.
    """

    def end(pipe: Pipeline) -> None:
        pipe.pexpireat(name, LONG_AGO)

    return await _take(client, name, None, end)


async def _take(
    client: aio.Redis, name: str | bytes, check: Check | None, drop: Callable[[Pipeline], None]
) -> PutBack | None:
    """Keep a key's bytes and end, and drop it in the same step."""
    for _ in range(TRIES):
        async with redis_errors(), client.pipeline(transaction=True) as pipe:
            await pipe.watch(name)
            if check is not None and not await check(pipe):
                return None
            ends = await _read_end(pipe, name)
            pipe.multi()  # type: ignore[no-untyped-call]  # as above
            pipe.dump(name)
            drop(pipe)
            try:
                value, is_dropped = await pipe.execute()
            except WatchError:
                continue
        if not is_dropped:
            return None
        return _prepare_put_back(client, name, value, ends)
    raise busy_error()


def _prepare_put_back(client: aio.Redis, name: str | bytes, value: bytes, ends: int) -> PutBack:
    async def put_back() -> bool:
        async with redis_errors():
            try:
                await client.restore(name, ends, value, absttl=ends != NEVER)
            except ResponseError as error:
                if "BUSYKEY" not in str(error):
                    raise
                return False
        return True

    return put_back


async def _read_end(pipe: Pipeline, name: str | bytes) -> int:
    """Return when a key ends, in Unix milliseconds of its server."""
    try:
        ends = int(await pipe.pexpiretime(name))  # type: ignore[arg-type]  # its stub knows no bytes
    except ResponseError:  # before Redis 7
        left = int(await pipe.pttl(name))
        if left < 0:
            return NEVER
        seconds, micros = await pipe.time()
        ends = int(seconds) * 1000 + int(micros) // 1000 + left
    return max(NEVER, ends)
