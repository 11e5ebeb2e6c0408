"""What an administrator does to sessions behind their browsers' back: revoke, expire."""

from __future__ import annotations

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import Reply
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.core.events.session import ClockForced
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.engine import SessionEngine
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.policy import part
from session_inspector.devserver.stores.base import Record, SessionId, Store

PAGE = 500
READ_ONLY = "attached read-only: the app's store is not changed. Fix: start again with --write"
STATELESS = (
    "a stateless session cannot be revoked: its cookie is the session. Delete the cookie, rotate"
    ' the secret, or run with revocation="store"'
)


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


def expired_record(record: Record, clock: TimerName, absolute: float, now: float) -> Record:
    """Return a record with one clock in the past: inactivity, absolute or access_token."""
    data: JsonObject = dict(record.data)
    if clock == "access_token":
        data["tokenSet"] = {**part(data, "tokenSet"), "expiresAt": int(now) - 1}
        return Record(data=data, expires=record.expires)
    if clock == "absolute":
        data["internal"] = {**part(data, "internal"), "createdAt": int(now - absolute)}
    return Record(data=data, expires=now)


class Administration:
    """Acts on the sessions of one engine; `store` is None for stateless ones."""

    def __init__(
        self, engine: SessionEngine, store: Store | None, clock: Clock, publish: Publish
    ) -> None:
        self._engine = engine
        self._store = store
        self._clock = clock
        self._publish = publish
        self._revoked: list[tuple[str, SessionId, Record]] = []
        """What was revoked and can be put back, the latest last."""

    async def revoke(self, session: str, *, cause: str) -> str:
        """Delete a session in the store; returns a sentence.

        Raises: InspectorError for a session that cannot be revoked or is gone; StoreUnavailable.
        """
        if await self._engine.revoke_stateless(session, cause):
            return "revoked: its cookie still opens, but it is on the revocation list"
        store, key = await self._located(session)
        record = await store.read(key)
        if not await store.delete(key):
            raise InspectorError("that session is gone already")
        if record is not None:
            self._revoked.append((session, key, record))
        self._engine.forget(session, "revoked", cause, "its record was deleted in the store")
        return "revoked: its next request will find nothing in the store"

    async def undo_revoke(self, *, cause: str) -> str:
        """Put back the row that was revoked last; returns a sentence.

        Raises: InspectorError when there is none; StoreUnavailable.
        """
        if self._store is None or not self._revoked:
            raise InspectorError("there is no revoked session to put back")
        session, key, record = self._revoked[-1]
        await self._store.create(key, record)
        self._revoked.pop()
        self._engine.revive(session, record.data, key, cause)
        return "it is back in the store, as it was: its cookie counts again"

    async def expire(self, session: str, clock: TimerName, *, cause: str) -> str:
        """Put one clock of a session into the past; returns a sentence.

        A stateless session is marked, and meets its end at its next request: what its browser
        holds cannot be changed from here. Raises: InspectorError; StoreUnavailable.
        """
        label = clock.replace("_", " ")
        forced = self._engine.memory.forced.get(session) or frozenset()
        if self._engine.memory.keys.get(session) == "":
            said = f"the {label} clock is over; its next request will find out"
        else:
            store, key = await self._located(session)
            record = await store.read(key)
            absolute, now = self._engine.policy.absolute, self._clock.now()
            if record is None or not await store.update(
                key, expired_record(record, clock, absolute, now)
            ):
                raise InspectorError("that session is gone already")
            said = f"the {label} clock is over, in the store"
        self._engine.memory.forced.put(session, forced | {clock})
        self._publish(ClockForced(at=self._clock.now(), cause=cause, session=session, clock=clock))
        return said

    async def _located(self, session: str) -> tuple[Store, SessionId]:
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


def pruned(count: int, *, is_dry: bool, may_write: bool = True) -> Reply:
    """Return what a prune did, or would do."""
    rows = f"{count:,} expired {'row' if count == 1 else 'rows'}"
    if is_dry and not count:
        return Reply(is_ok=True, message="no row in the store has expired")
    if is_dry and not may_write:
        return Reply(is_ok=True, message=f"{rows} in the store; {READ_ONLY}")
    said = f"{rows} would be deleted; nothing was changed" if is_dry else f"{rows} deleted"
    return Reply(is_ok=True, message=said, rows=count)
