"""A store that has no more than every store must have, a plug-in, is changed and undone as well."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    KeyedRecord,
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
)
from session_inspector.devserver.stores.exact import ExactStore
from session_inspector.devserver.stores.memory import MemoryStore
from tests.contracts.exact import ExactContract


class PlugIn:
    """The methods of a store, and no other."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def read(self, key: SessionId) -> Record | None:
        return await self._store.read(key)

    async def create(self, key: SessionId, record: Record) -> None:
        await self._store.create(key, record)

    async def update(self, key: SessionId, record: Record) -> bool:
        return await self._store.update(key, record)

    async def delete(self, key: SessionId) -> bool:
        return await self._store.delete(key)

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        return await self._store.delete_matching(match)

    async def find(self, sub: str) -> Sequence[KeyedRecord]:
        return await self._store.find(sub)

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        return await self._store.prune(orphans=orphans, dry_run=dry_run)

    async def feed(self) -> ChangeFeed:
        return await self._store.feed()

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        return await self._store.page(cursor, limit)

    async def count(self) -> int:
        return await self._store.count()

    async def close(self) -> None:
        await self._store.close()


class TestPlugIn(ExactContract):
    @pytest.fixture
    def store(self, clock: ManualClock) -> Store:
        return PlugIn(MemoryStore(clock))

    def test_it_is_no_exact_store(self, store: Store) -> None:
        assert not isinstance(store, ExactStore)
