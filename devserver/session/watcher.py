"""Looks into the store and reports what changed there, by this process or another.

`look` is one look at all rows; `follow` looks whenever the store's change feed says that something
may have changed: at the rows it names, else at all, a portion at a time. A store that is away is an
event too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionSeen, SessionVanished
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.session.facts import session_facts, session_fingerprint
from session_inspector.devserver.session.memory import Memory
from session_inspector.devserver.session.policy import Policy, as_number, part
from session_inspector.devserver.session.revocation import PREFIX
from session_inspector.devserver.stores.base import ChangeFeed, Record, SessionId, Store
from session_inspector.devserver.stores.feeds import Pause
from session_inspector.devserver.stores.rows import to_text

AWAY = 0.5
"""Seconds between two tries to reach a store that is away."""
PORTION = 5_000
"""Rows that are looked at in one go, the newest logins told first; then the watcher rests."""
REST = 1.0
"""Seconds between two portions of a store with more rows: the app in this process has the rest."""
PAGE = 500
SLICE = 50
"""Rows after which others may run: 5 ms."""
MOST = 1_000_000
"""Rows that are looked at: no more are kept by who watches."""
DELETED = "its row was deleted in the store, by somebody else"
EXPIRED = "its row expired, and the store has deleted it"
CUT_OFF = "its row was deleted in the store, or its end moved into the past, by somebody else"


@dataclass(frozen=True, slots=True)
class _Seen:
    session: str
    digest: int
    """Of the row's data: a million rows are too many to keep."""
    expires: Seconds | None
    round: int
    """The last round in which it was there."""


class _News:
    """What a feed has told and nobody has looked at yet."""

    def __init__(self) -> None:
        self.named: set[SessionId] = set()
        self.is_everything = True
        self._is_there = asyncio.Event()

    async def listen(self, feed: ChangeFeed) -> None:
        """Take what a feed tells. Raises: StoreUnavailable."""
        while True:
            keys = await feed.wait()
            if keys is None:
                self.is_everything = True
            else:
                self.named |= keys
            self._is_there.set()

    async def wait(self, listening: asyncio.Future[None]) -> None:
        """Wait until there is something. Raises: what the listening raised."""
        waiting = asyncio.ensure_future(self._is_there.wait())
        either: set[asyncio.Future[Any]] = {waiting, listening}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if listening.done():
            listening.result()
        self._is_there.clear()

    def take(self) -> set[SessionId]:
        """Return the rows that were named."""
        named, self.named = self.named, set()
        return named


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
        self._round = 0
        self._is_up = True
        self._pause = pause
        self._how = ""
        self._asked_at: Seconds = 0.0
        """When the read began whose rows are compared: what was done since is not in them."""

    async def follow(self) -> None:
        """Report changes as they happen, until cancelled; looks again when the store is back."""
        while True:
            feed: ChangeFeed | None = None
            try:
                feed = await self._store.feed()
                await self._follow(feed)
            except StoreUnavailable as error:
                self._is_there(False, error.message)
            finally:
                if feed is not None:
                    await feed.close()
            await self._pause(AWAY)

    async def _follow(self, feed: ChangeFeed) -> None:
        """Report what a feed tells. Raises: StoreUnavailable, sooner or later."""
        news = _News()
        listening = asyncio.ensure_future(news.listen(feed))
        try:
            while True:
                if news.is_everything:
                    news.is_everything = False
                    async for _ in self._portions():
                        self._watched_by(feed.how)
                        await self._look_at(news)
                await self._look_at(news)
                if not news.is_everything:
                    await news.wait(listening)
        finally:
            listening.cancel()

    async def _look_at(self, news: _News) -> None:
        """Report what became of the rows that were named."""
        for key in news.take():
            self._asked_at = self._clock.now()
            record = None if key.startswith(PREFIX) else await self._store.read(key)
            if record is not None:
                self._compare(key, record)
            elif key in self._known and len(self._known) <= PORTION:
                news.is_everything = True  # deleted, or only expired: the rows themselves tell
            elif key in self._known:
                self._gone(key, CUT_OFF)

    async def look(self) -> None:
        """Report what appeared, changed and vanished since the last look."""
        try:
            async for _ in self._portions():
                pass
        except StoreUnavailable as error:
            self._is_there(False, error.message)

    async def _portions(self) -> AsyncIterator[None]:
        """Look at all rows, with a rest after each portion. Raises: StoreUnavailable."""
        self._round += 1
        cursor: str | None = None
        count = 0
        while True:
            rows, cursor = await self._portion(cursor)
            self._is_there(True, "")
            await self._report(rows)
            count += len(rows)
            yield
            if cursor is None or count >= MOST:
                break
            await self._pause(REST)
        if cursor is None:
            for key in [key for key, seen in self._known.items() if seen.round != self._round]:
                ends = self._known[key].expires
                is_over = ends is not None and ends <= self._clock.now()
                self._gone(key, EXPIRED if is_over else DELETED)

    async def _portion(
        self, cursor: str | None
    ) -> tuple[list[tuple[SessionId, Record]], str | None]:
        rows: list[tuple[SessionId, Record]] = []
        self._asked_at = self._clock.now()
        while len(rows) < PORTION:
            page = await self._store.page(cursor, PAGE)
            rows += [(key, row) for key, row in page.rows if not key.startswith(PREFIX)]
            cursor = page.cursor
            if cursor is None:
                break
        return rows, cursor

    async def _report(self, rows: list[tuple[SessionId, Record]]) -> None:
        """Compare rows, in the order of their logins: lists show the newest first."""
        for number, (key, record) in enumerate(sorted(rows, key=_login), 1):
            self._compare(key, record)
            if number % SLICE == 0:
                await asyncio.sleep(0)

    def _gone(self, key: SessionId, reason: str) -> None:
        gone = self._known.pop(key)
        if self._memory.endings.get(gone.session) is None:
            at = self._clock.now()
            self._publish(SessionVanished(at=at, session=gone.session, reason=reason))

    def _compare(self, key: SessionId, record: Record) -> None:
        known, digest = self._known.get(key), hash(to_text(record.data))
        session = known.session if known else session_fingerprint("stateful", record.data, key)
        self._known[key] = _Seen(session, digest, record.expires, self._round)
        if known and known.expires == record.expires and known.digest == digest:
            return
        facts = session_facts(
            "stateful",
            record.data,
            self._policy,
            self._written_at(record),
            key=key,
            stored_until=record.expires,
        )
        self._publish(SessionSeen(at=self._asked_at, session=session, facts=facts))

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


def _login(row: tuple[SessionId, Record]) -> Seconds:
    return as_number(part(row[1].data, "internal").get("createdAt")) or 0
