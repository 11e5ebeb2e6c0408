"""Writes to other frameworks' rows in PostgreSQL.

Names of tables and columns come from our own constants, or from the database's own catalogue.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from session_inspector.devserver.attach.rows.base import RowLocations, Shape
from session_inspector.devserver.attach.rows.postgres.reader import (
    PG_MOMENT,
    close_quietly,
    connect,
    postgres_errors,
    postgres_shape,
)
from session_inspector.devserver.attach.rows.sql import changed_columns, quoted, row_of, select
from session_inspector.devserver.attach.rows.writing import Change, PutBack, Still
from session_inspector.devserver.core.values import Seconds

if TYPE_CHECKING:
    import asyncpg


class PostgresWriter:
    """One database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: asyncpg.Connection | None = None

    @classmethod
    async def open(cls, url: str) -> PostgresWriter:
        """Connect. Raises: InputError for a missing driver, StoreUnavailable."""
        writer = cls(url)
        await writer._connected()
        return writer

    async def remove(
        self, locations: RowLocations, key: str, still: Still | None = None
    ) -> PutBack | None:
        """Delete a row; what is put back has all its columns."""
        async with self._transaction() as connection:
            shape, found = await _locked(connection, locations, key)
            if shape is None or found is None or not (still is None or still(row_of(*found))):
                return None
            where = f'"{shape.table}" WHERE "{shape.key}" = $1'
            row = await connection.fetchrow(f"DELETE FROM {where} RETURNING *", key)
        names, values = list(row.keys()), list(row.values())
        marks = ", ".join(f"${number}" for number in range(1, len(names) + 1))
        into = f'"{shape.table}" ({quoted(names)})'
        statement = f"INSERT INTO {into} VALUES ({marks}) ON CONFLICT DO NOTHING RETURNING 1"

        async def put_back() -> bool:
            async with self._transaction() as connection:
                return bool(await connection.fetch(statement, *values))

        return put_back

    async def end(self, locations: RowLocations, key: str, at: Seconds, change: Change) -> bool:
        """Set the end's column in the type it has, and the content."""
        async with self._transaction() as connection:
            shape, found = await _locked(connection, locations, key)
            if shape is None or found is None:
                return False
            changes = changed_columns(shape, found[1], found[2], at, change)
            cast = PG_MOMENT if shape.is_local else ""
            sets = ", ".join(
                f'"{name}" = ${number}{cast if name == shape.expires else ""}'
                for number, name in enumerate(changes, 2)
            )
            statement = f'UPDATE "{shape.table}" SET {sets} WHERE "{shape.key}" = $1 RETURNING 1'
            return bool(await connection.fetch(statement, key, *changes.values()))

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._url)
        return self._connection

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await self._connected()
        with postgres_errors():
            async with connection.transaction():
                yield connection

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await close_quietly(self._connection)


async def _locked(
    connection: asyncpg.Connection, locations: RowLocations, key: str
) -> tuple[Shape | None, tuple[object, object, object] | None]:
    """Return a row that nobody else writes until the transaction ends."""
    shape = await postgres_shape(connection, locations)
    if shape is None:
        return None, None
    moment = PG_MOMENT if shape.is_local else ""
    statement = f'{select(shape, moment)} WHERE "{shape.key}" = $1 FOR UPDATE'
    row = await connection.fetchrow(statement, key)
    return shape, None if row is None else tuple(row)
