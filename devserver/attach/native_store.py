"""Rows of @auth0/nextjs-auth0 in a real app's store, through our own store classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from session_inspector.devserver.attach.layouts import OURS
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import Reply
from session_inspector.devserver.core.errors import InspectorError, StoreUnavailable
from session_inspector.devserver.core.events.base import SessionFacts, TimerName
from session_inspector.devserver.core.events.session import (
    ClockForced,
    SessionDestroyed,
    SessionWritten,
)
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.session.administration import (
    READ_ONLY,
    expired_record,
    find_key,
    pruned,
)
from session_inspector.devserver.session.facts import session_facts
from session_inspector.devserver.session.memory import Ending, Memory
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.watcher import StoreWatcher
from session_inspector.devserver.stores.base import Record, SessionId, Store

GONE = "that session is gone already"
SAMPLE, PAGES = 50, 20
"""Rows a layout is recognised by, and pages that are turned to find them."""


class NativeShelf:
    """One store; the policy is what the app is said to be configured with."""

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
    ) -> None:
        self._store = store
        self._policy = policy
        self._clock = clock
        self._publish = publish
        self._may_write = may_write
        self._memory = Memory()
        self._watcher = StoreWatcher(store, label, policy, self._memory, clock, publish)
        self._revoked: list[tuple[str, SessionId, Record]] = []

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        """Read the row; the cookie's own clocks are those that were seen, not the policy's."""
        try:
            record = await self._store.read(SessionId(session_id))
        except StoreUnavailable:
            return None
        if record is None:
            return None
        seen = [timer for timer in cookie.timers if timer.name in ("cookie", "sealed")]
        facts = self._facts(record, session_id)
        names = {timer.name for timer in seen}
        rest = [timer for timer in facts.timers if timer.name not in names]
        return replace(facts, timers=(*seen, *rest))

    async def follow(self) -> None:
        """Follow the store's own feed of changes."""
        await self._watcher.follow()

    async def revoke(self, session: str, *, cause: str) -> str:
        """Delete the row."""
        key = await self._located(session)
        record = await self._store.read(key)
        if not await self._store.delete(key):
            raise InspectorError(GONE)
        if record is not None:
            self._revoked.append((session, key, record))
        now = self._clock.now()
        self._memory.endings.put(session, Ending(at=now, cause=cause))
        self._publish(
            SessionDestroyed(
                at=now,
                cause=cause,
                session=session,
                reason="revoked",
                detail="its row was deleted in the app's store",
            )
        )
        return "revoked: its next request will find nothing in the store"

    async def undo_revoke(self, *, cause: str) -> str:
        """Put the row back as it was."""
        self._check_write()
        if not self._revoked:
            raise InspectorError("there is no revoked session to put back")
        session, key, record = self._revoked[-1]
        await self._store.create(key, record)
        self._revoked.pop()
        self._memory.endings.pop(session)
        self._publish(
            SessionWritten(
                at=self._clock.now(),
                cause=cause,
                session=session,
                reason="update",
                facts=self._facts(record, key),
            )
        )
        return "it is back in the store, as it was: its cookie counts again"

    async def expire(self, session: str, clock: TimerName, *, cause: str) -> str:
        """Move the row's clock in its own members."""
        key = await self._located(session)
        record = await self._store.read(key)
        now = self._clock.now()
        if record is None or not await self._store.update(
            key, expired_record(record, clock, self._policy.absolute, now)
        ):
            raise InspectorError(GONE)
        self._publish(ClockForced(at=now, cause=cause, session=session, clock=clock))
        return f"the {clock.replace('_', ' ')} clock is over, in the app's store"

    async def prune(self, *, is_dry: bool, cause: str) -> Reply:
        """Delete what has expired, each row only if it still is."""
        if not is_dry:
            self._check_write()
        done = await self._store.prune(dry_run=is_dry)
        return pruned(done.expired, is_dry=is_dry, may_write=self._may_write)

    async def close(self) -> None:
        """Let go of the store."""
        await self._store.close()

    async def _located(self, session: str) -> SessionId:
        self._check_write()
        key = await find_key(self._store, session)
        if key is None:
            raise InspectorError(f"no row of session {session} is in the store")
        return key

    def _facts(self, record: Record, key: str) -> SessionFacts:
        now = self._clock.now()
        return session_facts(
            "stateful", record.data, self._policy, now, key=key, stored_until=record.expires
        )

    def _check_write(self) -> None:
        if not self._may_write:
            raise InspectorError(READ_ONLY)


def has_ours(rows: Sequence[tuple[SessionId, Record]]) -> bool:
    """Say whether rows are of this layout: user and internal are members of each."""
    return any({"user", "internal"} <= set(record.data) for _, record in rows)


async def sampled(store: Store) -> list[tuple[SessionId, Record]]:
    """Return some rows: in Redis the first pages are those of an index a real app has not made.

    Raises: StoreUnavailable.
    """
    rows: list[tuple[SessionId, Record]] = []
    cursor: str | None = None
    for _ in range(PAGES):
        page = await store.page(cursor, SAMPLE)
        rows += page.rows
        cursor = page.cursor
        if cursor is None or len(rows) >= SAMPLE:
            break
    return rows
