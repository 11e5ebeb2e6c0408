"""Sessions of a PostgreSQL table as a window: by the primary key, conditions in SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import KeyedRecord
from session_inspector.devserver.stores.postgres.table import PLAIN, TEXTS, ZONED, SessionTable
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
from session_inspector.devserver.stores.timestamps import to_datetime

DIALECT = SqlDialect(
    engine="PostgreSQL",
    contains="strpos(lower({}::text), ?) > 0",
    size="octet_length({}::text)",
)
NUMBERS = ("smallint", "integer", "bigint")
UUID = "uuid"
END_MARKS = {PLAIN: "?::timestamptz::timestamp", ZONED: "?::timestamptz"}
"""How a moment is written beside a column of each type: a cast of the column would cost its
index."""
BY_KEY = "a row that is there throughout comes once"
UNINDEXED = "no index has the key: each page sorts the table"
BEGIN_INDEXES = (
    "SELECT attname, format_type(atttypid, NULL), bool_or(indisunique AND indnkeyatts = 1)"
    " FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]"
    " WHERE indrelid = to_regclass(?) AND indisvalid AND indpred IS NULL GROUP BY 1, 2 ORDER BY 1"
)
"""Columns that begin an index, their types, and whether one is unique by them alone."""


def choose_order(
    indexes: Sequence[Sequence[object]], key: str, key_type: str, quote: Callable[[str], str]
) -> SqlOrder:
    """Return what orders the rows of a table: its key, else another unique column."""
    unique = {str(name): str(kind) for name, kind, is_unique in indexes if is_unique}
    if key in unique or not unique:
        stability = BY_KEY if key in unique else UNINDEXED
        return _order_by(quote(key), key_type, stability)
    other = next(iter(unique))
    return _order_by(quote(other), unique[other], BY_KEY)


def _order_by(column: str, kind: str, stability: str) -> SqlOrder:
    if kind in NUMBERS:
        return SqlOrder(column, "number", "?::text::bigint", stability)
    if kind == UUID:
        return SqlOrder(column, "uuid", "?::text::uuid", stability)
    if kind in TEXTS:
        return SqlOrder(column, "text", "?::text", stability)
    return SqlOrder(f"{column}::text", "text", "?::text", UNINDEXED)


def begins_index(indexes: Sequence[Sequence[object]], column: str) -> bool:
    """Check that an index begins with a column."""
    return any(str(name) == column for name, *_ in indexes)


def open_postgres_source(
    ask: Fetch,
    table: SessionTable,
    columns: str,
    to_record: Callable[[Sequence[object]], KeyedRecord],
) -> OpenSource:
    """Return how the store's rows are listed; `columns`: what makes a record."""

    async def to_rows(found: Sequence[Sequence[object]]) -> Sequence[KeyedRecord]:
        return [to_record(row) for row in found]

    async def open_source(wanted: RowFilter, now: Seconds) -> WindowSource[KeyedRecord]:
        indexes = await ask(BEGIN_INDEXES, (table.name,))
        ends = EndColumn(
            name="expires_at",
            encode=to_datetime,
            mark=END_MARKS[table.expires_at],
            is_indexed=begins_index(indexes, "expires_at"),
        )
        seen = SqlColumns(data="data", sized="data", fewest=FEWEST_BYTES, most=None, ends=ends)
        conditions = make_conditions(wanted, seen, DIALECT, now)
        order = choose_order(indexes, "id", table.id, str)
        listed = order.list_rows(table.name, columns, conditions)
        return SqlSource(ask, to_rows, listed, conditions.describe("PostgreSQL"), order.stability)

    return open_source
