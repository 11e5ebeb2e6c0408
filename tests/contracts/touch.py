"""What a store must do that reads and rolls in one round trip."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.stores.base import Store, TouchingStore
from tests.contracts.load import LoadContract
from tests.contracts.store import NOW, A, record, session


class TouchContract(LoadContract):
    """What a store must do that reads and rolls in one round trip."""

    async def test_touch_moves_the_end_in_one_step(self, store: Store, clock: ManualClock) -> None:
        assert isinstance(store, TouchingStore)
        await store.create(A, record(expires=NOW + 60))
        clock.advance(10)
        found = await store.touch(A, inactivity=100, absolute=1000)
        assert found == record(expires=NOW + 110)
        assert await store.read(A) == found

    async def test_touch_never_outlives_the_absolute_duration(
        self, store: Store, clock: ManualClock
    ) -> None:
        assert isinstance(store, TouchingStore)
        await store.create(A, record(expires=NOW + 60))
        assert await store.touch(A, inactivity=100, absolute=50) == record(expires=NOW + 50)
        clock.set(NOW + 50)
        assert await store.touch(A, inactivity=100, absolute=1000) is None
        clock.set(NOW + 49)
        assert await store.touch(A, inactivity=100, absolute=1000) is not None

    @pytest.mark.parametrize(
        ("created", "ends"),
        [
            (NOW - 0.5, NOW + 49.5),
            (1e300, NOW + 100),
            (-1e300, NOW),
            (True, NOW),
            (str(NOW), NOW),
            (None, NOW),
        ],
        ids=["half", "far", "past", "true", "text", "null"],
    )
    async def test_touch_takes_any_moment_of_creation(
        self, store: Store, created: Json, ends: float
    ) -> None:
        assert isinstance(store, TouchingStore)
        await store.create(A, record({"internal": {"createdAt": created}}))
        found = await store.touch(A, inactivity=100, absolute=50)
        assert found == record({"internal": {"createdAt": created}}, expires=ends)

    async def test_touch_reads_what_the_engine_holds_as_a_text(self, store: Store) -> None:
        assert isinstance(store, TouchingStore)
        data: JsonObject = {**session("a\0b"), "lone": "\ud800"}
        await store.create(A, record(data, expires=NOW + 60))
        found = await store.touch(A, inactivity=100, absolute=1000)
        assert found == record(data, expires=NOW + 100)
        assert await store.read(A) == found

    async def test_touch_never_resurrects(self, store: Store) -> None:
        assert isinstance(store, TouchingStore)
        assert await store.touch(A, inactivity=100, absolute=1000) is None
        await store.create(A, record())
        await store.delete(A)
        assert await store.touch(A, inactivity=100, absolute=1000) is None
        assert await store.count() == 0
