"""Sessions of a SQLite table as a window: by row numbers, conditions in SQL.

A row number is no secret, and a page behind it takes no time wherever it is. Rows that come later
are behind all others; VACUUM may number the rows of a table with a text key anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import KeyedRecord
from session_inspector.devserver.stores.querying.conditions import (
    EndColumn,
    SqlColumns,
    SqlDialect,
    SqlOrder,
    make_conditions,
)
from session_inspector.devserver.stores.querying.filters import FEWEST_BYTES, RowFilter
from session_inspector.devserver.stores.querying.sources import OpenSource, WindowSource
from session_inspector.devserver.stores.querying.sql_source import Fetch, SqlSource
from session_inspector.devserver.stores.timestamps import Timestamps

DIALECT = SqlDialect(
    engine="SQLite",
    contains="instr(lower(CAST({} AS TEXT)), ?) > 0",
    size="length(CAST({} AS BLOB))",
)
INDEXED = (
    "SELECT 1 FROM pragma_index_list(?) AS list, pragma_index_info(list.name) AS info"
    " WHERE info.seqno = 0 AND info.name = ? AND list.partial = 0"
)
UNIQUE = (
    "SELECT list.name FROM pragma_index_list(?) AS list, pragma_index_info(list.name) AS info"
    ' WHERE list."unique" AND list.partial = 0 GROUP BY list.name'
    " HAVING count(*) = 1 AND max(info.name) = ?"
)
"""Indexes of one column, by which it is unique."""
MADE_BY = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
WITHOUT_NUMBERS = re.compile(r"without\s+rowid", re.IGNORECASE)
BY_NUMBER = "rows written later come last; a row that is replaced meanwhile may come again"
BY_KEY = "a row that is there throughout comes once"


async def has_row_numbers(fetch: Fetch, table: str) -> bool:
    """Check that the rows of a table have numbers. Raises: StoreUnavailable."""
    made = await fetch(MADE_BY, (table,))
    return bool(made) and not WITHOUT_NUMBERS.search(str(made[0][0]))


async def find_order(fetch: Fetch, table: str, key: str, *, is_filtered: bool) -> SqlOrder:
    """Return what orders the rows of a table: its key where it is an indexed text, else numbers.

    Where many rows are looked at for few, their number: they lie in that order in the file.
    Raises: StoreUnavailable.
    """
    has_numbers = await has_row_numbers(fetch, table)
    column = f'"{key}"'
    if has_numbers and (is_filtered or not await _is_text_key(fetch, table, key)):
        return SqlOrder("rowid", "number", "CAST(? AS INTEGER)", BY_NUMBER)
    return SqlOrder(column, "text", "?", BY_KEY)


async def _is_text_key(fetch: Fetch, table: str, key: str) -> bool:
    """Check that a column is unique by an index, and each value of it a text."""
    if not await fetch(UNIQUE, (table, key)):
        return False
    for direction in ("ASC", "DESC"):  # what is no text comes before all texts, or behind them
        found = await fetch(
            f'SELECT typeof("{key}") FROM "{table}" ORDER BY "{key}" {direction} LIMIT 1', ()
        )
        if found and found[0][0] != "text":
            return False
    return True


async def is_indexed(fetch: Fetch, table: str, column: str) -> bool:
    """Check that an index begins with a column."""
    return bool(await fetch(INDEXED, (table, column)))


def open_sqlite_source(
    ask: Fetch,
    table: str,
    timestamps: Timestamps,
    to_record: Callable[[Sequence[object]], KeyedRecord],
) -> OpenSource:
    """Return how the store's rows are listed."""

    async def to_rows(found: Sequence[Sequence[object]]) -> Sequence[KeyedRecord]:
        return [to_record(row) for row in found]

    async def open_source(wanted: RowFilter, now: Seconds) -> WindowSource[KeyedRecord]:
        ends = EndColumn(
            name="expires_at",
            encode=timestamps.encode,
            is_indexed=await is_indexed(ask, table, "expires_at"),
        )
        columns = SqlColumns(data="data", sized="data", fewest=FEWEST_BYTES, most=None, ends=ends)
        conditions = make_conditions(wanted, columns, DIALECT, now)
        order = await find_order(ask, table, "id", is_filtered=bool(wanted.words))
        listed = order.list_rows(table, "id, data, expires_at", conditions)
        return SqlSource(ask, to_rows, listed, conditions.describe("SQLite"), order.stability)

    return open_source
