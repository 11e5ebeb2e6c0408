"""Rows of other frameworks in SQLite tables."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial

import aiosqlite

from session_inspector.devserver.attach.rows.base import RawRow, RowLocations, RowTexts
from session_inspector.devserver.attach.rows.sql import PAGE, select_rows, to_raw_row
from session_inspector.devserver.attach.rows.sqlite.connection import (
    close_file,
    complete_rows,
    count_statements,
    fetch_rows,
    find_table,
    open_file,
)
from session_inspector.devserver.attach.rows.sqlite.source import open_table
from session_inspector.devserver.attach.rows.survey import describe_tables
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.querying.estimates import RowEstimate
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.opening import NoRows
from session_inspector.devserver.stores.querying.sources import WindowSource
from session_inspector.devserver.stores.sqlite.estimate import estimate_table
from session_inspector.devserver.stores.urls import sqlite_path
from session_inspector.devserver.stores.watching.commands import CommandCount

COLUMNS = (
    "SELECT tables.name, columns.name FROM sqlite_master AS tables,"
    " pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
    " AND tables.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY tables.name, columns.cid"
)


class SqliteReader:
    """One file, opened read-only."""

    def __init__(self, db: aiosqlite.Connection, commands: CommandCount) -> None:
        self._db = db
        self.commands = commands

    @classmethod
    async def open(cls, url: str, clock: Clock) -> SqliteReader:
        """Open a file that is there. Raises: InputError, StoreUnavailable."""
        path = sqlite_path(url)
        if not await asyncio.to_thread(path.is_file):
            raise InputError(f"{path} is not there; nothing is created unasked. Fix: the path")
        db = await open_file(url, "ro")
        commands = CommandCount()
        await count_statements(db, commands)
        return cls(db, commands)

    async def rows(
        self, locations: RowLocations, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        """Yield the rows of the layout's table, when it is there."""
        shape = await find_table(self._db, locations)
        if shape is None:
            return
        statement = f"{select_rows(shape)} ORDER BY rowid LIMIT ? OFFSET ?"
        for start in range(0, limit, PAGE):
            size = min(PAGE, limit - start)
            found = await fetch_rows(self._db, statement, (size, start))
            for row in await complete_rows(self._db, shape, found):
                yield to_raw_row(shape, row)
            if len(found) < size:
                return

    async def open_source(
        self, locations: RowLocations, texts: RowTexts, wanted: RowFilter, now: Seconds
    ) -> WindowSource[RawRow]:
        """Return the rows of the layout's table, in the order of their numbers."""
        shape = await find_table(self._db, locations)
        if shape is None:
            return NoRows()
        return await open_table(self._db, shape, texts, wanted, now)

    async def estimate(self, locations: RowLocations) -> RowEstimate | None:
        """Return the rows of the layout's table, by the row numbers that are used."""
        shape = await find_table(self._db, locations)
        if shape is None:
            return None
        return await estimate_table(partial(fetch_rows, self._db), shape.table)

    async def at(self, locations: RowLocations, keys: Sequence[str]) -> Sequence[RawRow]:
        """Return the rows of keys, when the layout's table is there."""
        shape = await find_table(self._db, locations)
        if shape is None:
            return []
        marks = ", ".join("?" * len(keys))
        statement = f'{select_rows(shape)} WHERE "{shape.key}" IN ({marks})'
        found = await fetch_rows(self._db, statement, keys)
        return [to_raw_row(shape, row) for row in await complete_rows(self._db, shape, found)]

    def prefixes(self, locations: RowLocations) -> Sequence[str]:
        """Return none: some apps write one, and it is seen in their rows."""
        return ("",)

    async def survey(self) -> Sequence[str]:
        """Return the tables of the file."""
        columns: dict[str, list[str]] = {}
        for table, column in await fetch_rows(self._db, COLUMNS):
            columns.setdefault(str(table), []).append(str(column))
        return describe_tables("table", columns)

    async def others(self, locations: RowLocations) -> Mapping[str, int]:
        """Return none: a table or collection has rows of one kind."""
        return {}

    async def version(self) -> str | None:
        """Return what every commit of another connection changes: PRAGMA data_version."""
        ((version,),) = await fetch_rows(self._db, "PRAGMA data_version")
        return str(version)

    async def close(self) -> None:
        """Close the file."""
        await close_file(self._db)
