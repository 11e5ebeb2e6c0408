"""Rows of other frameworks in PostgreSQL tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

import asyncpg

from session_inspector.devserver.attach.rows.base import RawRow, RowLocations, RowTexts
from session_inspector.devserver.attach.rows.postgres.connection import (
    close_quietly,
    complete_rows,
    connect,
    end_cast,
    find_table,
    list_columns,
)
from session_inspector.devserver.attach.rows.postgres.source import open_table
from session_inspector.devserver.attach.rows.sql import PAGE, select_rows, to_raw_row
from session_inspector.devserver.attach.rows.survey import describe_tables
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.postgres.client import number_marks, postgres_errors
from session_inspector.devserver.stores.postgres.estimate import estimate_table
from session_inspector.devserver.stores.querying.estimates import RowEstimate
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.opening import NoRows
from session_inspector.devserver.stores.querying.sources import WindowSource
from session_inspector.devserver.stores.watching.commands import CommandCount

PREPARED = 2
"""Messages that open a cursor and find its end: the driver's logger hears of none of a cursor's."""
SNAPSHOT = "SELECT txid_current_snapshot()::text"


class PostgresReader:
    """One database, in a read-only transaction."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self.commands = CommandCount()
        connection.add_query_logger(lambda _: self.commands.note())

    @classmethod
    async def open(cls, url: str, clock: Clock) -> PostgresReader:
        """Connect. Raises: StoreUnavailable."""
        return cls(await connect(url, default_transaction_read_only="on"))

    async def rows(
        self, locations: RowLocations, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        """Yield the rows of the layout's table, when it is there."""
        with postgres_errors():
            shape = await find_table(self._connection, locations)
            if shape is None:
                return
            statement = f"{select_rows(shape, end_cast(shape))} LIMIT $1"
            async with self._connection.transaction():
                cursor = await self._connection.cursor(statement, limit)
                self.commands.note(PREPARED)
                while page := await cursor.fetch(PAGE):
                    self.commands.note()
                    for row in await complete_rows(self._connection, shape, page):
                        yield to_raw_row(shape, row)

    async def open_source(
        self, locations: RowLocations, texts: RowTexts, wanted: RowFilter, now: Seconds
    ) -> WindowSource[RawRow]:
        """Return the rows of the layout's table, in the order of a unique column."""
        with postgres_errors():
            shape = await find_table(self._connection, locations)
        if shape is None:
            return NoRows()
        return await open_table(self._connection, shape, texts, wanted, now)

    async def estimate(self, locations: RowLocations) -> RowEstimate | None:
        """Return the rows of the layout's table, by the planner's statistics."""

        async def fetch(sql: str, values: Sequence[object]) -> Sequence[Sequence[object]]:
            return list(await self._connection.fetch(number_marks(sql), *values))

        with postgres_errors():
            shape = await find_table(self._connection, locations)
            if shape is None:
                return None
            return await estimate_table(fetch, shape.quoted)

    async def at(self, locations: RowLocations, keys: Sequence[str]) -> Sequence[RawRow]:
        """Return the rows of keys, when the layout's table is there."""
        with postgres_errors():
            shape = await find_table(self._connection, locations)
            if shape is None:
                return []
            select = select_rows(shape, end_cast(shape))
            statement = f'{select} WHERE "{shape.key}" = ANY ($1::text[])'
            page = await self._connection.fetch(statement, [*keys])
            found = await complete_rows(self._connection, shape, page)
        return [to_raw_row(shape, row) for row in found]

    def prefixes(self, locations: RowLocations) -> Sequence[str]:
        """Return none, as in SQLite."""
        return ("",)

    async def survey(self) -> Sequence[str]:
        """Return the tables of the schemas that the connection looks into."""
        with postgres_errors():
            columns = await list_columns(self._connection)
        return describe_tables("table", columns)

    async def others(self, locations: RowLocations) -> Mapping[str, int]:
        """Return none: a table or collection has rows of one kind."""
        return {}

    async def version(self) -> str | None:
        """Return which transactions have written: the current snapshot (PostgreSQL 10 has it)."""
        with postgres_errors():
            return str(await self._connection.fetchval(SNAPSHOT))

    async def close(self) -> None:
        """Close the connection."""
        await close_quietly(self._connection)
