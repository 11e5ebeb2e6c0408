"""Revoke, undo, expire and prune rows: one implementation, and the same words, for every store.

What differs from store to store is behind `AdministeredRows`: the lab's own rows, those of
@auth0/nextjs-auth0 in an app's store, and those of other frameworks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, assert_never

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import (
    Expire,
    Prune,
    PrunePart,
    Reply,
    Revoke,
    StoreCommand,
    Undo,
    UndoRevoke,
)
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.core.events.server import READ_ONLY
from session_inspector.devserver.core.events.session import ClockForced, ClockRestored
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.undo.ongoing import OngoingPrune
from session_inspector.devserver.stores.undo.pruning import PrunedPortions
from session_inspector.devserver.stores.undo.replies import (
    describe_portion,
    describe_prune,
    describe_stopped,
)
from session_inspector.devserver.stores.undo.undos import RestoreRow, UndoableChange, Undos

GONE = "that session is gone already"
NOTHING_REVOKED = "there is no revoked session to put back"
REVOKED = "revoked: its next request will find nothing in the store"
ROW_DELETED = "its row was deleted in the store"
RESTORED = "it is back in the store, as it was: its cookie counts again"
WRITTEN_SINCE = "the app has written or deleted the row since; it stays as it is"
EXPIRED_MEANWHILE = "it was put back, and has expired meanwhile"
NOT_PRUNING = "no prune is under way that could be stopped"


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
    restore: RestoreRow
    """Sets the clock back: the same bytes and the same end, unless the app has written since."""


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

    def prune(self, at: Seconds, *, is_dry: bool) -> PrunedPortions:
        """Delete rows that had expired at a moment, or only count them; a portion at a time."""
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

    async def undo(self, *, cause: str) -> str:
        """Undo the last change, whatever it was; returns a sentence."""
        ...

    async def expire(self, session: str, clock: TimerName, *, cause: str) -> str:
        """Put one clock of a session into the past; returns a sentence."""
        ...

    async def prune(
        self, *, is_dry: bool, cause: str, part: PrunePart = "all", at: Seconds = 0
    ) -> Reply:
        """Delete rows that had expired at a moment (0: now), or count them."""
        ...


class RowAdministration:
    """A `SessionAdministration` over rows; remembers what it changed."""

    def __init__(
        self,
        rows: AdministeredRows,
        clock: Clock,
        publish: Publish,
        undos: Undos | None = None,
    ) -> None:
        """`undos` takes what can be undone; none: it has its own."""
        self._administered = rows
        self._clock = clock
        self._publish = publish
        self._undos = undos or Undos()
        self._ongoing: OngoingPrune | None = None

    async def revoke(self, session: str, *, cause: str) -> str:
        """Delete the row of a session; returns a sentence.

        Raises: InspectorError for a session that cannot be revoked or is gone; StoreUnavailable.
        """
        self._check_write()
        removed = await self._administered.remove(session)
        if removed is None:
            raise InspectorError(GONE)
        if removed.restore is not None:
            self._undos.push(UndoableChange(kind="revoke", done=RESTORED, restore=removed.restore))
        self._administered.report_removed(session, cause)
        if removed.copy:
            return join_copy(ROW_DELETED, removed.copy)
        return REVOKED

    async def undo_revoke(self, *, cause: str) -> str:
        """Put back the row that was revoked last; returns a sentence.

        Raises: InspectorError when there is none; StoreUnavailable, then it can be tried again.
        """
        self._check_write()
        return await self._undos.undo(cause, "revoke", nothing=NOTHING_REVOKED)

    async def undo(self, *, cause: str) -> str:
        """Undo the last change: a revocation, an expiry, a prune, or what a browser holds.

        Raises: InspectorError when there is none; StoreUnavailable, then it can be tried again.
        """
        self._check_write()
        return await self._undos.undo(cause)

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
        restore = self._report_restored(session, ended.clock, ended.restore)
        done = f"the {ended.clock.replace('_', ' ')} clock is what it was"
        self._undos.push(UndoableChange(kind="expire", done=done, restore=restore))
        return ended.message

    def _report_restored(self, session: str, clock: TimerName, restore: RestoreRow) -> RestoreRow:
        async def restore_and_report(cause: str) -> str:
            refusal = await restore(cause)
            if not refusal:
                at = self._clock.now()
                self._publish(ClockRestored(at=at, cause=cause, session=session, clock=clock))
            return refusal

        return restore_and_report

    async def prune(
        self, *, is_dry: bool, cause: str, part: PrunePart = "all", at: Seconds = 0
    ) -> Reply:
        """Delete expired rows, each only if it still has expired; dry: count them.

        Raises: InspectorError; StoreUnavailable.
        """
        if not is_dry:
            self._check_write()
        if part == "stop":
            return await self._stop_prune(at, is_dry=is_dry)
        ongoing = self._find_ongoing(at, is_dry=is_dry)
        if ongoing is None or part == "all":
            ongoing = await self._begin_prune(at or self._clock.now(), is_dry=is_dry)
        await ongoing.go_on()
        if part == "all":
            await ongoing.finish()
        if not ongoing.is_over:
            return describe_portion(ongoing)
        return describe_prune(ongoing, may_write=self._administered.may_write)

    async def _begin_prune(self, at: Seconds, *, is_dry: bool) -> OngoingPrune:
        """Begin a prune; one that nobody has gone on with is not done any more."""
        if self._ongoing is not None:
            await self._ongoing.stop()
        portions = self._administered.prune(at, is_dry=is_dry)
        self._ongoing = OngoingPrune(at, portions, self._undos, is_dry=is_dry)
        return self._ongoing

    async def _stop_prune(self, at: Seconds, *, is_dry: bool) -> Reply:
        ongoing = self._find_ongoing(at, is_dry=is_dry)
        if ongoing is None:
            raise InspectorError(NOT_PRUNING)
        await ongoing.stop()
        return describe_stopped(ongoing)

    def _find_ongoing(self, at: Seconds, *, is_dry: bool) -> OngoingPrune | None:
        """Return the prune that a further part is of."""
        found = self._ongoing
        if found is None or found.is_over or (found.at, found.is_dry) != (at, is_dry):
            return None
        return found

    def _check_write(self) -> None:
        if not self._administered.may_write:
            raise InspectorError(READ_ONLY)


async def run_store_command(
    administration: SessionAdministration, command: StoreCommand, cause: str
) -> Reply:
    """Carry out a command on the rows of a store. Raises: InspectorError, StoreUnavailable."""
    match command:
        case Revoke(session=session):
            message = await administration.revoke(session, cause=cause)
        case UndoRevoke():
            message = await administration.undo_revoke(cause=cause)
        case Undo():
            message = await administration.undo(cause=cause)
        case Expire(session=session, clock=clock):
            message = await administration.expire(session, clock, cause=cause)
        case Prune(is_dry=is_dry, part=part, at=at):
            return await administration.prune(is_dry=is_dry, cause=cause, part=part, at=at)
        case _:
            assert_never(command)
    return Reply(is_ok=True, message=message)
