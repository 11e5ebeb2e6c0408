"""A table is estimated by the row numbers that it uses."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from session_inspector.devserver.stores.sqlite.estimate import estimate_table


async def estimate(rows: Sequence[int]) -> tuple[int, float | None] | None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO t VALUES (?)", [(row,) for row in rows])

    async def fetch(sql: str, values: Sequence[object]) -> Sequence[Sequence[object]]:
        return db.execute(sql, tuple(values)).fetchall()

    found = await estimate_table(fetch, "t")
    db.close()
    if found is None:
        return None
    return found.count, found.error


async def test_an_empty_table_has_no_estimate() -> None:
    assert await estimate([]) is None


async def test_a_small_table_is_counted() -> None:
    assert await estimate(range(7)) == (7, 0.0)


async def test_numbers_without_gaps_are_exact() -> None:
    assert await estimate(range(1, 20_001)) == (20_000, 0.0)


async def test_gaps_are_seen_within_the_error_that_is_told() -> None:
    rows = [number for number in range(50_000) if number * 2654435761 % 7 < 3]
    found = await estimate(rows)
    assert found is not None
    count, error = found
    assert error is not None
    assert abs(count - len(rows)) <= count * max(error, 0.01)
