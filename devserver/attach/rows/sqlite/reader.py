"""Rows of other frameworks in SQLite tables."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial

import aiosqlite

from session_inspector.devserver.attach.rows.base import RawRow, RowLocations, RowTexts
from session_inspector.devserver.attach.rows.sql import PAGE, select_rows, to_raw_row
from session_inspector.devserver.attach.rows.sqlite.connection import (
    complete_rows,
    fetch_rows,
    find_table,
)
from session_inspector.devserver.attach.rows.sqlite.opened_file import OpenedFile
from session_inspector.devserver.attach.rows.sqlite.source import open_table
from session_inspector.devserver.attach.rows.survey import describe_tables
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.files import sqlite_path
from session_inspector.devserver.stores.querying.estimates import RowEstimate
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.opening import NoRows
from session_inspector.devserver.stores.querying.sources import WindowSource
from session_inspector.devserver.stores.sqlite.estimate import estimate_table

COLUMNS = (
    "SELECT tables.name, columns.name FROM sqlite_master AS tables,"
    " pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
    " AND tables.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY tables.name, columns.cid"
)


class SqliteReader:
    """The file at a path, opened read-only."""

    def __init__(self, file: OpenedFile) -> None:
        self._file = file
        self.commands = file.commands

    @classmethod
    async def open(cls, url: str, clock: Clock) -> SqliteReader:
        """Open a file that is there. Raises: InputError, StoreUnavailable."""
        path = sqlite_path(url)
        if not await asyncio.to_thread(path.is_file):
            raise InputError(f"{path} is not there; nothing is created unasked. Fix: the path")
        return cls(await OpenedFile.open(url, "ro"))

    async def rows(
        self, locations: RowLocations, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        """Yield the rows of the layout's table, when it is there."""
        db = await self._current()
        shape = await find_table(db, locations)
        if shape is None:
            return
        statement = f"{select_rows(shape)} ORDER BY rowid LIMIT ? OFFSET ?"
        for start in range(0, limit, PAGE):
            size = min(PAGE, limit - start)
            found = await fetch_rows(db, statement, (size, start))
            for row in await complete_rows(db, shape, found):
                yield to_raw_row(shape, row)
            if len(found) < size:
                return

    async def open_source(
        self, locations: RowLocations, texts: RowTexts, wanted: RowFilter, now: Seconds
    ) -> WindowSource[RawRow]:
        """Return the rows of the layout's table, in the order of their numbers."""
        db = await self._current()
        shape = await find_table(db, locations)
        if shape is None:
            return NoRows()
        return await open_table(db, shape, texts, wanted, now)

    async def estimate(self, locations: RowLocations) -> RowEstimate | None:
        """Return the rows of the layout's table, by the row numbers that are used."""
        db = await self._current()
        shape = await find_table(db, locations)
        if shape is None:
            return None
        return await estimate_table(partial(fetch_rows, db), shape.table)

    async def at(self, locations: RowLocations, keys: Sequence[str]) -> Sequence[RawRow]:
        """Return the rows of keys, when the layout's table is there."""
        db = await self._current()
        shape = await find_table(db, locations)
        if shape is None:
            return []
        marks = ", ".join("?" * len(keys))
        statement = f'{select_rows(shape)} WHERE "{shape.key}" IN ({marks})'
        found = await fetch_rows(db, statement, keys)
        return [to_raw_row(shape, row) for row in await complete_rows(db, shape, found)]

    def prefixes(self, locations: RowLocations) -> Sequence[str]:
        """Return none: some apps write one, and it is seen in their rows."""
        return ("",)

    async def survey(self) -> Sequence[str]:
        """Return the tables of the file."""
        columns: dict[str, list[str]] = {}
        for table, column in await fetch_rows(await self._current(), COLUMNS):
            columns.setdefault(str(table), []).append(str(column))
        return describe_tables("table", columns)

    async def others(self, locations: RowLocations) -> Mapping[str, int]:
        """Return none: a table or collection has rows of one kind."""
        return {}

    async def version(self) -> str | None:
        """Return what each commit of another connection changes, and each other file there."""
        ((version,),) = await fetch_rows(await self._current(), "PRAGMA data_version")
        return f"{self._file.opened}:{version}"

    async def close(self) -> None:
        """Close the file."""
        await self._file.close()

    async def _current(self) -> aiosqlite.Connection:
        """Return a connection to the file that is there now. Raises: StoreUnavailable."""
        await self._file.refresh()
        return self._file.db
