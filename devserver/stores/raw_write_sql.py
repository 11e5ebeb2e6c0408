"""Writes to other frameworks' rows in SQLite and PostgreSQL.

Names of tables and columns come from our own constants, or from the database's own catalogue.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from devserver.core.errors import StoreUnavailable
from devserver.core.values import Seconds
from devserver.stores.raw import Places, Shape, first_present
from devserver.stores.raw_sql import PG_COLUMNS, SECONDS, connect
from devserver.stores.raw_write import PutBack, like, typed

if TYPE_CHECKING:
    import asyncpg


class SqliteWriter:
    """One file."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @classmethod
    async def open(cls, url: str) -> SqliteWriter:
        """Open a file that is there; nothing is created. Raises: StoreUnavailable."""
        path = Path(unquote(url.removeprefix("sqlite://").partition("?")[0]))
        place = f"file:{quote(str(path))}?mode=rw"
        try:
            db = await asyncio.to_thread(
                sqlite3.connect, place, uri=True, check_same_thread=False, isolation_level=None
            )
        except sqlite3.Error as error:
            raise StoreUnavailable(f"SQLite: {error}") from error
        return cls(db)

    async def remove(self, places: Places, key: str) -> PutBack | None:
        """Delete a row; what is put back has all its columns."""
        try:
            gone = await asyncio.to_thread(self._remove, places, key)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"SQLite: {error}") from error
        if gone is None:
            return None
        statement, row = gone

        async def put_back() -> None:
            try:
                await asyncio.to_thread(self._db.execute, statement, row)
            except sqlite3.Error as error:
                raise StoreUnavailable(f"SQLite: {error}") from error

        return put_back

    async def end(self, places: Places, key: str, at: Seconds, value: bytes | None) -> bool:
        """Set the end's column in the form it has, and the content."""
        try:
            return await asyncio.to_thread(self._end, places, key, at, value)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"SQLite: {error}") from error

    def _remove(self, places: Places, key: str) -> tuple[str, tuple[object, ...]] | None:
        shape = self._shape(places)
        if shape is None:
            return None
        found = self._db.execute(f'SELECT * FROM "{shape.table}" WHERE "{shape.key}" = ?', (key,))
        names = [column[0] for column in found.description]
        row = found.fetchone()
        done = self._db.execute(f'DELETE FROM "{shape.table}" WHERE "{shape.key}" = ?', (key,))
        if row is None or not done.rowcount:
            return None
        marks = ", ".join("?" * len(names))
        return f"INSERT INTO {_into(shape, names)} VALUES ({marks})", tuple(row)

    def _end(self, places: Places, key: str, at: Seconds, value: bytes | None) -> bool:
        shape = self._shape(places)
        if shape is None:
            return False
        row = self._db.execute(f"{_pair(shape)} = ?", (key,)).fetchone()
        if row is None:
            return False
        changes, values = _changes(shape, row[0], row[1], at, value)
        sets = ", ".join(f'"{name}" = ?' for name in changes)
        done = self._db.execute(
            f'UPDATE "{shape.table}" SET {sets} WHERE "{shape.key}" = ?', (*values, key)
        )
        return done.rowcount > 0

    def _shape(self, places: Places) -> Shape | None:
        columns = {
            shape.table: {row[1] for row in self._db.execute(f'PRAGMA table_info("{shape.table}")')}
            for shape in places.tables
        }
        return first_present(places.tables, columns)

    async def close(self) -> None:
        """Close the file."""
        await asyncio.to_thread(self._db.close)


class PostgresWriter:
    """One database."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, url: str) -> PostgresWriter:
        """Connect. Raises: InputError for a missing driver, StoreUnavailable."""
        return cls(await connect(url))

    async def remove(self, places: Places, key: str) -> PutBack | None:
        """Delete a row; what is put back has all its columns."""
        shape = await self._shape(places)
        if shape is None:
            return None
        rows = await self._fetch(
            f'DELETE FROM "{shape.table}" WHERE "{shape.key}" = $1 RETURNING *', key
        )
        if not rows:
            return None
        names, row = list(rows[0].keys()), list(rows[0].values())
        marks = ", ".join(f"${number}" for number in range(1, len(names) + 1))
        statement = f"INSERT INTO {_into(shape, names)} VALUES ({marks}) RETURNING 1"

        async def put_back() -> None:
            await self._fetch(statement, *row)

        return put_back

    async def end(self, places: Places, key: str, at: Seconds, value: bytes | None) -> bool:
        """Set the end's column in the type it has, and the content."""
        shape = await self._shape(places)
        rows = await self._fetch(f"{_pair(shape)} = $1", key) if shape else []
        if shape is None or not rows:
            return False
        changes, values = _changes(shape, rows[0][0], rows[0][1], at, value)
        sets = ", ".join(f'"{name}" = ${number}' for number, name in enumerate(changes, 2))
        statement = f'UPDATE "{shape.table}" SET {sets} WHERE "{shape.key}" = $1 RETURNING 1'
        return bool(await self._fetch(statement, key, *values))

    async def _shape(self, places: Places) -> Shape | None:
        columns: dict[str, set[str]] = {}
        for table, column in await self._fetch(PG_COLUMNS):
            columns.setdefault(str(table), set()).add(str(column))
        return first_present(places.tables, columns)

    async def _fetch(self, statement: str, *values: object) -> list[asyncpg.Record]:
        import asyncpg  # it is loaded already

        try:
            return list(await self._connection.fetch(statement, *values))
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise StoreUnavailable(f"PostgreSQL: {error or type(error).__name__}") from error

    async def close(self) -> None:
        """Close the connection; one that is broken already is no error."""
        with suppress(OSError, TimeoutError):
            await self._connection.close(timeout=SECONDS)


def _into(shape: Shape, names: list[str]) -> str:
    quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    return f'"{shape.table}" ({quoted})'


def _pair(shape: Shape) -> str:
    data = f'"{shape.data}"' if shape.data else "NULL"
    return f'SELECT {data}, "{shape.expires}" FROM "{shape.table}" WHERE "{shape.key}"'


def _changes(
    shape: Shape, data: object, expires: object, at: Seconds, value: bytes | None
) -> tuple[list[str], list[object]]:
    """Return columns and their new values."""
    names, values = [shape.expires], [like(expires, at)]
    if value is not None and shape.data:
        names.append(shape.data)
        values.append(typed(data, value))
    return names, values
