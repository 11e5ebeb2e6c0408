"""How every store is pruned: a portion at a time; `StoreContract` inherits it."""

from __future__ import annotations

from contextlib import aclosing

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import Pruned, Record, SessionId, Store
from session_inspector.devserver.stores.paging import iterate_rows
from session_inspector.devserver.stores.pruning.portions import (
    PortionedStore,
    Portions,
    PruneRule,
    prune_portions,
)
from tests.contracts.window import NOW, WindowContract, row_of

A = SessionId("a" * 32)


class PruneContract(WindowContract):
    """Subclasses provide the fixtures `store` and `clock`."""

    async def test_a_prune_can_be_stopped_between_two_portions(
        self, store: Store, clock: ManualClock
    ) -> None:
        ended = await put_numbered(store, 6, NOW + 1)
        await store.create(A, ending(NOW + 60))
        clock.advance(1)
        async with aclosing(prune_portions(store, PruneRule(at=NOW + 1, most=2))) as portions:
            gone = (await until_some(portions)).expired
        left = await list_keys(store)
        has_portions = isinstance(store, PortionedStore)
        assert 0 < gone <= (5 if has_portions else 6), "a plug-in does all at once"
        assert (len(left & ended), A in left) == (6 - gone, True)
        rest = [one async for one in prune_portions(store, PruneRule(at=NOW + 1, most=2))]
        assert sum(one.expired for one in rest) == 6 - gone
        assert await list_keys(store) == {A}

    async def test_what_ends_while_a_prune_goes_on_stays(
        self, store: Store, clock: ManualClock
    ) -> None:
        await put_numbered(store, 4, NOW + 1)
        await store.create(A, ending(NOW + 2))
        clock.advance(1)
        async with aclosing(prune_portions(store, PruneRule(at=NOW + 1, most=2))) as portions:
            await until_some(portions)
            clock.advance(5)
            async for _ in portions:
                pass
        assert await list_keys(store) == {A}

    async def test_what_a_clock_that_is_set_back_revives_stays(
        self, store: Store, clock: ManualClock
    ) -> None:
        await put_numbered(store, 4, NOW + 1)
        clock.advance(1)
        async with aclosing(prune_portions(store, PruneRule(at=NOW + 1, most=2))) as portions:
            gone = (await until_some(portions)).expired
            clock.advance(-1)
            assert sum([one.expired async for one in portions]) == 0
        assert len(await list_keys(store)) == 4 - gone

    async def test_a_count_in_portions_is_the_count_at_once(
        self, store: Store, clock: ManualClock
    ) -> None:
        await put_numbered(store, 5, NOW + 1)
        await store.create(A, ending(None))
        clock.advance(1)
        rule = PruneRule(at=NOW + 1, most=2, dry_run=True, orphans=True)
        counted = [one async for one in prune_portions(store, rule)]
        assert sum(one.expired for one in counted) == 5
        assert sum(one.orphans for one in counted) == 1
        assert await store.count() == 6


def ending(expires: float | None) -> Record:
    return Record(data=row_of(1).data, expires=expires)


async def list_keys(store: Store) -> set[SessionId]:
    return {key async for key, _ in iterate_rows(store, 100)}


async def put_numbered(store: Store, count: int, ends: float) -> set[SessionId]:
    """Write some records that end at one moment, and return their ids."""
    keys = {SessionId(f"{number:032x}") for number in range(count)}
    for key in sorted(keys):
        await store.create(key, ending(ends))
    return keys


async def until_some(portions: Portions) -> Pruned:
    """Return the first portion that has deleted something: a page of a scan may be empty."""
    async for portion in portions:
        if portion.rows:
            return portion
    raise AssertionError("nothing was deleted")
