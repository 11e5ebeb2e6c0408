"""Prunes one table, so many rows in each statement."""

from __future__ import annotations

from collections.abc import Callable

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.postgres.client import Connections
from session_inspector.devserver.stores.postgres.statements import (
    ENDLESS,
    EXPIRED,
    PostgresStatements,
)
from session_inspector.devserver.stores.pruning.portions import PrunePortions
from session_inspector.devserver.stores.pruning.statements import Kind, StatementPruning


def open_postgres_pruning(
    db: Connections, sql: PostgresStatements, now: Callable[[], Seconds]
) -> PrunePortions:
    """Return how the table is pruned."""

    def find(kind: Kind, ended_by: Seconds) -> tuple[str, object]:
        if kind == "expired":
            return EXPIRED, sql.table.to_column(ended_by)
        return ENDLESS, sql.table.to_column(None)

    async def count(kind: Kind, ended_by: Seconds) -> int:
        condition, value = find(kind, ended_by)
        rows = await db.fetch(sql.count_where(condition), value)
        return int(rows[0][0])

    async def delete(kind: Kind, ended_by: Seconds, most: int) -> int:
        condition, value = find(kind, ended_by)
        return await db.execute(sql.delete_some(condition), value, most)

    return StatementPruning(now=now, count=count, delete=delete).portions
