"""Prunes one table, so many rows in each statement."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.pruning.portions import PrunePortions
from session_inspector.devserver.stores.pruning.statements import Kind, StatementPruning
from session_inspector.devserver.stores.sqlite.statements import (
    EXPIRED,
    ORPHANED,
    SqliteStatements,
)
from session_inspector.devserver.stores.timestamps import FAR, Timestamps


def open_sqlite_pruning(
    sql: SqliteStatements,
    timestamps: Timestamps,
    now: Callable[[], Seconds],
    count_rows: Callable[..., Awaitable[int]],
    write: Callable[..., Awaitable[int]],
) -> PrunePortions:
    """Return how the table is pruned; both take a statement and its values."""

    def find(kind: Kind, ended_by: Seconds) -> tuple[str, object]:
        if kind == "expired":
            return EXPIRED, timestamps.encode(ended_by)
        return ORPHANED, timestamps.encode(FAR)

    async def count(kind: Kind, ended_by: Seconds) -> int:
        condition, value = find(kind, ended_by)
        return await count_rows(sql.count_where(condition), value)

    async def delete(kind: Kind, ended_by: Seconds, most: int) -> int:
        condition, value = find(kind, ended_by)
        return await write(sql.delete_some(condition), value, most, value)

    return StatementPruning(now=now, count=count, delete=delete).portions
