"""Commands that wait at the same moment share one pipeline: one write, one read, in order."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TypeAlias

import redis.asyncio as aio
from redis.exceptions import NoScriptError, RedisError

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

    async def call(self, script: str, keys: list[str], *values: Argument) -> object:
        """Run a script. Raises: RedisError, OSError, TimeoutError."""
        sha = self._digests.setdefault(script, hashlib.sha1(script.encode()).hexdigest())
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
        """Wait for what is on its way."""
        if self._worker is not None:
            await asyncio.wait([self._worker])

    async def _drain(self) -> None:
        await asyncio.sleep(0)  # let this turn's callers join
        while self._waiting:
            group, self._waiting = self._waiting[:WIDEST], self._waiting[WIDEST:]
            try:
                answers = await self._sent(group)
            except (RedisError, OSError, TimeoutError) as error:
                answers = [error] * len(group)
            for (_, done), answer in zip(group, answers, strict=True):
                if done.done():
                    continue  # the caller was cancelled
                if isinstance(answer, Exception):
                    done.set_exception(answer)
                else:
                    done.set_result(answer)

    async def _sent(self, group: list[Waiting]) -> list[object]:
        async with self._client.pipeline(transaction=False) as pipe:
            for command, _ in group:
                pipe.execute_command(*command)
            answers: list[object] = await pipe.execute(raise_on_error=False)
            return answers
