"""Writes to other frameworks' rows in SQLite.

Names of tables and columns come from our own constants, or from the database's own catalogue.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

from session_inspector.devserver.attach.rows.base import RowLocations, Shape
from session_inspector.devserver.attach.rows.sql import (
    SqlRow,
    change_columns,
    quote_names,
    select_rows,
    to_raw_row,
)
from session_inspector.devserver.attach.rows.sqlite.connection import (
    complete_rows,
    fetch_rows,
    find_table,
    sqlite_errors,
)
from session_inspector.devserver.attach.rows.sqlite.opened_file import OpenedFile
from session_inspector.devserver.attach.rows.writing import (
    Change,
    IsDoomed,
    is_for_clean_up,
    is_kept,
)
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.exact import PutBack

Columns: TypeAlias = dict[str, object]
"""Values by column."""
Insertion: TypeAlias = tuple[str, tuple[object, ...]]
"""A statement and its values."""


class SqliteWriter:
    """The file at a path."""

    def __init__(self, file: OpenedFile) -> None:
        self._file = file
        self._lock = asyncio.Lock()
        """One transaction at a time: a connection has no more."""

    @classmethod
    async def open(cls, url: str, clock: Clock) -> SqliteWriter:
        """Open a file that is there; nothing is created. Raises: StoreUnavailable."""
        return cls(await OpenedFile.open(url, "rw"))

    async def remove(
        self, locations: RowLocations, key: str, is_doomed: IsDoomed | None = None
    ) -> PutBack | None:
        """Delete a row; what is put back has all its columns."""
        async with self._transaction():
            shape, found = await self._find(locations, key)
            if shape is None or found is None or is_kept(to_raw_row(shape, found), is_doomed):
                return None
            return await self._take(shape, key)

    async def end(
        self, locations: RowLocations, key: str, at: Seconds, change: Change
    ) -> PutBack | None:
        """Set the end's column in the form it has, and the content.

        Nobody else writes it meanwhile. None: it was not there.
        """
        async with self._transaction():
            shape, found = await self._find(locations, key)
            if shape is None or found is None:
                return None
            changes = change_columns(shape, found, at, change)
            if is_for_clean_up(shape, changes):
                return await self._take(shape, key)
            before = await self._read_columns(shape, key, changes)
            await self._set_columns(shape, key, changes)
            after = await self._read_columns(shape, key, changes)
        return self._prepare_end_undone(shape, key, before, after)

    def _prepare_end_undone(
        self, shape: Shape, key: str, before: Columns, after: Columns
    ) -> PutBack:
        opened = self._file.opened

        async def put_back() -> bool:
            async with self._transaction(opened):
                if await self._read_columns(shape, key, after) != after:
                    return False
                return await self._set_columns(shape, key, before)

        return put_back

    async def _read_columns(self, shape: Shape, key: str, names: Iterable[str]) -> Columns:
        """Return columns of a row as the file has them; empty: it is gone."""
        wanted = list(names)
        statement = f'SELECT {quote_names(wanted)} FROM {shape.quoted} WHERE "{shape.key}" = ?'
        for row in await fetch_rows(self._file.db, statement, (key,)):
            return dict(zip(wanted, tuple(row), strict=True))
        return {}

    async def _set_columns(self, shape: Shape, key: str, columns: Columns) -> bool:
        sets = ", ".join(f'"{name}" = ?' for name in columns)
        statement = f'UPDATE {shape.quoted} SET {sets} WHERE "{shape.key}" = ?'
        return await self._write(statement, (*columns.values(), key))

    async def close(self) -> None:
        """Close the file."""
        await self._file.close()

    async def _find(self, locations: RowLocations, key: str) -> tuple[Shape | None, SqlRow | None]:
        shape = await find_table(self._file.db, locations)
        if shape is None:
            return None, None
        statement = f'{select_rows(shape)} WHERE "{shape.key}" = ?'
        rows = await fetch_rows(self._file.db, statement, (key,))
        if not rows:
            return shape, None
        (found,) = await complete_rows(self._file.db, shape, rows)
        return shape, found

    async def _take(self, shape: Shape, key: str) -> PutBack:
        """Delete a row that is there, and return what puts it back."""
        where = f'{shape.quoted} WHERE "{shape.key}" = ?'
        attributes: list[Insertion] = []
        found = shape.attributes
        if found is not None:
            row_id = f'SELECT "{found.row_id}" FROM {where}'
            owned = f'"{found.table}" WHERE "{found.owner}" IN ({row_id})'
            attributes = await self._take_all(f'"{found.table}"', owned, key)
        (row,) = await self._take_all(shape.quoted, where, key)
        opened = self._file.opened

        async def put_back() -> bool:
            async with self._transaction(opened):
                if not await self._write(*row):
                    return False
                for one in attributes:
                    await self._write(*one)
            return True

        return put_back

    async def _take_all(self, table: str, where: str, key: str) -> list[Insertion]:
        """Delete rows, and return the statements that put them back."""
        with sqlite_errors():
            async with self._file.db.execute(f"SELECT * FROM {where}", (key,)) as cursor:
                names = [column[0] for column in cursor.description]
                rows = [tuple(row) for row in await cursor.fetchall()]
        await self._write(f"DELETE FROM {where}", (key,))
        marks = ", ".join("?" * len(names))
        statement = f"INSERT OR IGNORE INTO {table} ({quote_names(names)}) VALUES ({marks})"
        return [(statement, row) for row in rows]

    async def _write(self, statement: str, values: tuple[object, ...]) -> bool:
        """Run a statement; False when it changed no row."""
        with sqlite_errors():
            async with self._file.db.execute(statement, values) as cursor:
                return cursor.rowcount > 0

    @asynccontextmanager
    async def _transaction(self, opened: int | None = None) -> AsyncIterator[None]:
        """Hold the file for writing: nobody writes between our reading and our writing.

        `opened`: the file it must still be; what was taken from another one is not put into this.
        """
        async with self._lock:
            await self._file.refresh()
            if opened not in (None, self._file.opened):
                raise StoreUnavailable("SQLite: the file was replaced; nothing is put back")
            try:
                await fetch_rows(self._file.db, "BEGIN IMMEDIATE")
                yield
                await fetch_rows(self._file.db, "COMMIT")
            except BaseException:
                # a cancelled BEGIN still happens in the driver's thread; nothing open: no error
                with suppress(sqlite3.Error, ValueError):
                    await self._file.db.rollback()
                raise
