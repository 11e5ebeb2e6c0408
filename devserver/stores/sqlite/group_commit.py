"""One connection to a SQLite database in a thread of its own; what waits crosses in one hop.

Jobs that wait at the same moment run together: for a writer they share one commit, for a reader
one trip to its thread and back. aiosqlite makes a trip for every statement.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias, TypeVar

from session_inspector.devserver.stores.batching import PendingAnswer, settle
from session_inspector.devserver.stores.sqlite.identity import (
    FileGone,
    FileIdentity,
    Journal,
    LogGone,
    describe_mixed,
    identify,
    identify_journal,
)
from session_inspector.devserver.stores.watching.commands import CommandCount

T = TypeVar("T")
Job: TypeAlias = Callable[[sqlite3.Connection], object]
PendingJob: TypeAlias = tuple[Job, PendingAnswer]
SqlRow: TypeAlias = tuple[object, ...]
LARGEST_GROUP = 512


class GroupConnection:
    """Runs jobs in the order they came; a write is acknowledged after its commit."""

    def __init__(self, *, commits: bool) -> None:
        self._commits = commits
        name = "sqlite-writer" if commits else "sqlite-reader"
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._connection: sqlite3.Connection | None = None
        self._file: _File | None = None
        self._commands: CommandCount | None = None
        self.opened = 0
        """How many files were opened so far; at one path another may be there now."""
        self._pending: list[PendingJob] = []
        self._worker: asyncio.Task[None] | None = None

    async def open(self, uri: str, *statements: str, path: Path | None = None) -> None:
        """Connect and run statements; one with a path is opened anew when that names another file.

        Raises: sqlite3.Error, OSError.
        """

        def connect() -> None:
            # before: a file that takes its place meanwhile is another one at the next job
            identity = None if path is None else identify(path)
            self._connection = _connect(uri)
            self.opened += 1
            for statement in statements:
                self._connection.execute(statement)
            self._connection.commit()
            if path is not None:
                self._file = _look_at(path, identity, self._connection)

        await self._in_thread(connect)

    async def run(self, sql: str, values: SqlRow) -> int:
        """Run one statement and return its row count. Raises: sqlite3.Error."""
        return await self.do(lambda connection: connection.execute(sql, values).rowcount)

    async def rows(self, sql: str, values: SqlRow) -> list[SqlRow]:
        """Run one query and return its rows. Raises: sqlite3.Error."""
        return await self.do(lambda connection: connection.execute(sql, values).fetchall())

    async def do(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job in the connection's thread and return its result.

        A caller that is cancelled stops waiting; its job, once handed over, still happens whole.
        Raises: sqlite3.Error.
        """
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._pending.append((job, answer))  # type: ignore[arg-type]  # it takes what the job gives
        if self._worker is None or self._worker.done():
            self._worker = asyncio.ensure_future(self._drain())
        return await answer

    async def count_statements(self, commands: CommandCount) -> None:
        """Count each statement that the connection runs. Raises: sqlite3.Error."""
        self._commands = commands
        await self.do(lambda connection: connection.set_trace_callback(lambda _: commands.note()))

    async def close(self) -> None:
        """Finish what waits and close the connection; idempotent."""
        if self._worker is not None:
            await asyncio.wait([self._worker])
        connection = self._connection
        self._connection = None
        if connection is not None:
            await self._in_thread(connection.close)
            self._thread.shutdown(wait=True)

    async def _drain(self) -> None:
        while self._pending:
            group = self._pending[:LARGEST_GROUP]
            del self._pending[:LARGEST_GROUP]
            jobs = [job for job, _ in group]
            outcomes: list[object]
            try:
                outcomes = await self._in_thread(partial(self._run_group, jobs))
            except Exception as error:  # whoever waits must hear of it, whatever it is
                outcomes = [error] * len(group)
            settle((answer for _, answer in group), outcomes)

    def _run_group(self, jobs: list[Job]) -> list[object]:
        """Run jobs and commit what they wrote; an outcome may be an error."""
        if self._connection is None:
            raise sqlite3.ProgrammingError("the store has been closed")
        connection = self._refresh(self._connection)
        try:
            outcomes = _run_jobs(connection, jobs)
            if self._commits:
                connection.commit()
        except sqlite3.Error:
            connection.rollback()
            raise
        return outcomes

    def _refresh(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """Return a connection to the file that its path names now, which is never created.

        Raises: sqlite3.Error, OSError.
        """
        file = self._file
        if file is None:
            return connection
        found = identify(file.path)
        if found is None:
            raise FileGone(file.path)
        if found == file.identity:
            _refuse_without_log(file)
            return connection
        _refuse_mixed(file, connection)
        anew = _connect(f"{file.path.absolute().as_uri()}?mode=rw")
        commands = self._commands
        if commands is not None:
            anew.set_trace_callback(lambda _: commands.note())
        self._connection = anew
        self.opened += 1
        connection.close()
        self._file = _look_at(file.path, found, anew)
        return anew

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


@dataclass(frozen=True, slots=True)
class _File:
    """The file that is open, where it was, and its write-ahead log."""

    path: Path
    identity: FileIdentity | None
    journal: Journal
    """Empty where the database kept none when it was opened."""


def _look_at(path: Path, identity: FileIdentity | None, connection: sqlite3.Connection) -> _File:
    """Return what is open; reading makes a log appear. Raises: sqlite3.Error, OSError."""
    connection.execute("PRAGMA schema_version").fetchone()
    return _File(path, identity, identify_journal(path))


def _refuse_without_log(file: _File) -> None:
    """Refuse to go on without the log: what was written since would be seen by nobody else.

    Raises: LogGone, OSError.
    """
    if file.journal and not file.journal <= identify_journal(file.path):
        raise LogGone(file.path)


def _refuse_mixed(file: _File, connection: sqlite3.Connection) -> None:
    """Refuse a new file beside the log of the old one: SQLite would read it as the new one's.

    Raises: sqlite3.OperationalError, OSError.
    """
    beside = identify_journal(file.path)
    if not file.journal and _has_log(connection):
        is_mixed = bool(beside)  # it got one later: whose these are is not known
    else:
        is_mixed = bool(beside & file.journal)
    if is_mixed:
        raise sqlite3.OperationalError(describe_mixed(file.path))


def _has_log(connection: sqlite3.Connection) -> bool:
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    return str(mode) == "wal"


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=5.0)


def _run_jobs(connection: sqlite3.Connection, jobs: list[Job]) -> list[object]:
    outcomes: list[object] = []
    for job in jobs:
        was_open = connection.in_transaction
        try:
            outcome = job(connection)
        except sqlite3.Error as error:
            if was_open and not connection.in_transaction:
                # a full disk, an I/O error or no memory undid the whole transaction (SQLite:
                # "Response To Errors Within A Transaction"): the earlier jobs of this group have
                # lost what they wrote too, and must hear so
                outcomes = [error] * len(outcomes)
            outcome = error
        outcomes.append(outcome)
    return outcomes
