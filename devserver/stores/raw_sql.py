"""Rows of other frameworks in SQLite and PostgreSQL tables.

What reading and writing share stands here too. Names of tables and columns are our own constants,
never a person's input.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.raw import (
    Places,
    RawRow,
    Shape,
    bytes_of,
    first_present,
    moment_of,
    without_own_options,
)
from session_inspector.devserver.stores.raw_write import Change, like, typed
from session_inspector.devserver.stores.urls import sqlite_path

if TYPE_CHECKING:
    import asyncpg

PAGE = 1000
SECONDS = 5.0
PG_COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = ANY (current_schemas(false))"
)
PG_MOMENT = "::timestamptz"
"""Turns what has no time zone into a moment by the database's own; the same cast writes it."""


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
        self, places: Places, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        """Yield the rows of the layout's table, when it is there."""
        try:
            shape = await asyncio.to_thread(sqlite_shape, self._db, places)
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

    async def at(self, places: Places, keys: Sequence[str]) -> Sequence[RawRow]:
        """Return the rows of keys, when the layout's table is there."""
        try:
            return await asyncio.to_thread(self._at, places, keys)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"SQLite: {error}") from error

    def _at(self, places: Places, keys: Sequence[str]) -> list[RawRow]:
        shape = sqlite_shape(self._db, places)
        if shape is None:
            return []
        marks = ", ".join("?" * len(keys))
        found = self._db.execute(f'{select(shape)} WHERE "{shape.key}" IN ({marks})', [*keys])
        return [row_of(*row) for row in found]

    def prefixes(self, places: Places) -> Sequence[str]:
        """Return none: some apps write one, and it is seen in their rows."""
        return ("",)

    async def close(self) -> None:
        """Close the file."""
        await asyncio.to_thread(self._db.close)


def sqlite_shape(db: sqlite3.Connection, places: Places) -> Shape | None:
    """Return which of a layout's tables is there. Raises: sqlite3.Error."""
    columns = {
        shape.table: {row[1] for row in db.execute(f'PRAGMA table_info("{shape.table}")')}
        for shape in places.tables
    }
    return first_present(places.tables, columns)


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
            without_own_options(url),
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
        with postgres_errors():
            shape = await postgres_shape(self._connection, places)
            if shape is None:
                return
            moment = PG_MOMENT if shape.is_local else ""
            async with self._connection.transaction():
                cursor = self._connection.cursor(select(shape, moment), prefetch=PAGE)
                count = 0
                async for row in cursor:
                    if count >= limit:
                        return
                    count += 1
                    yield row_of(*row)

    async def at(self, places: Places, keys: Sequence[str]) -> Sequence[RawRow]:
        """Return the rows of keys, when the layout's table is there."""
        with postgres_errors():
            shape = await postgres_shape(self._connection, places)
            if shape is None:
                return []
            statement = select(shape, PG_MOMENT if shape.is_local else "")
            found = await self._connection.fetch(
                f'{statement} WHERE "{shape.key}" = ANY ($1::text[])', [*keys]
            )
        return [row_of(*row) for row in found]

    def prefixes(self, places: Places) -> Sequence[str]:
        """Return none, as in SQLite."""
        return ("",)

    async def close(self) -> None:
        """Close the connection."""
        await close_quietly(self._connection)


@contextmanager
def postgres_errors() -> Iterator[None]:
    """Turn whatever the driver raises into StoreUnavailable."""
    import asyncpg  # it is loaded already

    try:
        yield
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StoreUnavailable(f"PostgreSQL: {error or type(error).__name__}") from error


async def close_quietly(connection: asyncpg.Connection) -> None:
    """Close a connection; one that is broken already is no error."""
    with suppress(OSError, TimeoutError):
        await connection.close(timeout=SECONDS)


async def postgres_shape(connection: asyncpg.Connection, places: Places) -> Shape | None:
    """Return which of a layout's tables is there."""
    columns: dict[str, set[str]] = {}
    for table, column in await connection.fetch(PG_COLUMNS):
        columns.setdefault(table, set()).add(column)
    return first_present(places.tables, columns)


def select(shape: Shape, moment: str = "") -> str:
    """Return the statement that reads key, content and end; `moment` casts the end."""
    data = f'"{shape.data}"' if shape.data else "NULL"
    return f'SELECT "{shape.key}", {data}, "{shape.expires}"{moment} FROM "{shape.table}"'


def quoted(names: Sequence[str]) -> str:
    """Return a list of columns."""
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def row_of(key: object, data: object, expires: object) -> RawRow:
    """Return what `select` found."""
    return RawRow(key=str(key), value=bytes_of(data), expires=moment_of(expires))


def changed_columns(
    shape: Shape, data: object, expires: object, at: Seconds, change: Change
) -> dict[str, object]:
    """Return columns and their new values: the end, and the content where it keeps one too."""
    changes = {shape.expires: like(expires, at)}
    value = change(bytes_of(data)) if shape.data else None
    if value is not None:
        changes[shape.data] = typed(data, value)
    return changes
