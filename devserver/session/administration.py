"""What an administrator does to the sessions of one engine, behind their browsers' back."""

from __future__ import annotations

from collections.abc import Callable

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.engine import SessionEngine
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.policy import part
from session_inspector.devserver.session.row_administration import (
    EXPIRED_MEANWHILE,
    GONE,
    MADE_ANEW,
    EndedClock,
    RemovedRow,
    RowAdministration,
)
from session_inspector.devserver.stores.base import Record, SessionId, Store
from session_inspector.devserver.stores.exact import Change, ExactStore, PutBack
from session_inspector.devserver.stores.pruning import PrunedRows, take_expired
from session_inspector.devserver.stores.undos import RestoreRow, Undos

PAGE = 500
STATELESS = (
    "a stateless session cannot be revoked: its cookie is the session. Delete the cookie, rotate"
    ' the secret, or run with revocation="store"'
)
NO_TOKEN = "its row has no tokenSet, so there is no access token whose clock could end"
NO_ROWS = "stateless sessions have no rows; switch to stateful first (s)"

ReportRestored = Callable[[Record, str], None]
"""Publishes that a record is back, with the cause."""


async def find_key(store: Store, session: str) -> SessionId | None:
    """Return the id in a store of a fingerprint (or of the id itself); reads page by page.

    Raises: StoreUnavailable.
    """
    cursor: str | None = None
    while True:
        page = await store.page(cursor, PAGE)
        for key, record in page.rows:
            if session in (key, session_fingerprint("stateful", record.data, key)):
                return key
        cursor = page.cursor
        if cursor is None:
            return None


def _with_tokens_of(present: Record, before: Record) -> JsonObject:
    """Return what a row holds now, its access token's end as it was."""
    tokens = part(present.data, "tokenSet")
    ends = part(before.data, "tokenSet").get("expiresAt")
    return {**present.data, "tokenSet": {**tokens, "expiresAt": ends}}


def expire_record(record: Record, clock: TimerName, absolute: float, now: float) -> Record:
    """Return a record with one clock in the past: inactivity, absolute or access_token."""
    data: JsonObject = dict(record.data)
    if clock == "access_token":
        data["tokenSet"] = {**part(data, "tokenSet"), "expiresAt": int(now) - 1}
        return Record(data=data, expires=record.expires)
    if clock == "absolute":
        data["internal"] = {**part(data, "internal"), "createdAt": int(now - absolute)}
    return Record(data=data, expires=now)


def clock_label(clock: TimerName) -> str:
    """Return a clock's name as people read it."""
    return clock.replace("_", " ")


async def remove_record(store: Store, key: SessionId, report: ReportRestored) -> RemovedRow | None:
    """Delete a record; None: it was gone already. Raises: StoreUnavailable."""
    record = await store.read(key)
    put_back = await take_record(store, key, record)
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

    return RemovedRow(restore=restore, put_back=put_back)


async def take_record(store: Store, key: SessionId, record: Record | None) -> PutBack | None:
    """Delete a row, which held a record when it was read; None: it was gone already.

    What is put back is the row itself where the store can do so. Raises: StoreUnavailable.
    """
    if isinstance(store, ExactStore):
        return await store.take(key)
    if not await store.delete(key):
        return None

    async def put_back() -> bool:
        if record is not None:
            await store.create(key, record)
        return True

    return put_back


async def end_record(
    store: Store, key: SessionId, clock: TimerName, *, absolute: float, now: float
) -> Record | None:
    """Put one clock of a record into the past; returns it as it was, None: it was gone.

    All else of the row stays, where the store can do so. Raises: InspectorError for a row that has
    no access token; StoreUnavailable.
    """
    record = await store.read(key)
    if record is None:
        return None
    if isinstance(store, ExactStore) and not record.is_own_form:
        is_ended = await store.change(key, ending_change(record, clock, now))
    else:
        is_ended = await store.update(key, expire_record(record, clock, absolute, now))
    return record if is_ended else None


def ending_change(record: Record, clock: TimerName, now: float) -> Change:
    """Return what of a row changes when one clock goes into the past: the end that the app obeys.

    Raises: InspectorError.
    """
    if clock != "access_token":
        return Change(ends=now)
    if not isinstance(record.data.get("tokenSet"), dict):
        raise InspectorError(NO_TOKEN)
    return Change(member=("tokenSet", "expiresAt"), value=int(now) - 1)


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

    def is_movable(self, session: str) -> bool:
        """Check whether a session has a record; a stateless one has none."""
        return self._store is not None and self._engine.memory.keys.get(session) != ""

    async def remove(self, session: str) -> RemovedRow | None:
        """Delete the record of a session. Raises: InspectorError, StoreUnavailable."""
        store, key = await self._locate(session)

        def report(record: Record, cause: str) -> None:
            self._engine.revive(session, record.data, key, cause)

        return await remove_record(store, key, report)

    def report_removed(self, session: str, cause: str) -> None:
        """Let the engine forget the session and publish its end."""
        self._engine.forget(session, "revoked", cause, "its record was deleted in the store")

    async def end(self, session: str, clock: TimerName) -> EndedClock | None:
        """Put one clock into the past.

        A stateless session is marked, and ends at its next request: what its browser holds cannot
        be changed from here. Raises: InspectorError, StoreUnavailable.
        """
        memory = self._engine.memory
        forced = memory.forced.get(session) or frozenset()
        restore = None
        message = f"the {clock_label(clock)} clock is over; its next request will find out"
        if memory.keys.get(session) != "":
            store, key = await self._locate(session)
            now = self._clock.now()
            absolute = self._engine.policy.absolute
            before = await end_record(store, key, clock, absolute=absolute, now=now)
            if before is None:
                return None
            message = f"the {clock_label(clock)} clock is over, in the store"
            if clock == "access_token":
                restore = self._prepare_restore(session, forced, (store, key, before))
        else:
            restore = self._prepare_restore(session, forced, None)
        memory.forced.put(session, forced | {clock})
        return EndedClock(clock=clock, message=message, restore=restore)

    def _prepare_restore(
        self,
        session: str,
        forced: frozenset[TimerName],
        row: tuple[Store, SessionId, Record] | None,
    ) -> RestoreRow:
        """Return what sets a clock back: in the row of a stateful session, else the mark alone."""

        async def restore(cause: str) -> str:
            if row is not None:
                store, key, record = row
                present = await store.read(key)
                if present is None:
                    return GONE
                put = Record(data=_with_tokens_of(present, record), expires=present.expires)
                if not await store.update(key, put):
                    return GONE
            self._engine.memory.forced.put(session, forced)
            return ""

        return restore

    async def prune(self, *, is_dry: bool) -> PrunedRows:
        """Prune the store, or the one of the revocation list.

        Raises: InspectorError without a store; StoreUnavailable.
        """
        store = self._revocations if self._store is None else self._store
        if store is None:
            raise InspectorError(NO_ROWS)
        if not is_dry and self._store is not None:
            return await take_expired(self._store, self._clock.now())
        found = await store.prune(dry_run=is_dry)
        return PrunedRows(count=found.expired)

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
