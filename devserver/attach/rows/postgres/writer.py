"""Writes to other frameworks' rows in PostgreSQL.

Names of tables and columns come from our own constants, or from the database's own catalogue.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg

from session_inspector.devserver.attach.rows.base import RowLocations, Shape
from session_inspector.devserver.attach.rows.postgres.connection import (
    close_quietly,
    complete_rows,
    connect,
    end_cast,
    find_table,
)
from session_inspector.devserver.attach.rows.sql import (
    SqlRow,
    change_columns,
    quote_names,
    select_rows,
    to_raw_row,
)
from session_inspector.devserver.attach.rows.writing import (
    Change,
    IsDoomed,
    is_for_clean_up,
    is_kept,
)
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.exact import PutBack
from session_inspector.devserver.stores.postgres.client import postgres_errors

Columns: TypeAlias = dict[str, object]
"""Values by column."""


class PostgresWriter:
    """One database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: asyncpg.Connection | None = None

    @classmethod
    async def open(cls, url: str, clock: Clock) -> PostgresWriter:
        """Connect. Raises: StoreUnavailable."""
        writer = cls(url)
        await writer._ensure_connected()
        return writer

    async def remove(
        self, locations: RowLocations, key: str, is_doomed: IsDoomed | None = None
    ) -> PutBack | None:
        """Delete a row; what is put back has all its columns."""
        async with self._transaction() as connection:
            shape, found = await _lock_row(connection, locations, key)
            if shape is None or found is None or is_kept(to_raw_row(shape, found), is_doomed):
                return None
            row, attributes = await _delete_row(connection, shape, key)
        return self._prepare_put_back(shape, row, attributes)

    async def end(
        self, locations: RowLocations, key: str, at: Seconds, change: Change
    ) -> PutBack | None:
        """Set the end's column in the type it has, and the content.

        Nobody else writes it meanwhile. None: it was not there.
        """
        async with self._transaction() as connection:
            shape, found = await _lock_row(connection, locations, key)
            if shape is None or found is None:
                return None
            changes = change_columns(shape, found, at, change)
            if is_for_clean_up(shape, changes):
                row, attributes = await _delete_row(connection, shape, key)
                return self._prepare_put_back(shape, row, attributes)
            before = await _read_columns(connection, shape, key, changes)
            sets = _set_columns(shape, changes)
            statement = f'UPDATE {shape.quoted} SET {sets} WHERE "{shape.key}" = $1'
            await connection.execute(statement, key, *changes.values())
            after = await _read_columns(connection, shape, key, changes)
        return self._prepare_end_undone(shape, key, before, after)

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await close_quietly(self._connection)

    def _prepare_put_back(
        self,
        shape: Shape,
        row: dict[str, object],
        attributes: Sequence[dict[str, object]],
    ) -> PutBack:
        statement = f"{_insert(shape.quoted, row)} ON CONFLICT DO NOTHING RETURNING 1"

        async def put_back() -> bool:
            async with self._transaction() as connection:
                if not await connection.fetch(statement, *row.values()):
                    return False
                for one in attributes:
                    table = shape.attributes.table if shape.attributes else ""
                    await connection.execute(_insert(f'"{table}"', one), *one.values())
            return True

        return put_back

    def _prepare_end_undone(
        self, shape: Shape, key: str, before: Columns, after: Columns
    ) -> PutBack:
        sets = ", ".join(f'"{name}" = ${number}' for number, name in enumerate(before, 2))
        statement = f'UPDATE {shape.quoted} SET {sets} WHERE "{shape.key}" = $1'

        async def put_back() -> bool:
            async with self._transaction() as connection:
                if await _read_columns(connection, shape, key, after) != after:
                    return False
                await connection.execute(statement, key, *before.values())
            return True

        return put_back

    async def _ensure_connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._url)
        return self._connection

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await self._ensure_connected()
        with postgres_errors():
            async with connection.transaction():
                yield connection


async def _lock_row(
    connection: asyncpg.Connection, locations: RowLocations, key: str
) -> tuple[Shape | None, SqlRow | None]:
    """Return a row that nobody else writes until the transaction ends."""
    shape = await find_table(connection, locations)
    if shape is None:
        return None, None
    select = select_rows(shape, end_cast(shape))
    statement = f'{select} WHERE "{shape.key}" = $1 FOR UPDATE'
    row = await connection.fetchrow(statement, key)
    if row is None:
        return shape, None
    (found,) = await complete_rows(connection, shape, [row])
    return shape, found


async def _read_columns(
    connection: asyncpg.Connection, shape: Shape, key: str, names: Iterable[str]
) -> Columns:
    """Return columns of a row, which nobody else writes then; empty: it is gone."""
    columns = quote_names(names)
    statement = f'SELECT {columns} FROM {shape.quoted} WHERE "{shape.key}" = $1 FOR UPDATE'
    row = await connection.fetchrow(statement, key)
    if row is None:
        return {}
    return dict(row)


async def _delete_row(
    connection: asyncpg.Connection, shape: Shape, key: str
) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Delete a row that is there; returns it and its attributes."""
    attributes = await _take_attributes(connection, shape, key)
    statement = f'DELETE FROM {shape.quoted} WHERE "{shape.key}" = $1 RETURNING *'
    row = await connection.fetchrow(statement, key)
    return dict(row), attributes


async def _take_attributes(
    connection: asyncpg.Connection, shape: Shape, key: str
) -> list[dict[str, object]]:
    """Delete a row's attributes in their table, as its own deletion would; returns them."""
    found = shape.attributes
    if found is None:
        return []
    row_id = f'SELECT "{found.row_id}" FROM {shape.quoted} WHERE "{shape.key}" = $1'
    statement = f'DELETE FROM "{found.table}" WHERE "{found.owner}" IN ({row_id}) RETURNING *'
    return [dict(row) for row in await connection.fetch(statement, key)]


def _insert(table: str, row: dict[str, object]) -> str:
    marks = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    return f"INSERT INTO {table} ({quote_names(row)}) VALUES ({marks})"


def _set_columns(shape: Shape, names: Iterable[str]) -> str:
    """Return assignments of columns; $1 is the key."""
    sets: list[str] = []
    for number, name in enumerate(names, 2):
        value = f"${number}"
        if name == shape.expires:
            value += end_cast(shape)
        sets.append(f'"{name}" = {value}')
    return ", ".join(sets)
