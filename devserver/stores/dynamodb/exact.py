"""Items of one table changed in place, or taken away with their parts and put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.dynamodb.changes import (
    ChangedAttribute,
    list_changes,
    to_parameters,
    undo_changes,
)
from session_inspector.devserver.stores.dynamodb.client import ConditionFailed
from session_inspector.devserver.stores.dynamodb.items import part_keys, to_items, to_record
from session_inspector.devserver.stores.dynamodb.table import Item, ItemTable
from session_inspector.devserver.stores.exact import TRIES, Change, PutBack, busy_error

IS_MISSING = "attribute_not_exists(id)"


@dataclass(frozen=True, slots=True)
class ExactItems:
    """The items of one table."""

    table: ItemTable

    async def change(self, key: SessionId, change: Change, now: Seconds) -> PutBack | None:
        """Change a live item; None when it is gone. Raises: StoreUnavailable, InspectorError."""
        for _ in range(TRIES):
            item = await self.table.get(key)
            if item is None or not to_record(item, []).is_live(now):
                return None
            parts = await self._read_parts(key, item)
            data, new_parts = _write_anew(key, item, change)
            changes = list_changes(item, change, data)
            if await self._write(key, changes, new_parts):
                return self._prepare_undo(key, changes, parts)
        raise busy_error()

    def prepare_put_back(self, items: Sequence[Item]) -> PutBack:
        """Return what writes items that were deleted, unless the first is there again."""

        async def put_back() -> bool:
            try:
                await self.table.put(items, {"ConditionExpression": IS_MISSING})
            except ConditionFailed:
                return False
            return True

        return put_back

    def _prepare_undo(
        self, key: SessionId, changes: Sequence[ChangedAttribute], parts: Sequence[Item]
    ) -> PutBack:
        async def put_back() -> bool:
            return await self._write(key, undo_changes(changes), parts)

        return put_back

    async def _read_parts(self, key: SessionId, item: Item) -> list[Item]:
        names = part_keys(key, item)
        if not names:
            return []
        return [part for part in await self.table.get_together(names) if part]

    async def _write(
        self, key: SessionId, changes: Sequence[ChangedAttribute], parts: Sequence[Item]
    ) -> bool:
        """Change an item, and write its parts; False when it is not what it was."""
        try:
            await self.table.update(key, to_parameters(changes), parts)
        except ConditionFailed:
            return False
        return True


def _write_anew(key: SessionId, item: Item, change: Change) -> tuple[Item, list[Item]]:
    """Return ({"data": all of them anew}, or nothing, and the parts of them)."""
    if change.data is None:
        return {}, []
    ends = to_record(item, []).expires
    if change.ends is not None:
        ends = change.ends
    main, *parts = to_items(key, Record(data=change.data, expires=ends))
    return {"data": main["data"]}, parts
