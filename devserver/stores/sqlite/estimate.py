"""About how many rows a SQLite table has: it keeps no count, and counting reads all of it."""

from __future__ import annotations

import random
from collections.abc import Sequence

from session_inspector.devserver.stores.querying.estimates import (
    RowEstimate,
    estimate_by_windows,
)
from session_inspector.devserver.stores.querying.sql_source import Fetch
from session_inspector.devserver.stores.sqlite.source import has_row_numbers

WINDOWS = 60
WINDOW = 200
"""Row numbers in one window."""
FEW = WINDOW * 10
SEED = 21
"""The same table is estimated alike twice."""


async def estimate_table(fetch: Fetch, table: str) -> RowEstimate | None:
    """Return the rows of a table by the row numbers that are used; None: it has none.

    Raises: StoreUnavailable.
    """
    if not await has_row_numbers(fetch, table):
        return None
    table = f'"{table}"'
    first = await _read_number(fetch, f"SELECT min(rowid) FROM {table}")
    last = await _read_number(fetch, f"SELECT max(rowid) FROM {table}")
    if first is None or last is None:
        return None
    span = last - first + 1
    if span <= FEW:
        found = await fetch(f"SELECT count(*) FROM {table}", ())
        return RowEstimate(count=int(str(found[0][0])), error=0.0, how="counted")
    drawn = random.Random(SEED)  # nosec B311 # a sample, no secret
    counts: list[int] = []
    for _ in range(WINDOWS):
        start = drawn.randint(first, last - WINDOW + 1)
        counts.append(await _count_window(fetch, table, start))
    return estimate_by_windows(counts, span / WINDOW)


async def _count_window(fetch: Fetch, table: str, start: int) -> int:
    found = await fetch(
        f"SELECT count(*) FROM {table} WHERE rowid >= ? AND rowid < ?", (start, start + WINDOW)
    )
    return int(str(found[0][0]))


async def _read_number(fetch: Fetch, sql: str) -> int | None:
    found: Sequence[Sequence[object]] = await fetch(sql, ())
    number = found[0][0]
    if isinstance(number, int):
        return number
    return None
