"""A door before a store: shut, every call raises StoreUnavailable, as if the server had gone."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import (
    Feed,
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
    TouchingStore,
    layout_of,
)


class Gate:
    """Passes everything on while it is open."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.is_open = True
        self.layout = layout_of(store)

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        return await self._behind().read(key)

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record."""
        await self._behind().create(key, record)

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record."""
        return await self._behind().update(key, record)

    async def delete(self, key: SessionId) -> bool:
        """Delete a record."""
        return await self._behind().delete(key)

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means."""
        return await self._behind().delete_matching(match)

    async def find(self, sub: str) -> Sequence[tuple[SessionId, Record]]:
        """Return the records of one user."""
        return await self._behind().find(sub)

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records."""
        return await self._behind().prune(orphans=orphans, dry_run=dry_run)

    async def feed(self) -> Feed:
        """Start listening."""
        return await self._behind().feed()

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return some records."""
        return await self._behind().page(cursor, limit)

    async def count(self) -> int:
        """Return how many records there are."""
        return await self._behind().count()

    async def close(self) -> None:
        """Close the store behind it, whether the door is open or not."""
        await self._store.close()

    def _behind(self) -> Store:
        if not self.is_open:
            raise StoreUnavailable("the scenario has taken the store away")
        return self._store


class TouchingGate(Gate):
    """A door before a store that rolls in one round trip."""

    def __init__(self, store: Store, touching: TouchingStore) -> None:
        super().__init__(store)
        self._touching = touching

    async def touch(
        self, key: SessionId, *, inactivity: Seconds, absolute: Seconds
    ) -> Record | None:
        """Return a live record, its end moved."""
        self._behind()
        return await self._touching.touch(key, inactivity=inactivity, absolute=absolute)


def gated(store: Store) -> Gate:
    """Return a store with a door before it."""
    return TouchingGate(store, store) if isinstance(store, TouchingStore) else Gate(store)
