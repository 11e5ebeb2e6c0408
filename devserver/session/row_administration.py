"""Revoke, undo, expire and prune rows: one implementation, and the same words, for every store.

What differs from store to store is behind `AdministeredRows`: the lab's own rows, those of
@auth0/nextjs-auth0 in an app's store, and those of other frameworks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias, assert_never

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import (
    Expire,
    Prune,
    Reply,
    Revoke,
    StoreCommand,
    UndoRevoke,
)
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.core.events.server import READ_ONLY
from session_inspector.devserver.core.events.session import ClockForced
from session_inspector.devserver.core.journal import Publish

GONE = "that session is gone already"
NOTHING_REVOKED = "there is no revoked session to put back"
REVOKED = "revoked: its next request will find nothing in the store"
RESTORED = "it is back in the store, as it was: its cookie counts again"
MADE_ANEW = "the app has made a row of this id again; it stays as it is"
EXPIRED_MEANWHILE = "it was put back, and has expired meanwhile"

RestoreRow: TypeAlias = Callable[[str], Awaitable[str]]
"""Puts a removed row back as it was, and reports that with the cause it is given.

Returns why the row could not be put back; empty: it is back. Raises: StoreUnavailable.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedRow:
    """A row that was deleted."""

    restore: RestoreRow | None
    """None: it had expired already, and cannot be put back."""
    copy: str = ""
    """Where else the session may live on; empty: nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedClock:
    """Which clock was put into the past, and the sentence for the status line."""

    clock: TimerName
    message: str


def join_copy(message: str, copy: str) -> str:
    """Return a sentence, with where else a session may live on."""
    if not copy:
        return message
    return f"{message} ({copy})"


class AdministeredRows(Protocol):
    """Rows of one store that can be changed.

    Each method raises InspectorError with a reason, and StoreUnavailable.
    """

    @property
    def may_write(self) -> bool:
        """False: attached read-only."""
        ...

    async def remove(self, session: str) -> RemovedRow | None:
        """Delete the row of a session; None: it was gone already."""
        ...

    def report_removed(self, session: str, cause: str) -> None:
        """Publish the end of a session whose row was deleted."""
        ...

    async def end(self, session: str, clock: TimerName) -> EndedClock | None:
        """Put one clock of a session into the past; None: its row was gone already."""
        ...

    async def prune(self, *, is_dry: bool) -> int:
        """Delete expired rows, or only count them; returns how many."""
        ...


class SessionAdministration(Protocol):
    """Carries out what an administrator asks.

    Each method raises InspectorError for what cannot be done, and StoreUnavailable.
    """

    async def revoke(self, session: str, *, cause: str) -> str:
        """Delete the row of a session; returns a sentence."""
        ...

    async def undo_revoke(self, *, cause: str) -> str:
        """Put back the row that was revoked last; returns a sentence."""
        ...

    async def expire(self, session: str, clock: TimerName, *, cause: str) -> str:
        """Put one clock of a session into the past; returns a sentence."""
        ...

    async def prune(self, *, is_dry: bool, cause: str) -> Reply:
        """Delete expired rows, or count them."""
        ...


class RowAdministration:
    """A `SessionAdministration` over rows; remembers what it revoked."""

    def __init__(self, rows: AdministeredRows, clock: Clock, publish: Publish) -> None:
        self._administered = rows
        self._clock = clock
        self._publish = publish
        self._removed: list[RestoreRow] = []
        """Put back the rows that were revoked, the latest last."""

    async def revoke(self, session: str, *, cause: str) -> str:
        """Delete the row of a session; returns a sentence.

        Raises: InspectorError for a session that cannot be revoked or is gone; StoreUnavailable.
        """
        self._check_write()
        removed = await self._administered.remove(session)
        if removed is None:
            raise InspectorError(GONE)
        if removed.restore is not None:
            self._removed.append(removed.restore)
        self._administered.report_removed(session, cause)
        return join_copy(REVOKED, removed.copy)

    async def undo_revoke(self, *, cause: str) -> str:
        """Put back the row that was revoked last; returns a sentence.

        Raises: InspectorError when there is none; StoreUnavailable, then it can be tried again.
        """
        self._check_write()
        if not self._removed:
            raise InspectorError(NOTHING_REVOKED)
        restore = self._removed[-1]
        refusal = await restore(cause)
        self._removed.pop()
        if refusal:
            raise InspectorError(refusal)
        return RESTORED

    async def expire(self, session: str, clock: TimerName, *, cause: str) -> str:
        """Put one clock of a session into the past; returns a sentence.

        Raises: InspectorError; StoreUnavailable.
        """
        self._check_write()
        ended = await self._administered.end(session, clock)
        if ended is None:
            raise InspectorError(GONE)
        self._publish(
            ClockForced(at=self._clock.now(), cause=cause, session=session, clock=ended.clock)
        )
        return ended.message

    async def prune(self, *, is_dry: bool, cause: str) -> Reply:
        """Delete expired rows, each only if it still has expired; dry: count them.

        Raises: InspectorError; StoreUnavailable.
        """
        if not is_dry:
            self._check_write()
        count = await self._administered.prune(is_dry=is_dry)
        return describe_prune(count, is_dry=is_dry, may_write=self._administered.may_write)

    def _check_write(self) -> None:
        if not self._administered.may_write:
            raise InspectorError(READ_ONLY)


def describe_prune(count: int, *, is_dry: bool, may_write: bool) -> Reply:
    """Return the reply to a prune that deleted, or only counted, some rows."""
    noun = "row" if count == 1 else "rows"
    rows = f"{count:,} expired {noun}"
    if not is_dry:
        return Reply(is_ok=True, message=f"{rows} deleted", rows=count)
    if not count:
        return Reply(is_ok=True, message="no row in the store has expired")
    if not may_write:
        return Reply(is_ok=True, message=f"{rows} in the store; {READ_ONLY}")
    return Reply(is_ok=True, message=f"{rows} would be deleted; nothing was changed", rows=count)


async def run_store_command(
    administration: SessionAdministration, command: StoreCommand, cause: str
) -> Reply:
    """Carry out a command on the rows of a store. Raises: InspectorError, StoreUnavailable."""
    match command:
        case Revoke(session=session):
            message = await administration.revoke(session, cause=cause)
        case UndoRevoke():
            message = await administration.undo_revoke(cause=cause)
        case Expire(session=session, clock=clock):
            message = await administration.expire(session, clock, cause=cause)
        case Prune(is_dry=is_dry):
            return await administration.prune(is_dry=is_dry, cause=cause)
        case _:
            assert_never(command)
    return Reply(is_ok=True, message=message)
