"""Items of DynamoDB as a window: by Scan, whose order is that of hashes; ends by FilterExpression.

Where a scan goes on is an id, and an id is a login: its cursor is told only where ids are shown.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import KeyedRecord
from session_inspector.devserver.stores.dynamodb.items import is_part, to_milliseconds
from session_inspector.devserver.stores.dynamodb.table import Item, ItemTable, Parameters
from session_inspector.devserver.stores.dynamodb.values import Typed
from session_inspector.devserver.stores.querying.conditions import SLACK, describe_answer
from session_inspector.devserver.stores.querying.estimates import RowEstimate
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.sources import (
    Keep,
    OpenSource,
    Portion,
    WindowSource,
)

FILTERED = 1_000
"""Items that one Scan looks at, where not each fits: 1 MB ends it earlier."""
ToRow = Callable[[Item], Awaitable[KeyedRecord]]
"""Reads the parts of an item."""


class DynamoSource:
    """One list of a table."""

    stability = "a row that is there throughout comes once"

    def __init__(
        self, table: ItemTable, to_row: ToRow, filtering: Parameters, how: str, *, is_filtered: bool
    ) -> None:
        self.how = how
        self._table = table
        self._to_row = to_row
        self._filtering = filtering
        self._is_filtered = is_filtered

    async def read(
        self, position: str | None, most: int, keep: Keep[KeyedRecord]
    ) -> Portion[KeyedRecord]:
        """Return what fits of one Scan."""
        size = FILTERED if self._is_filtered else most
        items, cursor = await self._table.scan(position, size, self._filtering)
        rows: list[KeyedRecord] = []
        last = ""
        for item in items:
            if is_part(item):
                continue
            if len(rows) == most:
                return Portion(rows=rows, position=last, looked=len(items))
            row = await self._to_row(item)
            if keep(row):
                rows.append(row)
            last = row[0]
        return Portion(rows=rows, position=cursor, looked=len(items))

    async def disclose(self, position: str) -> str | None:
        """Return None: it is an id."""
        return None


def open_dynamo_source(table: ItemTable, to_row: ToRow) -> OpenSource:
    """Return how the store's items are listed."""

    async def open_source(wanted: RowFilter, now: Seconds) -> WindowSource[KeyedRecord]:
        filtering = match_ends(wanted, now)
        by_engine = ["expires"] if filtering else []
        here = [name for name in wanted.names if name not in by_engine]
        how = describe_answer("DynamoDB", by_engine, here)
        return DynamoSource(table, to_row, filtering, how, is_filtered=bool(wanted.words))

    return open_source


async def estimate_items(table: ItemTable) -> RowEstimate:
    """Return how many items there were when the service counted last. Raises: StoreUnavailable."""
    how = "by DynamoDB's count, which is up to six hours old"
    return RowEstimate(count=await table.count(), error=None, how=how)


def match_ends(wanted: RowFilter, now: Seconds) -> Parameters:
    """Return the parameters of a Scan that leaves out what cannot end in time."""
    rules: list[str] = []
    values: dict[str, Typed] = {}
    for number, bound in enumerate(wanted.bounds("expires")):
        after = now - SLACK
        if bound.is_above:
            after = now + bound.limit - SLACK
        else:
            rules.append(f"expiresAt < :before{number}")
            values[f":before{number}"] = to_milliseconds(now + bound.limit + SLACK)
        rules.append(f"expiresAt > :after{number}")
        values[f":after{number}"] = to_milliseconds(after)
    if not rules:
        return {}
    return {"FilterExpression": " AND ".join(rules), "ExpressionAttributeValues": values}
