"""Commands that wait at the same moment share one pipeline: one write, one read, in order."""

from __future__ import annotations

import asyncio
import hashlib
import math
import select
from typing import TypeAlias

import redis.asyncio as aio
from hiredis import pack_command
from redis.asyncio.connection import AbstractConnection as Connection
from redis.exceptions import NoScriptError, RedisError, ResponseError

from session_inspector.devserver.stores.batching import settle
from session_inspector.devserver.stores.redis.client import SECONDS

Argument: TypeAlias = str | bytes | int | float
Waiting: TypeAlias = tuple[tuple[Argument, ...], "asyncio.Future[object]"]
WIDEST = 256


class Pipeliner:
    """Sends what waits; under load a round trip carries many commands."""

    def __init__(self, client: aio.Redis) -> None:
        self._client = client
        self._digests: dict[str, str] = {}
        self._waiting: list[Waiting] = []
        self._worker: asyncio.Task[None] | None = None
        self._held: Connection | None = None
        """Kept from group to group: to take one from the pool and put it back is 30 us."""

    async def call(self, script: str, keys: list[str], *values: Argument) -> object:
        """Run a script. Raises: RedisError, OSError, TimeoutError."""
        digest = hashlib.sha1(script.encode(), usedforsecurity=False)  # Redis's name for it
        sha = self._digests.setdefault(script, digest.hexdigest())
        try:
            return await self.run("EVALSHA", sha, len(keys), *keys, *values)
        except NoScriptError:  # a new server, or it flushed them; EVAL keeps it there again
            return await self.run("EVAL", script, len(keys), *keys, *values)

    async def run(self, *command: Argument) -> object:
        """Run a command; a caller that is cancelled stops waiting, the command still happens.

        Raises: RedisError, OSError, TimeoutError.
        """
        done: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._waiting.append((command, done))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.ensure_future(self._drain())
        return await done

    async def close(self) -> None:
        """Wait for what is on its way, and hang up."""
        if self._worker is not None:
            await asyncio.wait([self._worker])
        await self._hang_up()

    async def _drain(self) -> None:
        await asyncio.sleep(0)  # let this turn's callers join
        while self._waiting:
            group, self._waiting = self._waiting[:WIDEST], self._waiting[WIDEST:]
            try:
                answers = await self._sent(group)
            except (RedisError, OSError, TimeoutError) as error:
                answers = [error] * len(group)
            settle((done for _, done in group), answers)

    async def _sent(self, group: list[Waiting]) -> list[object]:
        """Write all commands at once and read all answers; refusals are answers too."""
        connection = await self._connection()
        is_clean = False
        try:
            async with asyncio.timeout(SECONDS):
                # its stub knows tuples of one argument only
                packed = b"".join(pack_command(command) for command, _ in group)  # type: ignore[arg-type]
                await _send(connection, packed)
                answers = [await _answer(connection) for _ in group]
            is_clean = True
            return answers
        finally:
            if not is_clean:  # an answer may still be on its way: nobody else may read it
                await self._hang_up()

    async def _connection(self) -> Connection:
        if self._held is None or not _is_silent(self._held):
            await self._hang_up()
            pool = self._client.connection_pool
            self._held = await pool.get_connection()  # type: ignore[no-untyped-call]  # the driver's
        return self._held

    async def _hang_up(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            await held.disconnect(nowait=True)
            await self._client.connection_pool.release(held)


async def _send(connection: Connection, packed: bytes) -> None:
    writer = connection._writer  # the driver's own way waits in a task, with a timer
    if writer is None:
        raise ConnectionError("the connection was closed")
    writer.write(packed)
    await writer.drain()


def _is_silent(connection: Connection) -> bool:
    """Say whether a server that was asked nothing says nothing: if it did, it is leaving."""
    writer = connection._writer  # the driver's own question waits for a timer
    if writer is None:
        return False
    asked = select.poll()
    asked.register(writer.get_extra_info("socket").fileno(), select.POLLIN)
    return not asked.poll(0)


async def _answer(connection: Connection) -> object:
    try:
        # no timeout of its own: that of the whole group costs one timer, not 256
        found: object = await connection.read_response(timeout=math.inf, disable_decoding=True)
    except ResponseError as error:
        return error
    return found
