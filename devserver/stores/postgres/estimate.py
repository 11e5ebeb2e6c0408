"""About how many rows a PostgreSQL table has, as its planner reckons: no row is read."""

from __future__ import annotations

from session_inspector.devserver.stores.querying.estimates import RowEstimate
from session_inspector.devserver.stores.querying.sql_source import Fetch

STATISTICS = (
    "SELECT reltuples::float8, relpages::float8,"
    " pg_relation_size(oid) / current_setting('block_size')::float8"
    " FROM pg_class WHERE oid = to_regclass(?)"
)
HOW = "by PostgreSQL's statistics"


async def estimate_table(fetch: Fetch, table: str) -> RowEstimate | None:
    """Return the rows of a table; None: it was never analysed. Raises: StoreUnavailable."""
    found = await fetch(STATISTICS, (table,))
    if not found:
        return None
    rows, pages, now = (float(str(value)) for value in found[0])
    if rows < 0 or pages <= 0:
        return None
    return RowEstimate(count=round(rows * now / pages), error=None, how=HOW)
