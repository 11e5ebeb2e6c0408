"""What an administrator does to the sessions of one engine, behind their browsers' back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import TypeVar

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError, InspectorError
from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds, is_beginning
from session_inspector.devserver.session.engine import SessionEngine
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.row_administration import (
    EXPIRED_MEANWHILE,
    WRITTEN_SINCE,
    EndedClock,
    RemovedRow,
    RowAdministration,
)
from session_inspector.devserver.stores.base import Record, SessionId, Store
from session_inspector.devserver.stores.exact import Change, apply_change
from session_inspector.devserver.stores.pruning.portions import PruneRule
from session_inspector.devserver.stores.querying.sampling import refuse_other_data
from session_inspector.devserver.stores.undo.changing import change_row, take_row
from session_inspector.devserver.stores.undo.ongoing import MADE_ANEW
from session_inspector.devserver.stores.undo.pruning import (
    PrunedPortions,
    prune_unkept,
    take_expired,
)
from session_inspector.devserver.stores.undo.undos import RestoreRow, Undos

PAGE = 500
T = TypeVar("T")
STATELESS = (
    "a stateless session cannot be revoked: its cookie is the session. Delete the cookie, rotate"
    ' the secret, or run with revocation="store"'
)
NO_TOKEN = "its row has no tokenSet, so there is no access token whose clock could end"
NO_ROWS = "stateless sessions have no rows; switch to stateful first"

ReportRestored = Callable[[Record, str], None]
"""Publishes that a record is back, with the cause."""
ChangeOf = Callable[[Record], Change]
"""Returns what of a record changes."""


async def find_key(store: Store, session: str) -> SessionId | None:
    """Return the id in a store of a fingerprint, of the beginning of one, or of the id itself.

    A live row is found by its id at once; others are read page by page. Raises: InputError for a
    beginning that two have, StoreUnavailable.
    """
    if await store.read(SessionId(session)) is not None:
        return SessionId(session)
    found: list[SessionId] = []
    cursor: str | None = None
    while True:
        page = await store.page(cursor, PAGE)
        for key, record in page.rows:
            mark = session_fingerprint("stateful", record.data, key)
            if session in (key, mark):
                return key
            if is_beginning(session) and mark.startswith(session):
                found.append(key)
        cursor = page.cursor
        if cursor is None:
            return choose_only(found, session)


def choose_only(found: Sequence[T], session: str) -> T | None:
    """Return the one that was found, if any. Raises: InputError when there are several."""
    if len(found) > 1:
        raise InputError(
            f"{session} begins several sessions. Fix: all 12 digits, as `sessions list` shows them"
        )
    return next(iter(found), None)


def clock_label(clock: TimerName) -> str:
    """Return a clock's name as people read it."""
    return clock.replace("_", " ")


async def remove_record(store: Store, key: SessionId, report: ReportRestored) -> RemovedRow | None:
    """Delete a record; None: it was gone already. Raises: StoreUnavailable."""
    record = await store.read(key)
    put_back = await take_row(store, key)
    if put_back is None:
        return None
    if record is None:
        return RemovedRow(restore=None)

    async def restore(cause: str) -> str:
        if not await put_back():
            return MADE_ANEW
        if await store.read(key) is None:
            return EXPIRED_MEANWHILE
        report(record, cause)
        return ""

    return RemovedRow(restore=restore)


async def end_record(
    store: Store,
    key: SessionId,
    change_of: ChangeOf,
    report: ReportRestored | None = None,
) -> RestoreRow | None:
    """Put a clock of a record into the past; returns what sets it back, None: it was gone.

    All else of the row stays. Raises: InspectorError of `change_of`; StoreUnavailable.
    """
    record = await store.read(key)
    if record is None:
        return None
    put_back = await change_row(store, key, change_of(record))
    if put_back is None:
        return None

    async def restore(cause: str) -> str:
        if not await put_back():
            return WRITTEN_SINCE
        if await store.read(key) is None:
            return EXPIRED_MEANWHILE
        if report is not None:
            report(record, cause)
        return ""

    return restore


def ending_change(clock: TimerName, now: Seconds, absolute: Seconds | None = None) -> ChangeOf:
    """Return what of a row changes when one clock goes into the past.

    `absolute`: it was created so many seconds ago, for whoever counts from then. Raises, for a row
    that has no access token: InspectorError.
    """

    def change_of(record: Record) -> Change:
        change = Change(ends=now)
        if clock == "access_token":
            change = _end_token(record, now)
        elif clock == "absolute" and absolute is not None and _has_object(record, "internal"):
            created = int(now - absolute)
            change = Change(ends=now, member=("internal", "createdAt"), value=created)
        if record.is_own_form:
            return Change(ends=change.ends, data=apply_change(record, change).data)
        return change

    return change_of


def _end_token(record: Record, now: Seconds) -> Change:
    if not _has_object(record, "tokenSet"):
        raise InspectorError(NO_TOKEN)
    return Change(member=("tokenSet", "expiresAt"), value=int(now) - 1)


def _has_object(record: Record, name: str) -> bool:
    return isinstance(record.data.get(name), dict)


class EngineRows:
    """The rows of one engine's store; stateless sessions have none."""

    may_write = True

    def __init__(
        self, engine: SessionEngine, store: Store | None, revocations: Store | None, clock: Clock
    ) -> None:
        self._engine = engine
        self._store = store
        self._revocations = revocations
        self._clock = clock

    async def remove(self, session: str) -> RemovedRow | None:
        """Delete the record of a session. Raises: InspectorError, StoreUnavailable."""
        store, key = await self._locate(session)

        return await remove_record(store, key, self._report_revived(session, key))

    def _report_revived(self, session: str, key: SessionId) -> ReportRestored:
        def report(record: Record, cause: str) -> None:
            self._engine.revive(session, record.data, key, cause, record.expires)

        return report

    def report_removed(self, session: str, cause: str) -> None:
        """Let the engine forget the session and publish its end."""
        self._engine.forget(session, "revoked", cause, "its record was deleted in the store")

    async def end(self, session: str, clock: TimerName) -> EndedClock | None:
        """Put one clock into the past.

        A stateless session is marked, and ends at its next request: what its browser holds cannot
        be changed from here. Raises: InspectorError, StoreUnavailable.
        """
        memory = self._engine.memory
        restore: RestoreRow | None = None
        message = f"the {clock_label(clock)} clock is over; its next request will find out"
        if memory.keys.get(session) != "":
            store, key = await self._locate(session)
            change = ending_change(clock, self._clock.now(), self._engine.policy.absolute)
            report = None if clock == "access_token" else self._report_revived(session, key)
            restore = await end_record(store, key, change, report)
            if restore is None:
                return None
            message = f"the {clock_label(clock)} clock is over, in the store"
        unmark = self._mark(session, clock)
        return EndedClock(clock=clock, message=message, restore=_restore_both(restore, unmark))

    def _mark(self, session: str, clock: TimerName) -> Callable[[], None]:
        """Mark a session for its next request; returns what takes the mark back."""
        forced = self._engine.memory.forced
        before = forced.get(session) or frozenset()
        forced.put(session, before | {clock})

        def unmark() -> None:
            forced.put(session, before)

        return unmark

    async def prune(self, at: Seconds, *, is_dry: bool) -> PrunedPortions:
        """Prune the store, or the one of the revocation list.

        Raises: InspectorError without a store, and for rows of another app; StoreUnavailable.
        """
        store = self._revocations if self._store is None else self._store
        if store is None:
            raise InspectorError(NO_ROWS)
        if not is_dry:
            await refuse_other_data(store, "this store")
        prune = prune_unkept if is_dry or self._store is None else take_expired
        async with aclosing(prune(store, PruneRule(at=at, dry_run=is_dry))) as portions:
            async for portion in portions:
                yield portion

    async def _locate(self, session: str) -> tuple[Store, SessionId]:
        known = self._engine.memory.keys.get(session)
        if known == "" or (self._store is None and known is None):
            raise InspectorError(STATELESS)
        if self._store is None:
            raise InspectorError("that session lives in a store that is not in use now")
        if known:
            return self._store, SessionId(known)
        key = await find_key(self._store, session)
        if key is None:
            raise InspectorError(f"no session {session} is known; it may be gone already")
        return self._store, key


def _restore_both(restore_row: RestoreRow | None, unmark: Callable[[], None]) -> RestoreRow:
    """Return what sets a clock back: in the row, where there is one, and in the engine's memory."""

    async def restore(cause: str) -> str:
        refusal = ""
        if restore_row is not None:
            refusal = await restore_row(cause)
        if not refusal:
            unmark()
        return refusal

    return restore


class Administration(RowAdministration):
    """Acts on the sessions of one engine; `store` is None for stateless ones."""

    def __init__(
        self,
        engine: SessionEngine,
        store: Store | None,
        clock: Clock,
        publish: Publish,
        *,
        revocations: Store | None = None,
        undos: Undos | None = None,
    ) -> None:
        """Take an engine and its store; `revocations` has the list of stateless sessions."""
        super().__init__(EngineRows(engine, store, revocations, clock), clock, publish, undos)
        self._engine = engine

    async def revoke(self, session: str, *, cause: str) -> str:
        """Delete a session in the store, or put it on the revocation list; returns a sentence.

        Raises: InspectorError for a session that cannot be revoked or is gone; StoreUnavailable.
        """
        if await self._engine.revoke_stateless(session, cause):
            return "revoked: its cookie still opens, but it is on the revocation list"
        return await super().revoke(session, cause=cause)
