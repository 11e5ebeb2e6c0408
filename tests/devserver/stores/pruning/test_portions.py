"""Any store is pruned in portions; by what had ended when it was asked, and still has."""

from __future__ import annotations

from contextlib import aclosing

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import Pruned, Record, SessionId, Store
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.outage import allow_outages
from session_inspector.devserver.stores.per_loop import PerLoopStore
from session_inspector.devserver.stores.pruning.portions import (
    PruneRule,
    prune_all,
    prune_portions,
)
from session_inspector.devserver.stores.sealed import seal_store
from tests.contracts.pruned import list_keys, put_numbered
from tests.devserver.stores.undo.test_changing import PlugIn

NOW = 1_760_000_000.0
RULE = PruneRule(at=NOW, most=2)


@pytest.mark.parametrize(("now", "ended_by"), [(NOW - 1, NOW - 1), (NOW, NOW), (NOW + 1, NOW)])
def test_a_row_has_ended_then_and_now(now: float, ended_by: float) -> None:
    assert RULE.ended_by(now) == ended_by


async def test_a_plug_in_that_knows_no_portions_is_pruned_at_once() -> None:
    clock = ManualClock(NOW - 1)
    store: Store = PlugIn(MemoryStore(clock))
    await put_numbered(store, 5, NOW)
    clock.set(NOW)
    assert [one async for one in prune_portions(store, RULE)] == [Pruned(expired=5)]


async def test_all_portions_are_one_sum() -> None:
    store = MemoryStore(ManualClock(NOW))
    await put_numbered(store, 5, NOW)
    await store.create(SessionId("a"), Record(data={}, expires=None))
    done = await prune_all(store, PruneRule(at=NOW, most=2, orphans=True))
    assert (done, done.rows, done.looked) == (Pruned(expired=5, orphans=1), 6, 6)


async def test_what_is_around_a_store_prunes_in_its_portions() -> None:
    clock = ManualClock(NOW)
    inner = MemoryStore(clock)

    async def open_one() -> Store:
        return seal_store(inner, ["s" * 32], clock)

    store = PerLoopStore(open_one, clock)
    await put_numbered(store, 5, NOW)
    async with aclosing(prune_portions(store, RULE)) as portions:
        assert await anext(portions) == Pruned(expired=2)
    assert len(await list_keys(inner)) == 3
    await store.close()


async def test_a_store_that_is_taken_away_between_two_portions_stops_there() -> None:
    inner = MemoryStore(ManualClock(NOW))
    store = allow_outages(inner)
    await put_numbered(inner, 5, NOW)
    states: list[bool] = []
    store.report_to(lambda is_up, reason: states.append(is_up))
    async with aclosing(prune_portions(store, RULE)) as portions:
        await anext(portions)
        store.is_away = True
        with pytest.raises(StoreUnavailable):
            await anext(portions)
    assert (len(await list_keys(inner)), states) == (3, [True, False])
