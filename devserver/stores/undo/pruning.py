"""Deletes the expired records of a store, and keeps what puts each of them back."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeAlias

from session_inspector.devserver.core.commands import MOST_KEPT
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import KeyedRecord, Record, SessionId, Store
from session_inspector.devserver.stores.exact import EndedTaker, PutBack
from session_inspector.devserver.stores.pruning.portions import PruneRule, prune_all, prune_portions
from session_inspector.devserver.stores.undo.undos import RestoreRow

PAGE = 500
TAKEN_TOGETHER = 100
"""Rows of a portion that are deleted one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrunedRows:
    """How many rows a portion deleted, or would."""

    count: int = 0
    put_back: Sequence[PutBack] = ()
    """Puts back each of them; empty: they cannot be put back."""
    looked: int = 0
    """Rows that were read to find them."""


PrunedPortions: TypeAlias = AsyncGenerator[PrunedRows, None]
"""What each portion did. Who closes it between two of them leaves the other rows as they are."""


def count_expired(store: Store, at: Seconds) -> PrunedPortions:
    """Count what a prune would delete. Raises: StoreUnavailable."""
    return prune_unkept(store, PruneRule(at=at, dry_run=True))


async def prune_unkept(store: Store, rule: PruneRule) -> PrunedPortions:
    """Prune, and keep no row. Raises: StoreUnavailable."""
    async with aclosing(prune_portions(store, rule)) as portions:
        async for portion in portions:
            yield PrunedRows(count=portion.expired, looked=portion.looked)


async def take_expired(store: Store, rule: PruneRule) -> PrunedPortions:
    """Prune, and keep what puts back each row that goes; of many rows, of none.

    Raises: StoreUnavailable.
    """
    doomed: list[KeyedRecord] = []
    async for looked in _find_few(store, rule.at, doomed):
        yield looked
    if len(doomed) > MOST_KEPT:
        async with aclosing(prune_unkept(store, rule)) as portions:
            async for portion in portions:
                yield portion
        return
    pruned = await prune_all(store, rule)
    if pruned.expired != len(doomed):
        yield PrunedRows(count=pruned.expired)
        return
    put_back = [_put_back(store, key, row) for key, row in doomed]
    yield PrunedRows(count=pruned.expired, put_back=put_back)


async def prune_exactly(store: Store, at: Seconds, now: Callable[[], Seconds]) -> PrunedPortions:
    """Prune row by row, each only if it still has expired, and keep what puts it back as it was.

    Of a store that cannot do that, and of many rows, nothing is kept. Raises: StoreUnavailable.
    """
    rule = PruneRule(at=at)
    doomed: list[KeyedRecord] = []
    if isinstance(store, EndedTaker):
        async for looked in _find_few(store, at, doomed):
            yield looked
        if len(doomed) <= MOST_KEPT:
            for first in range(0, len(doomed), TAKEN_TOGETHER):
                some = doomed[first : first + TAKEN_TOGETHER]
                yield await _take(store, some, rule.ended_by(now()))
    # what is many, and what no page has listed
    async with aclosing(prune_unkept(store, rule)) as portions:
        async for portion in portions:
            yield portion


async def _take(store: EndedTaker, rows: Sequence[KeyedRecord], ended_by: Seconds) -> PrunedRows:
    taken = [await store.take(key, ended_by=ended_by) for key, _ in rows]
    kept = [put_back for put_back in taken if put_back is not None]
    return PrunedRows(count=len(kept), put_back=kept)


async def _find_few(store: Store, at: Seconds, found: list[KeyedRecord]) -> PrunedPortions:
    """Add the records that have ended to `found`, until they are too many to be kept."""
    cursor: str | None = None
    while len(found) <= MOST_KEPT:
        page = await store.page(cursor, PAGE)
        found += [(key, record) for key, record in page.rows if not record.is_live(at)]
        yield PrunedRows(looked=len(page.rows))
        cursor = page.cursor
        if cursor is None:
            return


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


def _put_back(store: Store, key: SessionId, record: Record) -> PutBack:
    """Return what writes a record that was pruned, unless its id is there again."""

    async def put_back() -> bool:
        if await store.read(key) is not None:
            return False
        await store.create(key, record)
        return True

    return put_back
