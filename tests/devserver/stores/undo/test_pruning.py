"""Rows that were pruned come back as they were; a new row of the same id stays."""

from __future__ import annotations

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.commands import MOST_KEPT
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.pruning.portions import PruneRule
from session_inspector.devserver.stores.undo.pruning import (
    PrunedPortions,
    PrunedRows,
    prune_exactly,
    take_expired,
)

NOW = 1000.0
OLD = Record(data={"user": {"sub": "old"}}, expires=NOW - 1)
NEW = Record(data={"user": {"sub": "new"}}, expires=NOW + 1)


async def collect(portions: PrunedPortions) -> PrunedRows:
    """Return what all portions did."""
    done = [one async for one in portions]
    put_back = tuple(one for portion in done for one in portion.put_back)
    return PrunedRows(count=sum(one.count for one in done), put_back=put_back)


async def test_what_was_pruned_is_put_back_with_its_end() -> None:
    store = MemoryStore(ManualClock(NOW))
    await store.create(SessionId("old"), OLD)
    await store.create(SessionId("new"), NEW)
    pruned = await collect(take_expired(store, PruneRule(at=NOW)))
    assert (pruned.count, await store.count()) == (1, 1)
    assert [await one() for one in pruned.put_back] == [True]
    assert dict((await store.page()).rows) == {"old": OLD, "new": NEW}


async def test_a_row_that_is_new_at_its_id_is_not_overwritten() -> None:
    store = MemoryStore(ManualClock(NOW))
    await store.create(SessionId("old"), OLD)
    pruned = await collect(take_expired(store, PruneRule(at=NOW)))
    await store.create(SessionId("old"), NEW)
    assert [await one() for one in pruned.put_back] == [False]
    assert await store.read(SessionId("old")) == NEW


async def test_a_store_that_cannot_take_ended_rows_is_pruned_and_nothing_is_kept() -> None:
    store = MemoryStore(ManualClock(NOW))
    await store.create(SessionId("old"), OLD)
    pruned = await collect(prune_exactly(store, NOW, lambda: NOW))
    assert (pruned.count, pruned.put_back, await store.count()) == (1, (), 0)


async def test_too_many_rows_are_pruned_and_not_kept() -> None:
    store = MemoryStore(ManualClock(NOW))
    for number in range(MOST_KEPT + 1):
        await store.create(SessionId(str(number)), OLD)
    pruned = await collect(take_expired(store, PruneRule(at=NOW)))
    assert (pruned.count, pruned.put_back) == (MOST_KEPT + 1, ())
