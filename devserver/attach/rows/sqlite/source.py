"""A table of another framework's rows in SQLite, as a window."""

from __future__ import annotations

from collections.abc import Sequence

import aiosqlite

from session_inspector.devserver.attach.rows.base import RawRow, RowTexts, Shape
from session_inspector.devserver.attach.rows.sql import list_columns, seen_columns, to_raw_row
from session_inspector.devserver.attach.rows.sqlite.connection import complete_rows, fetch_rows
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.querying.conditions import EndColumn, make_conditions
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.sources import WindowSource
from session_inspector.devserver.stores.querying.sql_source import SqlSource
from session_inspector.devserver.stores.sqlite.source import DIALECT, find_order, is_indexed
from session_inspector.devserver.stores.timestamps import Timestamps, detect_form


async def open_table(
    db: aiosqlite.Connection, shape: Shape, texts: RowTexts, wanted: RowFilter, now: Seconds
) -> WindowSource[RawRow]:
    """Return the rows of a table. Raises: StoreUnavailable."""

    async def fetch(sql: str, values: Sequence[object]) -> Sequence[Sequence[object]]:
        return await fetch_rows(db, sql, values)

    async def to_rows(found: Sequence[Sequence[object]]) -> Sequence[RawRow]:
        complete = await complete_rows(db, shape, [tuple(row) for row in found])
        return [to_raw_row(shape, row) for row in complete]

    sample = await fetch(
        f'SELECT "{shape.expires}" FROM {shape.quoted} WHERE "{shape.expires}" IS NOT NULL LIMIT 1',
        (),
    )
    ends: EndColumn | None = None
    if sample:
        ends = EndColumn(
            name=f'"{shape.expires}"',
            encode=Timestamps(detect_form(sample[0][0])).encode,
            is_indexed=await is_indexed(fetch, shape.table, shape.expires),
            inner_marks=texts.inner_marks or (),
        )
    columns = seen_columns(shape, ends)
    conditions = make_conditions(texts.hide_from(wanted), columns, DIALECT, now)
    order = await find_order(fetch, shape.table, shape.key, is_filtered=bool(wanted.words))
    listed = order.list_rows(shape.quoted, list_columns(shape), conditions)
    return SqlSource(fetch, to_rows, listed, conditions.describe("SQLite"), order.stability)
