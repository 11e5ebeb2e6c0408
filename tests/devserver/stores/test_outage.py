"""A store that a scenario takes away refuses every call, and is the same store afterwards."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import Match, Store, TouchingStore
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.outage import OutageStore, allow_outages
from session_inspector.devserver.stores.sqlite.store import SqliteStore
from tests.contracts.load import LoadContract
from tests.contracts.store import NOW, A, record


class TestOutageStore(LoadContract):
    @pytest.fixture
    def store(self, clock: ManualClock) -> Store:
        return allow_outages(MemoryStore(clock))


async def test_every_call_is_refused_while_it_is_away() -> None:
    store = allow_outages(MemoryStore(ManualClock(NOW)))
    await store.create(A, record())
    store.is_away = True
    for call in (
        store.read(A),
        store.create(A, record()),
        store.update(A, record()),
        store.delete(A),
        store.delete_matching(Match(sid="s")),
        store.find("u"),
        store.prune(),
        store.feed(),
        store.page(),
        store.count(),
    ):
        with pytest.raises(StoreUnavailable, match="has taken the store away"):
            await call
    store.is_away = False
    assert await store.read(A) == record()


async def test_a_store_that_touches_still_does() -> None:
    clock = ManualClock(NOW)
    inner = await SqliteStore.open("sqlite://:memory:", clock, may_create=True)
    store = allow_outages(inner)
    assert isinstance(store, TouchingStore)
    await store.create(A, record())
    assert await store.touch(A, inactivity=100, absolute=1000) == record(expires=NOW + 100)
    store.is_away = True
    with pytest.raises(StoreUnavailable):
        await store.touch(A, inactivity=100, absolute=1000)
    await store.close()


def test_a_store_that_does_not_touch_is_not_made_to() -> None:
    store = allow_outages(MemoryStore(ManualClock(NOW)))
    assert type(store) is OutageStore
    assert not isinstance(store, TouchingStore)
