"""A connection to somebody else's PostgreSQL database."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import asyncpg

from session_inspector.devserver.attach.rows.attributes import (
    join_rows,
    row_ids,
    select_attributes,
)
from session_inspector.devserver.attach.rows.base import RowLocations, Shape, find_shape
from session_inspector.devserver.attach.rows.sql import SqlRow
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.postgres.client import SECONDS, postgres_errors
from session_inspector.devserver.stores.url_options import drop_options

COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = ANY (current_schemas(false))"
    " UNION ALL SELECT table_schema || '.' || table_name, column_name"
    " FROM information_schema.columns WHERE table_schema || '.' || table_name = ANY ($1::text[])"
)
LISTING = (
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = ANY (current_schemas(false)) ORDER BY table_name, ordinal_position"
)
LOCAL_CAST = "::timestamptz"
"""Reads what has no time zone by the database's own; the same cast writes it."""


async def connect(url: str, **settings: str) -> asyncpg.Connection:
    """Return a connection with server settings. Raises: StoreUnavailable."""
    try:
        with postgres_errors():
            return await asyncpg.connect(
                drop_options(url),
                timeout=SECONDS,
                command_timeout=SECONDS,
                server_settings=settings,
            )
    except ValueError as error:  # what the driver says of a URL that it does not read
        raise StoreUnavailable(f"PostgreSQL: {error}") from error


async def close_quietly(connection: asyncpg.Connection) -> None:
    """Close a connection; one that is broken already is no error."""
    with suppress(OSError, TimeoutError):
        await connection.close(timeout=SECONDS)


async def find_table(connection: asyncpg.Connection, locations: RowLocations) -> Shape | None:
    """Return which of a layout's tables is there."""
    columns: dict[str, set[str]] = {}
    named = [shape.table for shape in locations.tables]
    for table, column in await connection.fetch(COLUMNS, named):
        columns.setdefault(table, set()).add(column)
    return find_shape(locations.tables, columns)


async def complete_rows(
    connection: asyncpg.Connection, shape: Shape, rows: Sequence[asyncpg.Record]
) -> list[SqlRow]:
    """Return what `select_rows` found as (key, content, end), attributes in the content."""
    if shape.attributes is None:
        return [(row[0], row[1], row[2]) for row in rows]
    statement = select_attributes(shape.attributes, "= ANY ($1)")
    attributes = await connection.fetch(statement, row_ids(rows))
    return join_rows(shape.attributes, rows, attributes)


async def list_columns(connection: asyncpg.Connection) -> dict[str, list[str]]:
    """Return the columns of all tables that the connection looks into, in their order."""
    columns: dict[str, list[str]] = {}
    for table, column in await connection.fetch(LISTING):
        columns.setdefault(table, []).append(column)
    return columns


def end_cast(shape: Shape) -> str:
    """Return the cast that reads a table's end as a moment; empty where it is one."""
    if shape.is_local:
        return LOCAL_CAST
    return ""
