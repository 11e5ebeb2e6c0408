"""Sessions in Redis, one row at a time: what a single server and a cluster do alike."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Sequence
from typing import TypeAlias

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.stores.base import (
    KeyedRecord,
    Match,
    Page,
    Record,
    SessionId,
    keep_live,
)
from session_inspector.devserver.stores.exact import (
    TRIES,
    Change,
    PutBack,
    busy_error,
    change_bytes,
)
from session_inspector.devserver.stores.paging import iterate_rows
from session_inspector.devserver.stores.redis.client import text_of, to_bytes
from session_inspector.devserver.stores.redis.index import SLACK
from session_inspector.devserver.stores.redis.pipeline import Argument
from session_inspector.devserver.stores.redis.scripts import (
    CREATE,
    DELETE,
    PUT_BACK,
    READ,
    SWAP,
    TAKE,
    TOUCH,
    UPDATE,
)
from session_inspector.devserver.stores.rows import from_text, to_plain_record, to_text
from session_inspector.devserver.stores.session_data import is_meant, read_created_at, read_sub

PAGE = 500
ANY = b"*"
"""An end that stays, whatever it is."""
StoredBytes: TypeAlias = tuple[bytes, bytes]
"""(data, end of ours or b"") as Redis has them."""
ScriptArguments: TypeAlias = tuple[str, str | int, float]
"""(data, TTL or "", end) of a record, as the scripts take them."""


class ScriptedRows:
    """A store whose every row is read and written by a script; a subclass runs and lists them."""

    countdown_error = 2.0
    """TTL counts whole seconds."""

    def __init__(self, clock: Clock, *, is_own: bool = True) -> None:
        self._clock = clock
        self._is_own = is_own
        self._slack = SLACK if is_own else 0
        """An app's rows end as the app will have it."""

    async def _call(self, script: str, key: SessionId, *values: Argument) -> object:
        """Run a script on one row. Raises: StoreUnavailable."""
        raise NotImplementedError

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return up to `limit` records."""
        raise NotImplementedError

    def _iterate(self) -> AsyncIterator[KeyedRecord]:
        """Yield each row that is there throughout, whatever is written meanwhile.

        A row may come twice. Raises: StoreUnavailable.
        """
        return iterate_rows(self, PAGE)

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record, in one round trip."""
        record = await self._read_any(key)
        return keep_live(record, self._clock.now())

    async def touch(
        self, key: SessionId, *, inactivity: Seconds, absolute: Seconds
    ) -> Record | None:
        """Return a live record and move its end, in one round trip."""
        now = self._clock.now()
        values = (now, inactivity, absolute, self._slack)
        found = await self._call(TOUCH, key, *values, "")
        if not isinstance(found, list):
            return None
        data = from_text(found[0]) or {}
        if found[1]:
            return Record(data=data, expires=float(found[1]))
        return await _touch_unread(self, key, data, values)

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record and its end."""
        arguments = to_arguments(record, self._clock.now(), self._slack)
        await self._call(CREATE, key, *arguments)

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record, in one round trip; False when it is gone."""
        now = self._clock.now()
        if not self._is_own and not record.is_live(now):
            return await self.delete(key)  # a key that has ended is one that is gone
        arguments = to_arguments(record, now, self._slack)
        return bool(await self._call(UPDATE, key, *arguments, now))

    async def change(self, key: SessionId, change: Change) -> PutBack | None:
        """Change a live row in place; None when it is gone."""
        if change.ends is not None and not self._is_own:
            return await self.take(key)  # a key that has ended is one that is gone
        for _ in range(TRIES):
            now = self._clock.now()
            found = await self._call(READ, key)
            if not isinstance(found, list) or not to_record(found, now).is_live(now):
                return None
            data = to_bytes(found[0])
            before: StoredBytes = (data, ANY)
            after: tuple[bytes, bytes | float] = (change_bytes(data, change), ANY)
            if change.ends is not None:
                before = (data, to_bytes(found[1]))
                after = (after[0], change.ends)
            ends = await self._call(SWAP, key, *before, *after)
            if ends is not None:
                written = ANY if change.ends is None else to_bytes(ends)
                return _prepare_undo(self, key, before, (after[0], written))
        raise busy_error()

    async def take(self, key: SessionId) -> PutBack | None:
        """Delete a row; what is put back has the same bytes and the same ends."""
        found = await self._call(TAKE, key)
        if not isinstance(found, list):
            return None

        async def put_back() -> bool:
            return bool(await self._call(PUT_BACK, key, *found))

        return put_back

    async def delete(self, key: SessionId) -> bool:
        """Delete a record and its end."""
        return bool(await self._call(DELETE, key))

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means; reads all rows."""
        rows = self._iterate()
        doomed = {key async for key, record in rows if is_meant(match, record.data)}
        return [key for key in sorted(doomed) if await self.delete(key)]

    async def find(self, sub: str) -> Sequence[KeyedRecord]:
        """Return the records of one user; reads all rows."""
        rows = self._iterate()
        found = {key: record async for key, record in rows if read_sub(record.data) == sub}
        return list(found.items())

    async def _read_any(self, key: SessionId) -> Record | None:
        """Return a record, an expired one too."""
        found = await self._call(READ, key)
        if not isinstance(found, list):
            return None
        return to_record(found, self._clock.now())


async def _touch_unread(
    store: ScriptedRows, key: SessionId, data: JsonObject, values: tuple[Seconds, ...]
) -> Record | None:
    """Touch what Redis does not read as JSON; without a createdAt it ends now."""
    created = read_created_at(data)
    if created is None:
        return Record(data=data, expires=values[0])
    found = await store._call(TOUCH, key, *values, created)
    if not isinstance(found, list):
        return None
    return Record(data=data, expires=float(found[1]))


def _prepare_undo(
    store: ScriptedRows, key: SessionId, before: StoredBytes, after: StoredBytes
) -> PutBack:
    async def put_back() -> bool:
        return await store._call(SWAP, key, *after, *before) is not None

    return put_back


def to_arguments(record: Record, now: Seconds, slack: int) -> ScriptArguments:
    """Return a record as the scripts take it."""
    text = to_text(record.data)
    if record.expires is None:
        return text, "", math.inf
    ttl = max(1, math.ceil(record.expires - now) + slack)
    return text, ttl, record.expires


def to_record(found: list[object], now: Seconds) -> Record:
    """Return the record of READ's answer; a row without an end of ours is as old as its TTL."""
    text, score, ttl = found
    return to_plain_record(text, _read_end(score, ttl, now))


def _read_end(score: object, ttl: object, now: Seconds) -> Seconds | None:
    if isinstance(score, (str, bytes)):
        return from_score(float(text_of(score)))
    if isinstance(ttl, int) and ttl >= 0:
        return now + ttl
    return None


def from_score(score: float) -> Seconds | None:
    """Return a score as a moment; infinity is never."""
    if math.isinf(score):
        return None
    return score
