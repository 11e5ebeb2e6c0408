"""A row of any store changed or removed, with what puts it back.

Stores of ours do it exactly (`exact.py`). One that has only what each store has, a plug-in, is
read before and after: what is put back is then the record.
"""

from __future__ import annotations

from session_inspector.devserver.stores.base import (
    Record,
    SessionId,
    Store,
    countdown_error_of,
    is_same_end,
)
from session_inspector.devserver.stores.exact import Change, ExactStore, PutBack, apply_change
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
        if not _is_same(store, await find_record(store, key), after):
            return False
        await store.create(key, before)
        return True

    return put_back


def _is_same(store: Store, one: Record | None, other: Record | None) -> bool:
    if one is None or other is None:
        return one is other
    is_end = is_same_end(one.expires, other.expires, countdown_error_of(store))
    return is_end and one.data == other.data
