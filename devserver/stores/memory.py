"""The reference store: a dict in this process. What it does is right by definition."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.stores.base import (
    Feed,
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
    belongs_to,
    user_of,
)
from session_inspector.devserver.stores.feeds import PollingFeed
from session_inspector.devserver.stores.rows import from_text, to_text


class MemoryStore:
    """Keeps a copy of each record, so that a caller's later changes do not reach it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rows: dict[SessionId, tuple[str, float | None]] = {}

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Return an empty store; the URL says no more than memory://."""
        return cls(clock)

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        record = self._record(key)
        return record if record and self._is_live(record) else None

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, whether or not there is one."""
        self._rows[key] = (to_text(record.data), record.expires)

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record; False when it is gone."""
        if await self.read(key) is None:
            return False
        await self.create(key, record)
        return True

    async def delete(self, key: SessionId) -> bool:
        """Delete a record; False when there was none."""
        return self._rows.pop(key, None) is not None

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means."""
        doomed = [key for key in self._rows if belongs_to(match, self._data(key))]
        for key in doomed:
            del self._rows[key]
        return doomed

    async def find(self, sub: str) -> Sequence[tuple[SessionId, Record]]:
        """Return the records of one user."""
        rows = [(key, self._record(key)) for key in list(self._rows)]
        return [(key, row) for key, row in rows if row and user_of(row.data) == sub]

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records, and with `orphans` those without an expiry."""
        rows = {key: row for key in self._rows if (row := self._record(key))}
        expired = [key for key, row in rows.items() if not self._is_live(row)]
        endless = [key for key, row in rows.items() if row.expires is None] if orphans else []
        if not dry_run:
            for key in (*expired, *endless):
                del self._rows[key]
        return Pruned(expired=len(expired), orphans=len(endless))

    async def feed(self) -> Feed:
        """Poll: nobody else can write here, but time passes."""
        return PollingFeed()

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records in the order of their ids."""
        keys = sorted(key for key in self._rows if cursor is None or key > cursor)[: limit + 1]
        rows = [(key, record) for key in keys[:limit] if (record := self._record(key))]
        return Page(rows=rows, cursor=keys[limit - 1] if len(keys) > limit else None)

    async def count(self) -> int:
        """Return how many records there are, expired ones too."""
        return len(self._rows)

    async def close(self) -> None:
        """Do nothing: the records stay as long as the process."""

    def _data(self, key: SessionId) -> JsonObject:
        return from_text(self._rows[key][0]) or {}

    def _record(self, key: SessionId) -> Record | None:
        row = self._rows.get(key)
        return Record(data=self._data(key), expires=row[1]) if row else None

    def _is_live(self, record: Record) -> bool:
        return record.expires is None or record.expires > self._clock.now()
