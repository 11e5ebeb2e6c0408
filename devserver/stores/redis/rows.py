"""Sessions in Redis, one row at a time: what a single server and a cluster do alike."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Sequence

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import (
    Match,
    Page,
    Record,
    SessionId,
)
from session_inspector.devserver.stores.redis.pipeline import Argument
from session_inspector.devserver.stores.redis.scripts import CREATE, DELETE, READ, TOUCH, UPDATE
from session_inspector.devserver.stores.rows import from_text, to_text
from session_inspector.devserver.stores.session_data import is_meant, read_created_at, read_sub

SLACK = 86_400
"""Seconds the engine's TTL outlives ours."""
AT_ONCE = 500


class ScriptedRows:
    """A store whose every row is read and written by a script; a subclass runs and lists them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def _call(self, script: str, key: SessionId, *values: Argument) -> object:
        """Run a script on one row. Raises: StoreUnavailable."""
        raise NotImplementedError

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return up to `limit` records."""
        raise NotImplementedError

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record, in one round trip."""
        record = await self._read(key)
        is_live = record and (record.expires is None or record.expires > self._clock.now())
        return record if is_live else None

    async def touch(
        self, key: SessionId, *, inactivity: Seconds, absolute: Seconds
    ) -> Record | None:
        """Return a live record and move its end, in one round trip."""
        now = self._clock.now()
        values = (now, inactivity, absolute, SLACK)
        found = await self._call(TOUCH, key, *values, "")
        if not isinstance(found, list):
            return None
        data = from_text(found[0]) or {}
        created = None if found[1] else read_created_at(data)
        if created is not None:  # Redis reads less JSON than we do
            found = await self._call(TOUCH, key, *values, created)
            if not isinstance(found, list):
                return None
        return Record(data=data, expires=float(found[1]) if found[1] else now)

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record and its end."""
        await self._call(CREATE, key, *row_of(record, self._clock.now()))

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record, in one round trip; False when it is gone."""
        now = self._clock.now()
        return bool(await self._call(UPDATE, key, *row_of(record, now), now))

    async def delete(self, key: SessionId) -> bool:
        """Delete a record and its end."""
        return bool(await self._call(DELETE, key))

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means; reads the whole list, page by page."""
        doomed = [key async for key, row in self._every() if is_meant(match, row.data)]
        return [key for key in doomed if await self.delete(key)]

    async def find(self, sub: str) -> Sequence[tuple[SessionId, Record]]:
        """Return the records of one user; reads the whole list, page by page."""
        return [(key, row) async for key, row in self._every() if read_sub(row.data) == sub]

    async def _read(self, key: SessionId) -> Record | None:
        """Return a record, an expired one too."""
        found = await self._call(READ, key)
        return record_of(found, self._clock.now()) if isinstance(found, list) else None

    async def _every(self) -> AsyncIterator[tuple[SessionId, Record]]:
        cursor: str | None = None
        while True:
            page = await self.page(cursor, AT_ONCE)
            for row in page.rows:
                yield row
            cursor = page.cursor
            if cursor is None:
                return


def row_of(record: Record, now: Seconds) -> tuple[str, str | int, float]:
    """Return (data, TTL or "", end) as the scripts take them."""
    if record.expires is None:
        return to_text(record.data), "", math.inf
    ttl = max(1, math.ceil(record.expires - now)) + SLACK
    return to_text(record.data), ttl, record.expires


def record_of(found: list[object], now: Seconds) -> Record:
    """Return the record of READ's answer; a row without an end of ours is as old as its TTL."""
    text, score, ttl = found
    data = from_text(text) if isinstance(text, (str, bytes)) else None
    if score is not None:
        return Record(data=data or {}, expires=moment_of(float(text_of(score))))
    is_timed = isinstance(ttl, int) and ttl >= 0
    return Record(data=data or {}, expires=now + ttl if is_timed and isinstance(ttl, int) else None)


def text_of(name: object) -> str:
    """Return what the driver gave as bytes."""
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)


def moment_of(score: float) -> Seconds | None:
    """Return a score as a moment; infinity is never."""
    return None if math.isinf(score) else score
