"""Rows of @auth0/nextjs-auth0 in a real app's store, through our own store classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from session_inspector.devserver.attach.facts import native_row_facts
from session_inspector.devserver.attach.row_content import UNREADABLE
from session_inspector.devserver.attach.row_reports import RowReports
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InspectorError, StoreUnavailable
from session_inspector.devserver.core.events.base import SessionFacts, TimerName
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.supervision import Supervisor
from session_inspector.devserver.core.values import Seconds, fingerprint
from session_inspector.devserver.session.administration import (
    clock_label,
    end_record,
    ending_change,
    find_key,
    remove_record,
)
from session_inspector.devserver.session.facts import session_facts
from session_inspector.devserver.session.memory import Memory
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.row_administration import (
    EndedClock,
    RemovedRow,
    RowAdministration,
)
from session_inspector.devserver.session.watcher import StoreWatcher
from session_inspector.devserver.stores.base import KeyedRecord, Record, SessionId, Store
from session_inspector.devserver.stores.querying.sampling import OURS, has_native_rows
from session_inspector.devserver.stores.undo.pruning import (
    PrunedPortions,
    count_expired,
    prune_exactly,
)
from session_inspector.devserver.stores.undo.undos import Undos
from session_inspector.devserver.stores.watching.commands import count_commands
from session_inspector.devserver.stores.watching.load import WatchLoad, window_of
from session_inspector.devserver.stores.watching.pace import USUAL, LookPace

ROW_ENDED = "the {} clock is over: its row has ended, in the app's store"
WINDOW = 5_000
"""Rows that are listed and read again; of a store with more, those that change as well."""


class NativeRows:
    """Rows of one store; the policy is the one the app is configured with."""

    def __init__(
        self,
        store: Store,
        policy: Policy,
        reports: RowReports,
        clock: Clock,
        *,
        may_write: bool,
    ) -> None:
        self.may_write = may_write
        self._store = store
        self._policy = policy
        self._reports = reports
        self._clock = clock
        self.cookies: Bounded[SessionFacts] = Bounded()
        """What the cookie of each session says, by the session's fingerprint."""

    def adjust(self, facts: SessionFacts, record: Record) -> SessionFacts:
        """Return the facts of a row as an app's, not the lab's."""
        cookie = None
        if facts.key is not None:
            cookie = self.cookies.get(facts.key.digest)
        found = native_row_facts(facts, record.expires, cookie)
        return replace(found, unusable=why_unusable(record))

    async def read_facts(self, key: str) -> SessionFacts | None:
        """Return the facts of a row; None: no such row. Raises: StoreUnavailable."""
        record = await self._store.read(SessionId(key))
        if record is None:
            return None
        return self._facts(record, key)

    async def remove(self, session: str) -> RemovedRow | None:
        """Delete the row. Raises: InspectorError, StoreUnavailable."""
        key = await self._locate(session)

        def report(record: Record, cause: str) -> None:
            self._reports.report_restored(session, self._facts(record, key), cause)

        return await remove_record(self._store, key, report)

    def report_removed(self, session: str, cause: str) -> None:
        """Publish the end of a session whose row was deleted."""
        self._reports.report_removed(session, cause)

    async def end(self, session: str, clock: TimerName) -> EndedClock | None:
        """End the row, which is what the app obeys; of the access token, its own moment.

        Raises: InspectorError, StoreUnavailable.
        """
        key = await self._locate(session)
        restore = await end_record(self._store, key, ending_change(clock, self._clock.now() - 1))
        if restore is None:
            return None
        label = clock_label(clock)
        if clock == "access_token":
            message = f"the {label} clock is over, in the app's store"
            return EndedClock(clock=clock, message=message, restore=restore)
        return EndedClock(clock="store", message=ROW_ENDED.format(label), restore=restore)

    def prune(self, at: Seconds, *, is_dry: bool) -> PrunedPortions:
        """Delete what has expired, each row only if it still is. Raises: StoreUnavailable."""
        if is_dry:
            return count_expired(self._store, at)
        return prune_exactly(self._store, at, self._clock.now)

    async def close(self) -> None:
        """Let go of the store."""
        await self._store.close()

    async def _locate(self, session: str) -> SessionId:
        key = await find_key(self._store, session)
        if key is None:
            raise InspectorError(f"no row of session {session} is in the store")
        return key

    def _facts(self, record: Record, key: str) -> SessionFacts:
        now = self._clock.now()
        facts = session_facts(
            "stateful", record.data, self._policy, now, key=key, stored_until=record.expires
        )
        found = native_row_facts(facts, record.expires, self.cookies.get(fingerprint(key)))
        return replace(found, unusable=why_unusable(record))


class NativeStore(RowAdministration):
    """One watched store with rows of our own layout."""

    layout = OURS

    def __init__(
        self,
        store: Store,
        label: str,
        policy: Policy,
        clock: Clock,
        publish: Publish,
        *,
        may_write: bool,
        undos: Undos | None = None,
        pace: LookPace = USUAL,
    ) -> None:
        """`undos` takes what can be undone; none: it has its own."""
        self._store = store
        self._pace = pace
        self._supervisor = Supervisor(clock, publish)
        memory = Memory()
        reports = RowReports(memory, clock, publish)
        self._rows = NativeRows(store, policy, reports, clock, may_write=may_write)
        super().__init__(self._rows, clock, publish, undos)
        self._watcher = StoreWatcher(
            store,
            label,
            policy,
            memory,
            clock,
            publish,
            adjust=self._rows.adjust,
            most=min(WINDOW, pace.most_rows),
            pace=pace,
        )

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        """Read the row; the cookie's own clocks are those that were seen, not the policy's."""
        self._rows.cookies.put(fingerprint(session_id), cookie)
        try:
            return await self._rows.read_facts(session_id)
        except StoreUnavailable:
            return None

    def recall(self, session_id: str) -> SessionFacts | None:
        """Return nothing: `facts` reads the row each time."""
        return None

    async def read_now(self, session_id: str) -> SessionFacts | None:
        """Read the row of an id at once; None: it has none, or the store does not answer."""
        try:
            return await self._rows.read_facts(session_id)
        except StoreUnavailable:
            return None

    async def follow(self) -> None:
        """Follow the store's own feed of changes, and count what that sends to the store.

        Raises: StoreUnavailable, before it follows.
        """
        commands = await count_commands(self._store)
        if commands is None:
            await self._watcher.follow()
            return
        load = WatchLoad(
            lambda: commands.total,
            self._watcher.report_load,
            window=window_of(self._pace.shortest),
        )
        await load.follow_beside(self._watcher.follow(), self._supervisor)

    async def close(self) -> None:
        """Let go of the store."""
        await self._rows.close()


def why_unusable(record: Record) -> str:
    """Return why the app's own class cannot read a row; empty: it can."""
    if record.is_usable:
        return ""
    return f"{UNREADABLE}: {record.note}"


def may_be_native(url: str, rows: Sequence[KeyedRecord]) -> bool:
    """Check that rows can be of this layout: under a prefix that somebody named, by their members.

    Under the layout's own prefix, one that cannot be read is shown as that.
    """
    if "prefix=" in urlsplit(url).query:
        return has_native_rows(rows)
    return bool(rows)
