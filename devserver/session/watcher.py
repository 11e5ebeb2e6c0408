"""Reads the store and reports what changed there, by this process or another.

`look` reads all rows once; `follow` reads whenever the store's change feed reports a change: the
rows it names, else all, a portion at a time. A store that is away is an event too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TypeAlias

from session_inspector.devserver.core.clock import Clock, stopwatch
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.server import TAKES_NO_WRITES, StoreStateChanged
from session_inspector.devserver.core.events.session import SessionSeen, SessionVanished
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.supervision import Supervisor
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.session.facts import (
    find_written_at,
    session_facts,
    session_fingerprint,
)
from session_inspector.devserver.session.memory import Memory
from session_inspector.devserver.session.policy import Policy, as_number, part
from session_inspector.devserver.session.revocation import PREFIX
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    Record,
    SessionId,
    Store,
    countdown_error_of,
    is_same_end,
)
from session_inspector.devserver.stores.feeds import (
    Pause,
    PendingChanges,
    RestingFeed,
)
from session_inspector.devserver.stores.querying.estimates import EstimatedStore
from session_inspector.devserver.stores.rows import to_text
from session_inspector.devserver.stores.watching.pace import USUAL, LookPace
from session_inspector.devserver.stores.watching.restraint import Restraint

AWAY = 0.5
"""Seconds between two tries to reach a store that is away."""
PORTION = 5_000
"""Rows that are read in one go; then the watcher rests."""
REST = 1.0
"""Seconds between two portions of a store with more rows: the app in this process needs them."""
PAGE = 500
SLICE = 50
"""Rows after which others may run: 5 ms."""
MOST = 1_000_000
"""Rows that are read at most: the watching side keeps no more."""
DELETED = "its row was deleted in the store, by somebody else"
AFTER_OUTAGE = (
    "its row was not there when the store came back: lost with the store, or deleted meanwhile"
)
EXPIRED = "its row expired, and the store has deleted it"
CUT_OFF = "its row was deleted in the store, or its end moved into the past, by somebody else"


AdjustFacts: TypeAlias = Callable[[SessionFacts, Record], SessionFacts]
"""Changes the facts of a row that was read: an app's own rows are not under the lab's policy."""


@dataclass(frozen=True, slots=True)
class _Seen:
    session: str
    digest: int
    """Of the row's data: a million rows are too many to keep."""
    expires: Seconds | None
    round: int
    """The last round in which it was there."""
    looked: Seconds
    """When the last look at it began."""


class StoreWatcher:
    """Compares a store with what it held at the last look."""

    _commands: float | None = None
    """Commands a second, as they were reported last; None: not counted."""

    _was_away = False
    """The store has been away since all rows were compared: it may have come back empty."""

    def __init__(
        self,
        store: Store,
        name: str,
        policy: Policy,
        memory: Memory,
        clock: Clock,
        publish: Publish,
        pause: Pause = asyncio.sleep,
        adjust: AdjustFacts | None = None,
        *,
        most: int = MOST,
        pace: LookPace = USUAL,
    ) -> None:
        """`most`: rows that are read at most; those that a feed names are read as well."""
        self._restraint = Restraint(pace, pause)
        self._most = most
        self._about = ""
        """About how many rows there are, where not all are read."""
        self._has_more = False
        self._store = store
        self._name = name
        self._adjust = adjust
        self._policy = policy
        self._memory = memory
        self._clock = clock
        self._publish = publish
        self._known: dict[SessionId, _Seen] = {}
        self._round = 0
        self._is_up = True
        self._is_read_only = False
        """It answers reads, and refuses writes."""
        self._pause = pause
        self._how = ""
        self._supervisor = Supervisor(clock, publish)
        self._pending: PendingChanges | None = None
        self._asked_at: Seconds = 0.0
        """When the read began whose rows are compared: what was done since is not in them."""
        self._reports = 0
        """Rows that were reported: of a store that brings none, a feed may rest."""

    def note_state(self, is_up: bool, reason: str) -> None:
        """Note whether the store has answered somebody else; one that is away is looked at."""
        if not is_up and self._is_up and self._pending is not None:
            self._pending.ask()
        self._report_state(is_up, reason)

    async def follow(self) -> None:
        """Report changes as they happen, until cancelled; looks again when the store is back."""
        while True:
            feed: ChangeFeed | None = None
            try:
                feed = await self._store.feed()
                self._restraint.slow_down(feed)
                await self._follow(feed)
            except StoreUnavailable as error:
                self._report_state(False, error.message)
            finally:
                if feed is not None:
                    await feed.close()
            await self._pause(AWAY)

    async def _follow(self, feed: ChangeFeed) -> None:
        """Report what one feed brings. Raises: StoreUnavailable, sooner or later."""
        pending = PendingChanges()
        self._pending = pending
        listening = asyncio.ensure_future(pending.listen(feed))
        try:
            while True:
                began = stopwatch()
                is_whole = pending.is_everything
                if is_whole:
                    await self._look_at_all(feed, pending)
                if not (is_whole and self._restraint.is_gentle):
                    await self._look_at(pending)
                await self._restraint.rest(stopwatch() - began)
                if not (pending.is_everything or pending.named):
                    await pending.wait(listening)
        finally:
            listening.cancel()

    async def _look_at_all(self, feed: ChangeFeed, pending: PendingChanges) -> None:
        """Report what happened to all rows, and meanwhile to those that are named."""
        pending.is_everything = False
        before = self._reports
        async for _ in self._read_all():
            self._report_feed(feed.how)
            if not self._restraint.is_gentle:
                await self._look_at(pending)
        if isinstance(feed, RestingFeed):
            feed.rest(is_idle=self._reports == before)

    async def _look_at(self, pending: PendingChanges) -> None:
        """Report what happened to the rows that were named."""
        for key in pending.take(self._restraint.limit(MOST)):
            if key.startswith(PREFIX):
                continue
            self._asked_at = self._clock.now()
            record = await self._store.read(key)
            if record is not None:
                self._compare_safely(key, record)
            elif key in self._known and len(self._known) <= PORTION:
                pending.is_everything = True  # deleted or only expired: reading all rows shows it
            elif key in self._known:
                self._report_gone(key, CUT_OFF)

    async def look(self) -> None:
        """Report what appeared, changed and vanished since the last look."""
        try:
            async for _ in self._read_all():
                pass
        except StoreUnavailable as error:
            self._report_state(False, error.message)

    async def _read_all(self) -> AsyncIterator[None]:
        """Read and compare all rows, with a rest after each portion. Raises: StoreUnavailable."""
        self._round += 1
        cursor: str | None = None
        count = 0
        while True:
            rows, cursor = await self._read_portion(cursor)
            if not self._is_read_only:
                self._report_state(True, "")
            await self._compare_all(rows)
            count += len(rows)
            yield
            if cursor is None or count >= self._most:
                break
            await self._pause(REST)
        await self._note_size(has_more=cursor is not None)
        if cursor is not None:
            await self._read_unlisted()
        self._report_missing()

    async def _note_size(self, *, has_more: bool) -> None:
        """Note whether there are more rows than are read, and about how many."""
        about = ""
        if has_more and isinstance(self._store, EstimatedStore):
            found = await self._store.estimate_rows()
            about = "" if found is None else found.describe()
        if (has_more, about) != (self._has_more, self._about):
            self._has_more = has_more
            self._about = about
            self._publish_state(is_up=True, watched_by=self._how)

    async def _read_unlisted(self) -> None:
        """Read known rows that were not among those that are listed; forget what is too many."""
        unlisted = [key for key, seen in self._known.items() if seen.round != self._round]
        for key in unlisted[PORTION:]:
            del self._known[key]  # too many to follow: nobody reports that they have gone
        turn, later = self._restraint.take_turn(unlisted[:PORTION])
        for key in later:
            self._known[key] = replace(self._known[key], round=self._round)
        for key in turn:
            record = await self._store.read(key)
            seen = self._known[key]
            if record is not None:
                self._compare_safely(key, record)
            elif seen.expires is not None and seen.expires <= self._clock.now():
                # its end has come: whether its row is still there, only a list would show
                self._known[key] = replace(seen, round=self._round)

    def _report_missing(self) -> None:
        """Report the rows that this round did not find."""
        missing = [key for key, seen in self._known.items() if seen.round != self._round]
        for key in missing:
            ends = self._known[key].expires
            reason = AFTER_OUTAGE if self._was_away else DELETED
            if ends is not None and ends <= self._clock.now():
                reason = EXPIRED
            self._report_gone(key, reason)
        self._was_away = False

    async def _read_portion(
        self, cursor: str | None
    ) -> tuple[list[tuple[SessionId, Record]], str | None]:
        rows: list[tuple[SessionId, Record]] = []
        self._asked_at = self._clock.now()
        most = min(PORTION, self._most)
        while len(rows) < most:
            page = await self._store.page(cursor, min(PAGE, most - len(rows)))
            rows += [(key, row) for key, row in page.rows if not key.startswith(PREFIX)]
            cursor = page.cursor
            if cursor is None:
                break
        return rows, cursor

    async def _compare_all(self, rows: list[tuple[SessionId, Record]]) -> None:
        """Compare rows, in the order of their logins: lists show the newest first."""
        for number, (key, record) in enumerate(sorted(rows, key=_login_of), 1):
            self._compare_safely(key, record)
            if number % SLICE == 0:
                await asyncio.sleep(0)

    def _report_gone(self, key: SessionId, reason: str) -> None:
        gone = self._known.pop(key)
        self._reports += 1
        if self._memory.endings.get(gone.session) is None:
            at = self._clock.now()
            is_deleted = reason == DELETED
            self._publish(
                SessionVanished(
                    at=at,
                    session=gone.session,
                    reason=reason,
                    is_deleted=is_deleted,
                    seen_at=gone.looked,
                )
            )

    def _compare_safely(self, key: SessionId, record: Record) -> None:
        try:
            self._compare(key, record)
        except Exception as error:  # a supervised watcher: the other rows go on
            self._supervisor.report("a row", error)

    def _compare(self, key: SessionId, record: Record) -> None:
        known = self._known.get(key)
        digest = hash(to_text(record.data))
        if known is None:
            session = session_fingerprint("stateful", record.data, key)
        elif known.digest == digest and is_same_end(
            known.expires, record.expires, countdown_error_of(self._store)
        ):
            # the end that was reported stays: many small differences do not add up unseen
            self._known[key] = replace(known, round=self._round, looked=self._asked_at)
            return
        else:
            session = known.session
        since: Seconds = 0
        if known is not None:
            since = known.looked
        self._known[key] = _Seen(session, digest, record.expires, self._round, self._asked_at)
        self._reports += 1
        facts = session_facts(
            "stateful",
            record.data,
            self._policy,
            find_written_at(self._policy, record.expires, self._clock.now()),
            key=key,
            stored_until=record.expires,
        )
        if self._adjust is not None:
            facts = self._adjust(facts, record)
        self._publish(SessionSeen(at=self._asked_at, session=session, facts=facts, since=since))

    def report_load(self, commands: float) -> None:
        """Report how many commands a second the watching sends; of a store that is up."""
        self._commands = commands
        if self._is_up and self._how:
            self._publish_state(is_up=True, watched_by=self._how)

    def _report_feed(self, how: str) -> None:
        how = self._restraint.describe(how)
        if how == self._how:
            return
        self._how = how
        self._publish_state(is_up=True, watched_by=how)

    def _report_state(self, is_up: bool, reason: str) -> None:
        is_read_only = reason.startswith(TAKES_NO_WRITES)
        self._was_away = self._was_away or not (is_up or is_read_only)
        if (is_up, is_read_only) == (self._is_up, self._is_read_only):
            return
        self._is_up = is_up
        self._is_read_only = is_read_only
        self._publish_state(is_up=is_up, reason=reason)

    def _publish_state(self, *, is_up: bool, reason: str = "", watched_by: str = "") -> None:
        self._publish(
            StoreStateChanged(
                at=self._clock.now(),
                store=self._name,
                is_up=is_up,
                reason=reason,
                watched_by=watched_by,
                has_more=self._has_more,
                about=self._about,
                commands=self._commands,
            )
        )


def _login_of(row: tuple[SessionId, Record]) -> Seconds:
    _, record = row
    return as_number(part(record.data, "internal").get("createdAt")) or 0
