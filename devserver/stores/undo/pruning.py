"""Deletes the expired records of a store, and keeps what puts each of them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from session_inspector.devserver.stores.base import KeyedRecord, Record, SessionId, Store
from session_inspector.devserver.stores.exact import EndedTaker, PutBack
from session_inspector.devserver.stores.undo.undos import RestoreRow

PAGE = 500
MOST_KEPT = 1000
"""Rows of a prune that are kept, to be put back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrunedRows:
    """How many rows were deleted, or would be."""

    count: int
    put_back: Sequence[PutBack] = ()
    """Puts back each of them; empty: they cannot be put back."""


async def take_expired(store: Store, now: float) -> PrunedRows:
    """Prune, and keep what puts back each row that goes; of many rows, of none.

    Raises: StoreUnavailable.
    """
    expected = await store.prune(dry_run=True)
    doomed: list[KeyedRecord] = []
    if expected.expired <= MOST_KEPT:
        doomed = await list_expired(store, now)
    pruned = await store.prune()
    if pruned.expired != len(doomed):
        return PrunedRows(count=pruned.expired)
    put_back = [_put_back(store, key, row) for key, row in doomed]
    return PrunedRows(count=pruned.expired, put_back=put_back)


async def prune_exactly(store: Store, now: float) -> PrunedRows:
    """Prune row by row, each only if it still has expired, and keep what puts it back as it was.

    Of a store that cannot do that, and of many rows, nothing is kept. Raises: StoreUnavailable.
    """
    expected = (await store.prune(dry_run=True)).expired
    if not isinstance(store, EndedTaker) or expected > MOST_KEPT:
        return PrunedRows(count=(await store.prune()).expired)
    taken = [await store.take(key, only_ended=True) for key, _ in await list_expired(store, now)]
    kept = [put_back for put_back in taken if put_back is not None]
    unlisted = 0
    if len(taken) < expected:
        unlisted = (await store.prune()).expired
    if unlisted:
        return PrunedRows(count=len(kept) + unlisted)
    return PrunedRows(count=len(kept), put_back=kept)


def restore_all(put_back: Sequence[PutBack], *, refusal: str) -> RestoreRow:
    """Return what puts rows back that were pruned; a row of the same id that is new stays.

    `refusal` is said when none could be put back.
    """

    async def restore(cause: str) -> str:
        done = [await one() for one in put_back]
        if not any(done):
            return refusal
        return ""

    return restore


async def list_expired(store: Store, now: float) -> list[KeyedRecord]:
    """Return the records that have expired; reads page by page. Raises: StoreUnavailable."""
    found: list[KeyedRecord] = []
    cursor: str | None = None
    while True:
        page = await store.page(cursor, PAGE)
        found += [(key, record) for key, record in page.rows if not record.is_live(now)]
        cursor = page.cursor
        if cursor is None:
            return found


def _put_back(store: Store, key: SessionId, record: Record) -> PutBack:
    """Return what writes a record that was pruned, unless its id is there again."""

    async def put_back() -> bool:
        if await store.read(key) is not None:
            return False
        await store.create(key, record)
        return True

    return put_back
