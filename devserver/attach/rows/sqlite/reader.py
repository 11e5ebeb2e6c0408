"""Rows of other frameworks in SQLite tables."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from urllib.parse import quote

from session_inspector.devserver.attach.rows.base import (
    RawRow,
    RowLocations,
    Shape,
    first_present,
)
from session_inspector.devserver.attach.rows.sql import PAGE, row_of, select
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.stores.urls import sqlite_path


class SqliteReader:
    """One file, opened read-only."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @classmethod
    async def open(cls, url: str) -> SqliteReader:
        """Open a file that is there. Raises: InputError, StoreUnavailable."""
        path = sqlite_path(url)
        if not await asyncio.to_thread(path.is_file):
            raise InputError(f"{path} is not there; nothing is created unasked. Fix: the path")
        place = f"file:{quote(str(path))}?mode=ro"
        try:
            db = await asyncio.to_thread(sqlite3.connect, place, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"SQLite: {error}") from error
        return cls(db)

    async def rows(
        self, locations: RowLocations, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        """Yield the rows of the layout's table, when it is there."""
        try:
            shape = await asyncio.to_thread(sqlite_shape, self._db, locations)
            at = 0
            while shape is not None and at < limit:
                page = await asyncio.to_thread(self._page, shape, at, min(PAGE, limit - at))
                for row in page:
                    yield row
                if len(page) < PAGE:
                    return
                at += PAGE
        except sqlite3.Error as error:
            raise StoreUnavailable(f"SQLite: {error}") from error

    def _page(self, shape: Shape, at: int, count: int) -> list[RawRow]:
        found = self._db.execute(f"{select(shape)} ORDER BY rowid LIMIT ? OFFSET ?", (count, at))
        return [row_of(*row) for row in found]

    async def at(self, locations: RowLocations, keys: Sequence[str]) -> Sequence[RawRow]:
        """Return the rows of keys, when the layout's table is there."""
        try:
            return await asyncio.to_thread(self._at, locations, keys)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"SQLite: {error}") from error

    def _at(self, locations: RowLocations, keys: Sequence[str]) -> list[RawRow]:
        shape = sqlite_shape(self._db, locations)
        if shape is None:
            return []
        marks = ", ".join("?" * len(keys))
        found = self._db.execute(f'{select(shape)} WHERE "{shape.key}" IN ({marks})', [*keys])
        return [row_of(*row) for row in found]

    def prefixes(self, locations: RowLocations) -> Sequence[str]:
        """Return none: some apps write one, and it is seen in their rows."""
        return ("",)

    async def close(self) -> None:
        """Close the file."""
        await asyncio.to_thread(self._db.close)


def sqlite_shape(db: sqlite3.Connection, locations: RowLocations) -> Shape | None:
    """Return which of a layout's tables is there. Raises: sqlite3.Error."""
    columns = {
        shape.table: {row[1] for row in db.execute(f'PRAGMA table_info("{shape.table}")')}
        for shape in locations.tables
    }
    return first_present(locations.tables, columns)
