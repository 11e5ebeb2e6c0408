"""Commands that wait at the same moment share one pipeline: one write, one read, in order."""

from __future__ import annotations

import asyncio
import hashlib
import math
import select
from typing import TypeAlias

import redis.asyncio as aio
from hiredis import pack_command
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import NoScriptError, ResponseError

from session_inspector.devserver.stores.batching import PendingAnswer, settle
from session_inspector.devserver.stores.redis.client import SECONDS
from session_inspector.devserver.stores.redis.driver import stream_writer

Argument: TypeAlias = str | bytes | int | float
Command: TypeAlias = tuple[Argument, ...]
PendingCommand: TypeAlias = tuple[Command, PendingAnswer]
WIDEST = 256


class Pipeliner:
    """Sends what waits; under load a round trip carries many commands."""

    def __init__(self, client: aio.Redis) -> None:
        self._client = client
        self._digests: dict[str, str] = {}
        self._pending: list[PendingCommand] = []
        self._worker: asyncio.Task[None] | None = None
        self._held: AbstractConnection | None = None
        """Kept from group to group: to take one from the pool and put it back is 30 us."""

    async def call(self, script: str, keys: list[str], *values: Argument) -> object:
        """Run a script. Raises: RedisError, OSError, TimeoutError."""
        digest = self._digest(script)
        try:
            return await self.run("EVALSHA", digest, len(keys), *keys, *values)
        except NoScriptError:  # a new server, or it flushed them; EVAL keeps it there again
            return await self.run("EVAL", script, len(keys), *keys, *values)

    async def run(self, *command: Argument) -> object:
        """Run a command; a caller that is cancelled stops waiting, the command still happens.

        Raises: RedisError, OSError, TimeoutError.
        """
        answer: PendingAnswer = asyncio.get_running_loop().create_future()
        self._pending.append((command, answer))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.ensure_future(self._drain())
        return await answer

    async def close(self) -> None:
        """Wait for what is on its way, and hang up."""
        if self._worker is not None:
            await asyncio.wait([self._worker])
        await self._hang_up()

    def _digest(self, script: str) -> str:
        """Return Redis's name for a script."""
        known = self._digests.get(script)
        if known is None:
            known = hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
            self._digests[script] = known
        return known

    async def _drain(self) -> None:
        await asyncio.sleep(0)  # let this turn's callers join
        while self._pending:
            group = self._pending[:WIDEST]
            del self._pending[:WIDEST]
            try:
                outcomes = await self._exchange([command for command, _ in group])
            except Exception as error:  # whoever waits must hear of it, whatever it is
                outcomes = [error] * len(group)
            settle((answer for _, answer in group), outcomes)

    async def _exchange(self, commands: list[Command]) -> list[object]:
        """Write all commands at once and read all answers; refusals are answers too."""
        connection = await self._connect()
        is_clean = False
        try:
            async with asyncio.timeout(SECONDS):
                await _send(connection, commands)
                answers = [await _read_answer(connection) for _ in commands]
            is_clean = True
            return answers
        finally:
            if not is_clean:  # an answer may still be on its way: nobody else may read it
                await self._hang_up()

    async def _connect(self) -> AbstractConnection:
        held = self._held
        if held is not None and _is_silent(held):
            return held
        await self._hang_up()
        pool = self._client.connection_pool
        self._held = await pool.get_connection()  # type: ignore[no-untyped-call]  # the driver's
        return self._held

    async def _hang_up(self) -> None:
        held = self._held
        self._held = None
        if held is not None:
            await held.disconnect(nowait=True)
            await self._client.connection_pool.release(held)


async def _send(connection: AbstractConnection, commands: list[Command]) -> None:
    writer = stream_writer(connection)
    if writer is None:
        raise ConnectionError("the connection was closed")
    # its stub knows tuples of one argument only
    packed = b"".join(pack_command(command) for command in commands)  # type: ignore[arg-type]
    writer.write(packed)
    await writer.drain()


def _is_silent(connection: AbstractConnection) -> bool:
    """Return False for a server that speaks without being asked: it is leaving."""
    writer = stream_writer(connection)
    if writer is None:
        return False
    poll = select.poll()
    poll.register(writer.get_extra_info("socket").fileno(), select.POLLIN)
    return not poll.poll(0)


async def _read_answer(connection: AbstractConnection) -> object:
    try:
        # no timeout of its own: that of the whole group costs one timer, not 256
        found: object = await connection.read_response(timeout=math.inf, disable_decoding=True)
    except ResponseError as error:
        return error
    return found
