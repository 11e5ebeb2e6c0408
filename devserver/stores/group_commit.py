"""One writer of a SQLite database: the writes that wait at one moment share one commit.

A thread of its own holds the connection; a whole group crosses to it in one hop, where aiosqlite
would hop once a statement.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Write: TypeAlias = tuple[str, tuple[object, ...], "asyncio.Future[int]"]
Outcome: TypeAlias = "int | sqlite3.Error"
LARGEST_GROUP = 512


class GroupWriter:
    """Runs statements in the order they came; a write is acknowledged after its commit."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._connection: sqlite3.Connection | None = None
        self._waiting: list[Write] = []
        self._worker: asyncio.Task[None] | None = None

    async def open(self, uri: str, *statements: str) -> None:
        """Connect and run statements. Raises: sqlite3.Error."""

        def connect() -> None:
            self._connection = sqlite3.connect(uri, uri=True, timeout=5.0)
            for statement in statements:
                self._connection.execute(statement)
            self._connection.commit()

        await self._in_thread(connect)

    async def run(self, sql: str, values: tuple[object, ...]) -> int:
        """Run one statement and return its row count.

        A caller that is cancelled stops waiting; its write, once handed over, still happens whole.
        Raises: sqlite3.Error.
        """
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((sql, values, done))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.ensure_future(self._drain())
        return await done

    async def close(self) -> None:
        """Finish what waits and close the connection; idempotent."""
        if self._worker is not None:
            await asyncio.wait([self._worker])
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await self._in_thread(connection.close)
            self._thread.shutdown(wait=True)

    async def _drain(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:LARGEST_GROUP], self._waiting[LARGEST_GROUP:]
            try:
                _settle(group, await self._in_thread(partial(self._commit, group)))
            except (sqlite3.Error, RuntimeError) as error:
                _fail(group, error)

    def _commit(self, group: list[Write]) -> list[Outcome]:
        if self._connection is None:
            raise sqlite3.ProgrammingError("the store has been closed")
        outcomes: list[Outcome] = []
        try:
            for sql, values, _ in group:
                try:
                    outcomes.append(self._connection.execute(sql, values).rowcount)
                except sqlite3.Error as error:
                    outcomes.append(error)
            self._connection.commit()
        except sqlite3.Error:
            self._connection.rollback()
            raise
        return outcomes

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _settle(group: list[Write], outcomes: list[Outcome]) -> None:
    for (_, _, done), outcome in zip(group, outcomes, strict=True):
        if done.done():
            continue  # the caller was cancelled
        if isinstance(outcome, sqlite3.Error):
            done.set_exception(outcome)
        else:
            done.set_result(outcome)


def _fail(group: list[Write], error: Exception) -> None:
    for _, _, done in group:
        if not done.done():
            done.set_exception(error)
