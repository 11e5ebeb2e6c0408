"""A table of another framework's rows in PostgreSQL, as a window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import asyncpg

from session_inspector.devserver.attach.rows.base import RawRow, RowTexts, Shape
from session_inspector.devserver.attach.rows.postgres.connection import complete_rows, end_cast
from session_inspector.devserver.attach.rows.sql import (
    list_columns,
    quote_names,
    seen_columns,
    to_raw_row,
)
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.postgres.client import number_marks, postgres_errors
from session_inspector.devserver.stores.postgres.source import (
    BEGIN_INDEXES,
    DIALECT,
    END_MARKS,
    begins_index,
    choose_order,
)
from session_inspector.devserver.stores.postgres.table import PLAIN
from session_inspector.devserver.stores.querying.conditions import EndColumn, make_conditions
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.sources import WindowSource
from session_inspector.devserver.stores.querying.sql_source import SqlSource
from session_inspector.devserver.stores.timestamps import to_datetime

TYPES = (
    "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
    " WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped"
)
UTC = "?::timestamptz AT TIME ZONE 'UTC'"
BYTES = "bytea"
Rows = Sequence[Sequence[object]]


async def open_table(
    connection: asyncpg.Connection,
    shape: Shape,
    texts: RowTexts,
    wanted: RowFilter,
    now: Seconds,
) -> WindowSource[RawRow]:
    """Return the rows of a table. Raises: StoreUnavailable."""

    async def fetch(sql: str, values: Sequence[object]) -> Rows:
        with postgres_errors():
            return list(await connection.fetch(number_marks(sql), *values))

    async def to_rows(found: Rows) -> Sequence[RawRow]:
        with postgres_errors():
            complete = await complete_rows(connection, shape, found)
        return [to_raw_row(shape, row) for row in complete]

    indexes = await fetch(BEGIN_INDEXES, (shape.quoted,))
    types = {str(name): str(kind) for name, kind in await fetch(TYPES, (shape.quoted,))}
    columns = seen_columns(shape, _describe_end(shape, texts, types, indexes))
    visible = texts.hide_from(wanted)
    if types.get(shape.data) == BYTES:
        visible = visible.hide("user", "size")
    conditions = make_conditions(visible, columns, DIALECT, now)
    order = choose_order(indexes, shape.key, types[shape.key], lambda name: quote_names([name]))
    listed = order.list_rows(shape.quoted, list_columns(shape, end_cast(shape)), conditions)
    return SqlSource(fetch, to_rows, listed, conditions.describe("PostgreSQL"), order.stability)


def _describe_end(
    shape: Shape, texts: RowTexts, types: Mapping[str, str], indexes: Rows
) -> EndColumn | None:
    """Return the column of ends; None: it is no moment that PostgreSQL compares."""
    kind = types.get(shape.expires, "")
    if kind not in END_MARKS:
        return None
    mark = END_MARKS[kind]
    if kind == PLAIN and not shape.is_local:
        mark = UTC
    return EndColumn(
        name=f'"{shape.expires}"',
        encode=to_datetime,
        mark=mark,
        is_indexed=begins_index(indexes, shape.expires),
        inner_marks=texts.inner_marks or (),
    )
