"""Rows of other frameworks in PostgreSQL tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from session_inspector.devserver.attach.rows.base import (
    Places,
    RawRow,
    Shape,
    first_present,
    without_own_options,
)
from session_inspector.devserver.attach.rows.sql import PAGE, row_of, select
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.installation import install_command

if TYPE_CHECKING:
    import asyncpg

SECONDS = 5.0
PG_COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = ANY (current_schemas(false))"
)
PG_MOMENT = "::timestamptz"
"""Turns what has no time zone into a moment by the database's own; the same cast writes it."""


async def connect(url: str, **settings: str) -> asyncpg.Connection:
    """Return a connection with server settings. Raises: InputError, StoreUnavailable."""
    try:
        import asyncpg  # an extra
    except ImportError as error:
        raise InputError(
            f"store postgresql:// needs a driver. Fix: {install_command('postgres')}"
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
