"""Opens a SQLite database: one of our own is made private, one that is there stays as it is.

A file that was there is somebody's: its mode and its journal stay, and a table of other columns is
refused before anything is written.
"""

from __future__ import annotations

import sqlite3
from functools import partial

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.sqlite.file import SqliteLocation, make_private
from session_inspector.devserver.stores.sqlite.group_commit import GroupConnection
from session_inspector.devserver.stores.sqlite.statements import (
    COLUMNS,
    DIRTY_READS,
    PRAGMAS,
    SCHEMA,
    SqliteStatements,
)


async def open_both(
    location: SqliteLocation,
    url: str,
    reader: GroupConnection,
    writer: GroupConnection,
    *,
    may_create: bool,
) -> object:
    """Open both connections; return the end of some row, None for an empty table.

    Raises: sqlite3.Error, OSError; InputError for a table of other columns.
    """
    is_new = location.is_memory
    if may_create and not location.is_memory:
        is_new = make_private(location.path)
    prepare = PRAGMAS if is_new else ()
    uri = location.to_uri(may_create=may_create)
    path = None if location.is_memory else location.path
    await writer.open(uri, *prepare, path=path)
    await _check_columns(location, url, writer, may_create=may_create)
    if may_create:
        for statement in SCHEMA:
            await writer.run(statement.format(table=location.table), ())
    await reader.open(uri, *([DIRTY_READS] if location.is_memory else []), path=path)
    rows = await reader.rows(SqliteStatements(location.table).sample, ())
    if not rows:
        return None
    return rows[0][2]


async def _check_columns(
    location: SqliteLocation, url: str, connection: GroupConnection, *, may_create: bool
) -> None:
    """Raises: InputError for a table of other columns; sqlite3.Error, also without the table."""
    try:
        found = await connection.do(partial(_list_columns, location.table))
    except sqlite3.OperationalError as error:
        if may_create and "no such table" in str(error):
            return
        raise
    if not found.issuperset(COLUMNS):
        raise InputError(
            f"table {location.table} of {url} is another app's: it has {', '.join(sorted(found))},"
            f" not {', '.join(COLUMNS)}; nothing was changed. Fix: name another with ?table="
        )


def _list_columns(table: str, db: sqlite3.Connection) -> set[str]:
    """Return the names of a table's columns, in small letters. Raises: sqlite3.Error."""
    cursor = db.execute(f"SELECT * FROM {table} LIMIT 0")
    return {str(column[0]).lower() for column in cursor.description}
