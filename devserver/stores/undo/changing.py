"""A row of any store changed or removed, with what puts it back.

Stores of ours do it exactly (`exact.py`). One that has only what each store has, a plug-in, is
read before and after: what is put back is then the record.
"""

from __future__ import annotations

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import (
    Record,
    SessionId,
    Store,
    countdown_error_of,
    is_same_end,
)
from session_inspector.devserver.stores.exact import (
    Change,
    ExactStore,
    PutBack,
    apply_change,
    undo_part,
)
from session_inspector.devserver.stores.paging import iterate_rows

PAGE = 500


async def change_row(store: Store, key: SessionId, change: Change) -> PutBack | None:
    """Change a live row; None when it is gone. Raises: StoreUnavailable, InspectorError."""
    if isinstance(store, ExactStore):
        return await store.change(key, change)
    record = await store.read(key)
    if record is None:
        return None
    if not await store.update(key, apply_change(record, change)):
        return None
    return _prepare_put_back(store, key, record, await find_record(store, key))


async def take_row(store: Store, key: SessionId) -> PutBack | None:
    """Delete a row, live or not; None when there was none. Raises: StoreUnavailable."""
    if isinstance(store, ExactStore):
        return await store.take(key)
    record = await find_record(store, key)
    if not await store.delete(key) or record is None:
        return None
    return _prepare_put_back(store, key, record, None)


async def find_record(store: Store, key: SessionId) -> Record | None:
    """Return a record, an expired one too; None: it is not listed. Raises: StoreUnavailable."""
    async for found, record in iterate_rows(store, PAGE):
        if found == key:
            return record
    return None


def _prepare_put_back(
    store: Store, key: SessionId, before: Record, after: Record | None
) -> PutBack:
    """Return what writes a record, while the store has what was there after the change."""

    async def put_back() -> bool:
        present = await find_record(store, key)
        if present is None or after is None:
            is_same = present is after
            record = before
        else:
            data, has_data = undo_part(before.data, after.data, present.data)
            ends, has_ends = _undo_end(store, before, after, present)
            is_same = has_data and has_ends
            record = Record(data=data, expires=ends)
        if is_same:
            await store.create(key, record)
        return is_same

    return put_back


def _undo_end(
    store: Store, before: Record, after: Record, present: Record
) -> tuple[Seconds | None, bool]:
    """Return (the end after an undo, True while nobody has moved it since)."""
    error = countdown_error_of(store)
    if is_same_end(before.expires, after.expires, error):
        return present.expires, True
    return before.expires, is_same_end(present.expires, after.expires, error)
