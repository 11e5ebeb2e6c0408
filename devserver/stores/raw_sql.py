"""Rows of other frameworks in SQLite and PostgreSQL tables.

Names of tables and columns are our own constants, never a person's input.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from devserver.core.errors import InputError, StoreUnavailable
from devserver.stores.raw import Places, RawRow, Shape, bytes_of, first_present, moment_of

if TYPE_CHECKING:
    import asyncpg

PAGE = 1000
SECONDS = 5.0
PG_COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = ANY (current_schemas(false))"
)


class SqliteReader:
    """One file, opened read-only."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @classmethod
    async def open(cls, url: str) -> SqliteReader:
        """Open a file that is there. Raises: InputError, StoreUnavailable."""
        text = unquote(url.removeprefix("sqlite://").partition("?")[0])
        # SQLAlchemy's four slashes: in a file: URI two would start a host's name
        path = Path(f"/{text.lstrip('/')}" if text.startswith("/") else text)
        if not await asyncio.to_thread(path.is_file):
            raise InputError(f"{path} is not there; nothing is created unasked. Fix: the path")
        place = f"file:{quote(str(path))}?mode=ro"
        try:
            db = await asyncio.to_thread(sqlite3.connect, place, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"SQLite: {error}") from error
        return cls(db)

    async def rows(
        self, places: Places, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        """Yield the rows of the layout's table, when it is there."""
        try:
            shape = await asyncio.to_thread(self._shape, places)
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

    def _shape(self, places: Places) -> Shape | None:
        columns = {
            shape.table: {row[1] for row in self._db.execute(f'PRAGMA table_info("{shape.table}")')}
            for shape in places.tables
        }
        return first_present(places.tables, columns)

    def _page(self, shape: Shape, at: int, count: int) -> list[RawRow]:
        found = self._db.execute(f"{_select(shape)} ORDER BY rowid LIMIT ? OFFSET ?", (count, at))
        return [_row(*row) for row in found]

    async def close(self) -> None:
        """Close the file."""
        await asyncio.to_thread(self._db.close)


async def connect(url: str, **settings: str) -> asyncpg.Connection:
    """Return a connection with server settings. Raises: InputError, StoreUnavailable."""
    try:
        import asyncpg  # an extra
    except ImportError as error:
        raise InputError(
            "store postgresql:// needs a driver. Fix: pip install 'session-inspector[postgres]'"
        ) from error
    try:
        return await asyncpg.connect(
            url.partition("?")[0],
            timeout=SECONDS,
            command_timeout=SECONDS,
            server_settings=settings,
        )
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError) as error:
        raise StoreUnavailable(f"PostgreSQL: {error or type(error).__name__}") from error


class PostgresReader:
    """One database, in a read-only transaction."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, url: str) -> PostgresReader:
        """Connect. Raises: InputError for a missing driver, StoreUnavailable."""
        return cls(await connect(url, default_transaction_read_only="on"))

    async def rows(
        self, places: Places, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        """Yield the rows of the layout's table, when it is there."""
        import asyncpg  # it is loaded already

        try:
            columns: dict[str, set[str]] = {}
            for table, column in await self._connection.fetch(PG_COLUMNS):
                columns.setdefault(table, set()).add(column)
            shape = first_present(places.tables, columns)
            if shape is None:
                return
            async with self._connection.transaction():
                cursor = self._connection.cursor(_select(shape), prefetch=PAGE)
                count = 0
                async for row in cursor:
                    if count >= limit:
                        return
                    count += 1
                    yield _row(*row)
        except (OSError, TimeoutError, asyncpg.PostgresError) as error:
            raise StoreUnavailable(f"PostgreSQL: {error or type(error).__name__}") from error

    async def close(self) -> None:
        """Close the connection; one that is broken already is no error."""
        with suppress(OSError, TimeoutError):
            await self._connection.close(timeout=SECONDS)


def _select(shape: Shape) -> str:
    data = f'"{shape.data}"' if shape.data else "NULL"
    return f'SELECT "{shape.key}", {data}, "{shape.expires}" FROM "{shape.table}"'


def _row(key: object, data: object, expires: object) -> RawRow:
    return RawRow(key=str(key), value=bytes_of(data), expires=moment_of(expires))
