"""Looks into the store and reports what changed there, by this process or another.

`look` is one look; `follow` looks whenever the store's change feed says that something may have
changed. A store that is away is an event too.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from devserver.core.clock import Clock
from devserver.core.errors import StoreUnavailable
from devserver.core.events import SessionSeen, SessionVanished, StoreStateChanged
from devserver.core.journal import Publish
from devserver.core.values import JsonObject, Seconds
from devserver.session.facts import session_facts, session_fingerprint
from devserver.session.memory import Memory
from devserver.session.policy import Policy
from devserver.session.revocation import PREFIX
from devserver.stores.base import Feed, Record, SessionId, Store
from devserver.stores.feeds import Pause

AWAY = 0.5
"""Seconds between two tries to reach a store that is away."""
LIMIT = 5_000
"""Records looked at; a store with more is shown by its own list, not by the journal."""


@dataclass(frozen=True, slots=True)
class _Seen:
    session: str
    data: JsonObject
    expires: Seconds | None


class StoreWatcher:
    """Compares a store with what it held at the last look."""

    def __init__(
        self,
        store: Store,
        name: str,
        policy: Policy,
        memory: Memory,
        clock: Clock,
        publish: Publish,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._store = store
        self._name = name
        self._policy = policy
        self._memory = memory
        self._clock = clock
        self._publish = publish
        self._known: dict[SessionId, _Seen] = {}
        self._is_up = True
        self._pause = pause
        self._how = ""

    async def follow(self) -> None:
        """Report changes as they happen, until cancelled; looks again when the store is back."""
        while True:
            await self.look()
            if not self._is_up:
                await self._pause(AWAY)
                continue
            feed: Feed | None = None
            try:
                feed = await self._store.feed()
                self._watched_by(feed.how)
                await self._follow(feed)
            except StoreUnavailable as error:
                self._is_there(False, error.message)
                await self._pause(AWAY)
            finally:
                if feed is not None:
                    await feed.close()

    async def _follow(self, feed: Feed) -> None:
        while self._is_up:
            keys = await feed.wait()
            if keys is None or not keys <= self._known.keys():
                await self.look()
                continue
            for key in keys:
                await self._look_at(key)

    async def _look_at(self, key: SessionId) -> None:
        """Report what became of one record; one that is not live any more may only have expired."""
        record = await self._store.read(key)
        if record is None:
            await self.look()
        else:
            self._compare(key, record)

    async def look(self) -> None:
        """Report what appeared, changed and vanished since the last look."""
        try:
            rows = await self._read()
        except StoreUnavailable as error:
            self._is_there(False, error.message)
            return
        self._is_there(True, "")
        for key, record in rows.items():
            self._compare(key, record)
        for key in self._known.keys() - rows.keys():
            gone = self._known.pop(key)
            if self._memory.endings.get(gone.session) is None:
                reason = "its row was deleted in the store, by somebody else"
                self._publish(
                    SessionVanished(at=self._clock.now(), session=gone.session, reason=reason)
                )

    async def _read(self) -> dict[SessionId, Record]:
        rows: dict[SessionId, Record] = {}
        cursor: str | None = None
        while len(rows) < LIMIT:
            page = await self._store.page(cursor, 500)
            rows |= {key: row for key, row in page.rows if not key.startswith(PREFIX)}
            cursor = page.cursor
            if cursor is None:
                break
        return rows

    def _compare(self, key: SessionId, record: Record) -> None:
        known = self._known.get(key)
        if known and known.expires == record.expires and known.data == record.data:
            return
        session = session_fingerprint("stateful", record.data, key)
        self._known[key] = _Seen(session, record.data, record.expires)
        facts = session_facts(
            "stateful",
            record.data,
            self._policy,
            self._written_at(record),
            key=key,
            stored_until=record.expires,
        )
        self._publish(SessionSeen(at=self._clock.now(), session=session, facts=facts))

    def _written_at(self, record: Record) -> Seconds:
        """Return when a record was written, as far as its expiry tells (rolling only)."""
        if record.expires is None or not self._policy.rolling:
            return self._clock.now()
        return min(self._clock.now(), record.expires - self._policy.inactivity)

    def _watched_by(self, how: str) -> None:
        if how == self._how:
            return
        self._how = how
        self._publish(
            StoreStateChanged(at=self._clock.now(), store=self._name, is_up=True, watched_by=how)
        )

    def _is_there(self, is_up: bool, reason: str) -> None:
        if is_up == self._is_up:
            return
        self._is_up = is_up
        self._publish(
            StoreStateChanged(at=self._clock.now(), store=self._name, is_up=is_up, reason=reason)
        )
