"""Rows of other frameworks in a real app's store: joined with cookies, watched by looking again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from session_inspector.devserver.attach.expiry import ended_value
from session_inspector.devserver.attach.facts import row_facts
from session_inspector.devserver.attach.layouts import ForeignRow, Layout
from session_inspector.devserver.attach.native_store import GONE
from session_inspector.devserver.attach.row_reader import LIMIT, RowReader
from session_inspector.devserver.attach.rows.base import RawReader, RawRow
from session_inspector.devserver.attach.rows.writing import PutBack, RawWriter
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import Reply
from session_inspector.devserver.core.errors import InspectorError, StoreUnavailable
from session_inspector.devserver.core.events.base import SessionFacts, TimerName
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import (
    ClockForced,
    SessionDestroyed,
    SessionSeen,
    SessionVanished,
    SessionWritten,
)
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds, fingerprint
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.session.administration import READ_ONLY, pruned

PAUSE = 1.0
"""Seconds between two looks; the row of a request's id is read at once."""
JITTER = 2.0
"""Seconds by which an end that is told as a TTL may move without being another end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How a store is reached."""

    read: Callable[[], Awaitable[RawReader]]
    write: Callable[[], Awaitable[RawWriter]] | None
    """None: read-only."""
    label: str
    """Its URL with the password masked."""


class ForeignShelf:
    """One layout in one store."""

    def __init__(
        self, access: Access, layout: Layout, material: Material, clock: Clock, publish: Publish
    ) -> None:
        self.layout = layout.name
        self._access = access
        self._layout = layout
        self._material = material
        self._reader = RowReader(access.read, layout, material)
        self._clock = clock
        self._publish = publish
        self._writer: RawWriter | None = None
        self._rows: dict[str, ForeignRow] = {}
        self._cookies: Bounded[SessionFacts] = Bounded()
        self._removed: list[tuple[str, str, PutBack]] = []
        self._lock = asyncio.Lock()
        self._is_up: bool | None = None
        self._told = ""
        """How it was last said that rows are watched."""
        self._has_more = False

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        """Return the row's facts; the row of an id that is new is read at once."""
        self._cookies.put(session_id, cookie)
        if session_id not in self._rows and session_id.isprintable():  # no other is an id
            with suppress(StoreUnavailable):  # `follow` tells of it
                async with self._lock:
                    self._take(await self._reader.of([session_id]))
        row = self._rows.get(session_id)
        return row_facts(row, session_id, self._clock.now(), cookie) if row else None

    async def follow(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                await self.look()
            except StoreUnavailable as error:
                self._is_there(False, error.message)
            else:
                self._is_there(True, "")
            await asyncio.sleep(PAUSE)

    async def look(self) -> None:
        """Report what appeared, changed and vanished. Raises: StoreUnavailable."""
        async with self._lock:
            found, self._has_more = await self._reader.many()
            lost = list(self._rows.keys() - found.keys())
            if self._has_more and lost:  # they may be among those that were not looked at
                for key in lost[LIMIT:]:
                    del self._rows[key]  # too many to follow: nobody says that they have gone
                found |= await self._reader.of(lost[:LIMIT])
                lost = [key for key in lost[:LIMIT] if key not in found]
            self._take(found)
            for key in lost:
                self._vanished(key, self._rows.pop(key))

    def _take(self, found: Mapping[str, ForeignRow]) -> None:
        for key, row in found.items():
            if _is_other(self._rows.get(key), row):
                self._rows[key] = row
                self._tell(key, row)

    async def revoke(self, session: str, *, cause: str) -> str:
        """Delete the row."""
        writer = await self._writing()
        key, row = await self._located(session)
        async with self._lock:
            put_back = await writer.remove(self._layout.places, row.key)
            self._rows.pop(key, None)
        if put_back is None:
            raise InspectorError(GONE)
        self._removed.append((session, key, put_back))
        detail = "its row was deleted in the app's store"
        self._publish(
            SessionDestroyed(
                at=self._clock.now(), cause=cause, session=session, reason="revoked", detail=detail
            )
        )
        return "revoked: its next request will find nothing in the store"

    async def undo_revoke(self, *, cause: str) -> str:
        """Put the row back as it was."""
        await self._writing()
        if not self._removed:
            raise InspectorError("there is no revoked session to put back")
        session, key, put_back = self._removed[-1]
        async with self._lock:
            is_back = await put_back()
            self._take(await self._reader.of([key]))
        self._removed.pop()
        if not is_back:
            raise InspectorError("the app has made a row of this id again; it stays as it is")
        row, now = self._rows.get(key), self._clock.now()
        if row is None:
            raise InspectorError("it was put back, and has expired meanwhile")
        facts = row_facts(row, key, now, self._cookies.get(key))
        self._publish(
            SessionWritten(at=now, cause=cause, session=session, reason="update", facts=facts)
        )
        return "it is back in the store, as it was: its cookie counts again"

    async def expire(self, session: str, clock: TimerName, *, cause: str) -> str:
        """Put the row's ends into the past: its own and the store's."""
        writer = await self._writing()
        if clock == "access_token":
            raise InspectorError(
                f"rows of {self.layout} keep tokens in a way of the app's own; expire the session"
            )
        _, row = await self._located(session)
        ends = self._clock.now() - 1

        def change(value: bytes) -> bytes | None:
            return ended_value(self.layout, value, ends)

        async with self._lock:
            if not await writer.end(self._layout.places, row.key, ends, change):
                raise InspectorError(GONE)
        now = self._clock.now()
        self._publish(ClockForced(at=now, cause=cause, session=session, clock="store"))
        return "its row has ended, in the app's store"

    async def prune(self, *, is_dry: bool, cause: str) -> Reply:
        """Delete rows that have ended; Redis does so itself."""
        if not is_dry:
            await self._writing()
        await self.look()
        async with self._lock:
            over = await self._reader.ended(self._clock.now())
        if is_dry:
            return pruned(len(over), is_dry=True, may_write=self._access.write is not None)
        writer, count = await self._writing(), 0
        async with self._lock:
            for key in over:
                count += await writer.remove(self._layout.places, key, self._is_over) is not None
        await self.look()
        return pruned(count, is_dry=False)

    def _is_over(self, raw: RawRow) -> bool:
        return self._reader.is_over(raw, self._clock.now())

    async def close(self) -> None:
        """Let go of the store."""
        await self._reader.close()
        if self._writer is not None:
            await self._writer.close()

    # -- inside ----------------------------------------------------------------------------

    async def _writing(self) -> RawWriter:
        if self._access.write is None:
            raise InspectorError(READ_ONLY)
        if self._writer is None:
            self._writer = await self._access.write()
        return self._writer

    async def _located(self, session: str) -> tuple[str, ForeignRow]:
        if self._key_of(session) is None:
            await self.look()
        known = self._key_of(session)
        if known is not None:
            async with self._lock:
                row = (await self._reader.of([known])).get(known)
            if row is not None:
                return known, row
        raise InspectorError(f"no row of session {session} is in the store")

    def _key_of(self, session: str) -> str | None:
        return next((key for key in self._rows if fingerprint(key) == session), None)

    def _tell(self, key: str, row: ForeignRow) -> None:
        now = self._clock.now()
        facts = row_facts(row, key, now, self._cookies.get(key))
        self._publish(SessionSeen(at=now, session=fingerprint(key), facts=facts))

    def _vanished(self, key: str, row: ForeignRow) -> None:
        now, session = self._clock.now(), fingerprint(key)
        has_ended = row.expires is not None and row.expires <= now + JITTER
        reason = (
            "its row has expired in the store"
            if has_ended
            else ("its row was deleted in the store: by a logout, or by somebody else")
        )
        self._publish(SessionVanished(at=now, session=session, reason=reason))

    def _is_there(self, is_up: bool, reason: str) -> None:
        how = ""
        if is_up:
            which = f"{LIMIT:,} rows, and those of requests;" if self._has_more else "rows of"
            how = f"looking every {PAUSE:g} s, {which} {self.layout}"
        if (is_up, how) == (self._is_up, self._told):
            return
        self._is_up, self._told = is_up, how
        self._publish(
            StoreStateChanged(
                at=self._clock.now(),
                store=self._access.label,
                is_up=is_up,
                reason=reason,
                watched_by=how,
                has_more=self._has_more,
            )
        )


def _is_other(before: ForeignRow | None, now: ForeignRow) -> bool:
    """Say whether a row changed; a TTL read twice differs by milliseconds."""
    if before is None or before.content.data != now.content.data:
        return True
    return _moved(before.expires, now.expires)


def _moved(one: Seconds | None, other: Seconds | None) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) > JITTER
