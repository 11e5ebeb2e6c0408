"""The reference store: a dict in this process. What it does is right by definition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    KeyedRecord,
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
    keep_live,
)
from session_inspector.devserver.stores.exact import Change, PutBack, change_text, undo_part
from session_inspector.devserver.stores.feeds import PollingFeed
from session_inspector.devserver.stores.paging import cut_page
from session_inspector.devserver.stores.pruning.portions import Portions, PruneRule, prune_all
from session_inspector.devserver.stores.rows import to_plain_record, to_text
from session_inspector.devserver.stores.session_data import is_meant, read_sub

StoredRow: TypeAlias = tuple[str, Seconds | None]
"""A session as JSON, and its end."""


class MemoryStore:
    """Keeps a copy of each record, so that a caller's later changes do not reach it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rows: dict[SessionId, StoredRow] = {}

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Return an empty store; the URL says no more than memory://."""
        return cls(clock)

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        row = self._rows.get(key)
        if row is None:
            return None
        return keep_live(_to_record(row), self._clock.now())

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, over one that is there."""
        self._rows[key] = (to_text(record.data), record.expires)

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record; False when it is gone."""
        if await self.read(key) is None:
            return False
        await self.create(key, record)
        return True

    async def change(self, key: SessionId, change: Change) -> PutBack | None:
        """Change a live row in place; None when it is gone."""
        if await self.read(key) is None:
            return None
        before = self._rows[key]
        text, ends = before
        if change.ends is not None:
            ends = change.ends
        after = (change_text(text, change), ends)
        self._rows[key] = after

        async def put_back() -> bool:
            present = self._rows.get(key)
            if present is None:
                return False
            text, has_text = undo_part(before[0], after[0], present[0])
            ends, has_ends = undo_part(before[1], after[1], present[1])
            if has_text and has_ends:
                self._rows[key] = (text, ends)
            return has_text and has_ends

        return put_back

    async def take(self, key: SessionId) -> PutBack | None:
        """Delete a row; None when there was none."""
        row = self._rows.pop(key, None)
        if row is None:
            return None

        async def put_back() -> bool:
            if key in self._rows:
                return False
            self._rows[key] = row
            return True

        return put_back

    async def delete(self, key: SessionId) -> bool:
        """Delete a record; False when there was none."""
        return self._rows.pop(key, None) is not None

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means."""
        doomed = [key for key, record in self._records() if is_meant(match, record.data)]
        for key in doomed:
            del self._rows[key]
        return doomed

    async def find(self, sub: str) -> Sequence[KeyedRecord]:
        """Return the records of one user."""
        return [(key, record) for key, record in self._records() if read_sub(record.data) == sub]

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records, and with `orphans` those without an expiry."""
        rule = PruneRule(at=self._clock.now(), orphans=orphans, dry_run=dry_run)
        return await prune_all(self, rule)

    async def prune_portions(self, rule: PruneRule) -> Portions:
        """Delete what is of a rule, a portion at a time."""
        waiting = list(self._rows)
        for first in range(0, len(waiting), rule.most):
            ended_by = rule.ended_by(self._clock.now())
            yield self._prune_keys(waiting[first : first + rule.most], rule, ended_by)

    def _prune_keys(self, keys: Sequence[SessionId], rule: PruneRule, ended_by: Seconds) -> Pruned:
        ends = {key: self._rows[key][1] for key in keys if key in self._rows}
        expired = [key for key, end in ends.items() if end is not None and end <= ended_by]
        endless: list[SessionId] = []
        if rule.orphans:
            endless = [key for key, end in ends.items() if end is None]
        if not rule.dry_run:
            for key in (*expired, *endless):
                del self._rows[key]
        return Pruned(expired=len(expired), orphans=len(endless), looked=len(ends))

    async def feed(self) -> ChangeFeed:
        """Poll: nobody else can write here, but time passes."""
        return PollingFeed()

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records in the order of their ids."""
        keys = sorted(key for key in self._rows if cursor is None or key > cursor)
        found = [(key, _to_record(self._rows[key])) for key in keys[: limit + 1]]
        return cut_page(found, limit)

    async def count(self) -> int:
        """Return how many records there are, expired ones too."""
        return len(self._rows)

    async def close(self) -> None:
        """Do nothing: the records stay as long as the process."""

    def _records(self) -> Iterator[KeyedRecord]:
        """Yield all records, expired ones too."""
        for key, row in self._rows.items():
            yield key, _to_record(row)


def _to_record(row: StoredRow) -> Record:
    text, expires = row
    return to_plain_record(text, expires)
