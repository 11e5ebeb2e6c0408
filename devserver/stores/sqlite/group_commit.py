"""One connection to a SQLite database in a thread of its own; what waits crosses in one hop.

Jobs that wait at the same moment run together: for a writer they share one commit, for a reader
one trip to its thread and back. aiosqlite makes a trip for every statement.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeAlias, TypeVar

from session_inspector.devserver.stores.batching import settle

T = TypeVar("T")
Job: TypeAlias = Callable[[sqlite3.Connection], object]
Waiting: TypeAlias = tuple[Job, "asyncio.Future[object]"]
LARGEST_GROUP = 512


class GroupConnection:
    """Runs jobs in the order they came; a write is acknowledged after its commit."""

    def __init__(self, *, commits: bool) -> None:
        self._commits = commits
        name = "sqlite-writer" if commits else "sqlite-reader"
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._connection: sqlite3.Connection | None = None
        self._waiting: list[Waiting] = []
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
        """Run one statement and return its row count. Raises: sqlite3.Error."""
        return await self.do(lambda connection: connection.execute(sql, values).rowcount)

    async def rows(self, sql: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        """Run one query and return its rows. Raises: sqlite3.Error."""
        return await self.do(lambda connection: connection.execute(sql, values).fetchall())

    async def do(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job in the connection's thread and return its result.

        A caller that is cancelled stops waiting; its job, once handed over, still happens whole.
        Raises: sqlite3.Error.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, done))  # type: ignore[arg-type]  # the future takes what the job gives
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
                outcomes = await self._in_thread(partial(self._run, group))
            except (sqlite3.Error, RuntimeError) as error:
                outcomes = [error] * len(group)
            settle((done for _, done in group), outcomes)

    def _run(self, group: list[Waiting]) -> list[object]:
        connection = self._connection
        if connection is None:
            raise sqlite3.ProgrammingError("the store has been closed")
        outcomes: list[object] = []
        try:
            for job, _ in group:
                was_open = connection.in_transaction
                try:
                    outcomes.append(job(connection))
                except sqlite3.Error as error:
                    if was_open and not connection.in_transaction:
                        # a full disk, an I/O error or no memory undid the whole transaction
                        # (SQLite: "Response To Errors Within A Transaction"): who wrote before
                        # in this group has lost it too, and must hear so
                        outcomes = [error] * len(outcomes)
                    outcomes.append(error)
            if self._commits:
                connection.commit()
        except sqlite3.Error:
            connection.rollback()
            raise
        return outcomes

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
