"""A connection to somebody else's SQLite file: nothing is created, every error is one."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal
from urllib.parse import quote

import aiosqlite

from session_inspector.devserver.attach.rows.attributes import (
    join_rows,
    row_ids,
    select_attributes,
)
from session_inspector.devserver.attach.rows.base import RowLocations, Shape, find_shape
from session_inspector.devserver.attach.rows.sql import SqlRow
from session_inspector.devserver.attach.rows.sqlite.completion import finish
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.files import sqlite_path
from session_inspector.devserver.stores.watching.commands import CommandCount


async def open_file(url: str, mode: Literal["ro", "rw"]) -> aiosqlite.Connection:
    """Open a file that is there; each statement is its own transaction, unless one is begun.

    Raises: StoreUnavailable.
    """
    path = quote(str(sqlite_path(url)))
    opening = aiosqlite.connect(f"file:{path}?mode={mode}", uri=True, isolation_level=None)
    try:
        with sqlite_errors():
            return await finish(_open(opening))
    except asyncio.CancelledError:
        await close_file(opening)
        raise


async def close_file(db: aiosqlite.Connection) -> None:
    """Close a file; its thread has ended when this returns, also to who was cancelled."""
    await finish(db.close())


async def count_statements(db: aiosqlite.Connection, commands: CommandCount) -> None:
    """Count each statement that a connection runs."""
    await db.set_trace_callback(lambda _: commands.note())


async def _open(opening: aiosqlite.Connection) -> aiosqlite.Connection:
    return await opening


async def fetch_rows(
    db: aiosqlite.Connection, statement: str, values: Sequence[object] = ()
) -> list[tuple[object, ...]]:
    """Run a statement and return its rows. Raises: StoreUnavailable."""
    with sqlite_errors():
        found = await db.execute_fetchall(statement, values)
    return [tuple(row) for row in found]


async def find_table(db: aiosqlite.Connection, locations: RowLocations) -> Shape | None:
    """Return which of a layout's tables is there. Raises: StoreUnavailable."""
    columns: dict[str, set[str]] = {}
    for shape in locations.tables:
        found = await fetch_rows(db, f'PRAGMA table_info("{shape.table}")')
        columns[shape.table] = {str(row[1]) for row in found}
    return find_shape(locations.tables, columns)


async def complete_rows(
    db: aiosqlite.Connection, shape: Shape, rows: Sequence[tuple[object, ...]]
) -> list[SqlRow]:
    """Return what `select_rows` found as (key, content, end), attributes in the content.

    Raises: StoreUnavailable.
    """
    if shape.attributes is None:
        return [(row[0], row[1], row[2]) for row in rows]
    marks = ", ".join("?" * len(rows))
    statement = select_attributes(shape.attributes, f"IN ({marks})")
    return join_rows(shape.attributes, rows, await fetch_rows(db, statement, row_ids(rows)))


@contextmanager
def sqlite_errors() -> Iterator[None]:
    """Turn whatever the driver raises into StoreUnavailable."""
    try:
        yield
    except (sqlite3.Error, ValueError) as error:
        # ValueError is aiosqlite's word for a connection that was closed meanwhile
        raise StoreUnavailable(f"SQLite: {error}") from error
