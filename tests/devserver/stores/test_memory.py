"""The reference store keeps the contract, and keeps copies."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import Record, Store
from session_inspector.devserver.stores.memory import MemoryStore
from tests.contracts.load import LoadContract
from tests.contracts.store import A, session


class TestMemoryStore(LoadContract):
    @pytest.fixture
    def store(self, clock: ManualClock) -> Store:
        return MemoryStore(clock)


async def test_later_changes_of_the_caller_do_not_reach_the_record() -> None:
    store = MemoryStore(ManualClock())
    data = session()
    await store.create(A, Record(data=data))
    data["more"] = 1
    assert await store.read(A) == Record(data=session())
