"""Writes to other frameworks' rows in SQLite.

Names of tables and columns come from our own constants, or from the database's own catalogue.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import quote

from session_inspector.devserver.attach.rows.base import RowLocations, Shape
from session_inspector.devserver.attach.rows.sql import changed_columns, quoted, row_of, select
from session_inspector.devserver.attach.rows.sqlite.reader import sqlite_shape
from session_inspector.devserver.attach.rows.writing import Change, PutBack, Still
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.urls import sqlite_path

R = TypeVar("R")


class SqliteWriter:
    """One file."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @classmethod
    async def open(cls, url: str) -> SqliteWriter:
        """Open a file that is there; nothing is created. Raises: StoreUnavailable."""
        place = f"file:{quote(str(sqlite_path(url)))}?mode=rw"

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(place, uri=True, check_same_thread=False, isolation_level=None)

        return cls(await _run(connect))

    async def remove(
        self, locations: RowLocations, key: str, still: Still | None = None
    ) -> PutBack | None:
        """Delete a row; what is put back has all its columns."""
        gone = await _run(lambda: self._remove(locations, key, still))
        if gone is None:
            return None
        statement, row = gone

        async def put_back() -> bool:
            return await _run(lambda: self._db.execute(statement, row).rowcount > 0)

        return put_back

    async def end(self, locations: RowLocations, key: str, at: Seconds, change: Change) -> bool:
        """Set the end's column in the form it has, and the content."""
        return await _run(lambda: self._end(locations, key, at, change))

    def _remove(
        self, locations: RowLocations, key: str, still: Still | None
    ) -> tuple[str, tuple[object, ...]] | None:
        with self._transaction():
            shape, found = self._located(locations, key)
            if shape is None or found is None or not (still is None or still(row_of(*found))):
                return None
            where = f'"{shape.table}" WHERE "{shape.key}" = ?'
            cursor = self._db.execute(f"SELECT * FROM {where}", (key,))
            names, row = [column[0] for column in cursor.description], tuple(cursor.fetchone())
            self._db.execute(f"DELETE FROM {where}", (key,))
        marks = ", ".join("?" * len(names))
        into = f'"{shape.table}" ({quoted(names)})'
        return f"INSERT OR IGNORE INTO {into} VALUES ({marks})", row

    def _end(self, locations: RowLocations, key: str, at: Seconds, change: Change) -> bool:
        with self._transaction():
            shape, found = self._located(locations, key)
            if shape is None or found is None:
                return False
            changes = changed_columns(shape, found[1], found[2], at, change)
            sets = ", ".join(f'"{name}" = ?' for name in changes)
            statement = f'UPDATE "{shape.table}" SET {sets} WHERE "{shape.key}" = ?'
            return self._db.execute(statement, (*changes.values(), key)).rowcount > 0

    def _located(
        self, locations: RowLocations, key: str
    ) -> tuple[Shape | None, tuple[object, object, object] | None]:
        shape = sqlite_shape(self._db, locations)
        if shape is None:
            return None, None
        found = self._db.execute(f'{select(shape)} WHERE "{shape.key}" = ?', (key,))
        return shape, found.fetchone()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Hold the file for writing: nobody writes between our reading and our writing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    async def close(self) -> None:
        """Close the file."""
        await asyncio.to_thread(self._db.close)


async def _run(work: Callable[[], R]) -> R:
    try:
        return await asyncio.to_thread(work)
    except sqlite3.Error as error:
        raise StoreUnavailable(f"SQLite: {error}") from error
