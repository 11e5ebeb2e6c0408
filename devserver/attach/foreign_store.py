"""The rows of another framework in a real app's store: watched, and changed in their own form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from session_inspector.devserver.attach.expiry import end_content
from session_inspector.devserver.attach.foreign_watch import ForeignWatch
from session_inspector.devserver.attach.row_content import ForeignRow
from session_inspector.devserver.attach.row_layout import RowLayout
from session_inspector.devserver.attach.row_reader import TOGETHER, EndedKeys
from session_inspector.devserver.attach.row_reports import RowReports
from session_inspector.devserver.attach.rows.base import RawReader, RawRow
from session_inspector.devserver.attach.rows.writing import RawWriter
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.base import SessionFacts, TimerName
from session_inspector.devserver.core.events.server import READ_ONLY
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.session.memory import Memory
from session_inspector.devserver.session.row_administration import (
    EXPIRED_MEANWHILE,
    WRITTEN_SINCE,
    EndedClock,
    RemovedRow,
    RowAdministration,
    join_copy,
)
from session_inspector.devserver.stores.exact import PutBack
from session_inspector.devserver.stores.undo.ongoing import MADE_ANEW
from session_inspector.devserver.stores.undo.pruning import PrunedPortions, PrunedRows
from session_inspector.devserver.stores.undo.undos import Undos
from session_inspector.devserver.stores.watching.pace import USUAL, LookPace

ENDED = "its row has ended, in the app's store"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAccess:
    """How a store is reached."""

    read: Callable[[], Awaitable[RawReader]]
    write: Callable[[], Awaitable[RawWriter]] | None
    """None: read-only."""
    label: str
    """Its URL with the password masked."""


class ForeignRows:
    """The rows of one layout, as they are changed."""

    def __init__(
        self,
        access: StoreAccess,
        layout: RowLayout,
        watch: ForeignWatch,
        reports: RowReports,
        clock: Clock,
        pruned_together: int,
    ) -> None:
        self._access = access
        self._layout = layout
        self._watch = watch
        self._reports = reports
        self._clock = clock
        self._pruned_together = pruned_together
        self._writer: RawWriter | None = None
        self._copies: Bounded[str] = Bounded()
        """Session to where else it may live, though its row was removed."""

    @property
    def may_write(self) -> bool:
        """False: attached read-only."""
        return self._access.write is not None

    async def remove(self, session: str) -> RemovedRow | None:
        """Delete the row. Raises: InspectorError, StoreUnavailable."""
        writer = await self._open_writer()
        key, row = await self._locate(session)
        async with self._watch.lock:
            put_back = await writer.remove(self._layout.places, row.key)
            self._watch.forget(key)
        if put_back is None:
            return None

        async def restore(cause: str) -> str:
            return await self._restore(session, key, put_back, cause)

        copy = self._layout.warn_of_copy(row.key)
        self._copies.put(session, copy)
        return RemovedRow(restore=restore, copy=copy)

    async def _restore(self, session: str, key: str, put_back: PutBack, cause: str) -> str:
        async with self._watch.lock:
            is_back = await put_back()
            await self._watch.read([key])
        if not is_back:
            return MADE_ANEW
        facts = self._watch.recall_facts(key)
        if facts is None:
            return EXPIRED_MEANWHILE
        self._reports.report_restored(session, facts, cause)
        return ""

    def report_removed(self, session: str, cause: str) -> None:
        """Publish the end of a session whose row was deleted."""
        self._reports.report_removed(session, cause, self._copies.pop(session) or "")

    async def end(self, session: str, clock: TimerName) -> EndedClock | None:
        """Put the row's ends into the past: its own and the store's.

        Raises: InspectorError for the access token; StoreUnavailable.
        """
        if clock == "access_token":
            raise InspectorError(
                f"rows of {self._layout.name} keep tokens in a way of the app's own;"
                " expire the session"
            )
        writer = await self._open_writer()
        found, row = await self._locate(session)
        ends = self._clock.now() - 1
        inside = ends + min(0.0, self._watch.reader.clock_offset)  # past by the app's clock, too

        def change(content: bytes) -> bytes | None:
            return end_content(self._layout.name, content, inside)

        async with self._watch.lock:
            put_back = await writer.end(self._layout.places, row.key, ends, change)
        if put_back is None:
            return None

        async def restore(cause: str) -> str:
            return await self._restore_end(session, found, put_back, cause)

        message = join_copy(ENDED, self._layout.warn_of_copy(row.key))
        return EndedClock(clock="store", message=message, restore=restore)

    async def _restore_end(self, session: str, key: str, put_back: PutBack, cause: str) -> str:
        """Put back the end of a row that is still there, or the row where it went with its end."""
        async with self._watch.lock:
            is_back = await put_back()
            await self._watch.read([key])
        if not is_back:
            return WRITTEN_SINCE
        if self._watch.recall_facts(key) is None:
            return EXPIRED_MEANWHILE
        return ""

    async def prune(self, at: Seconds, *, is_dry: bool) -> PrunedPortions:
        """Delete rows that have ended; Redis does so itself. Raises: StoreUnavailable."""
        await self._watch.look()
        if not is_dry:
            await self._open_writer()  # it refuses before anything is read
        ended_by = min(at, self._clock.now())
        portions = self._watch.reader.find_ended(ended_by, self._pruned_together)
        async with aclosing(portions):
            while True:
                async with self._watch.lock:  # others get turns between two portions
                    found = await anext(portions, None)
                    if found is None:
                        break
                    done = await self._prune_portion(found, at, is_dry=is_dry)
                yield done
        if not is_dry:
            await self._watch.look()

    async def _prune_portion(self, found: EndedKeys, at: Seconds, *, is_dry: bool) -> PrunedRows:
        """Delete rows, each if it still is over by then, or count them."""
        if is_dry:
            return PrunedRows(count=len(found.keys), looked=found.looked)
        writer = await self._open_writer()

        def is_over(raw: RawRow) -> bool:
            return self._watch.reader.is_over(raw, min(at, self._clock.now()))

        removed = [await writer.remove(self._layout.places, key, is_over) for key in found.keys]
        kept = [put_back for put_back in removed if put_back is not None]
        return PrunedRows(count=len(kept), put_back=kept, looked=found.looked)

    async def close(self) -> None:
        """Let go of the store."""
        await self._watch.reader.close()
        if self._writer is not None:
            await self._writer.close()

    async def _open_writer(self) -> RawWriter:
        if self._access.write is None:
            raise InspectorError(READ_ONLY)
        if self._writer is None:
            self._writer = await self._access.write()
        return self._writer

    async def _locate(self, session: str) -> tuple[str, ForeignRow]:
        if self._watch.key_of(session) is None:
            await self._watch.look()
        key = self._watch.key_of(session)
        if key is not None:
            async with self._watch.lock:
                found = await self._watch.reader.of([key])
            if key in found:
                return key, found[key]
        raise InspectorError(f"no row of session {session} is in the store")


class ForeignStore(RowAdministration):
    """One watched store with rows of one layout of another framework."""

    def __init__(
        self,
        access: StoreAccess,
        layout: RowLayout,
        material: Material,
        clock: Clock,
        publish: Publish,
        undos: Undos | None = None,
        pace: LookPace = USUAL,
        pruned_together: int = TOGETHER,
    ) -> None:
        """`undos` takes what can be undone; none: it has its own."""
        self.layout = layout.name
        self._watch = ForeignWatch(
            access.read, access.label, layout, material, clock, publish, pace
        )
        reports = RowReports(Memory(), clock, publish)
        self._rows = ForeignRows(access, layout, self._watch, reports, clock, pruned_together)
        super().__init__(self._rows, clock, publish, undos)

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        """Return the row's facts; the row of an id that is new is read at once."""
        return await self._watch.facts(session_id, cookie)

    def recall(self, session_id: str) -> SessionFacts | None:
        """Return the row of an id as it was read last; None: it is not known."""
        return self._watch.recall_facts(session_id)

    async def read_now(self, session_id: str) -> SessionFacts | None:
        """Read the row of an id at once; None: it has none, or the store does not answer."""
        return await self._watch.read_now(session_id)

    async def follow(self) -> None:
        """Look again and again, until cancelled."""
        await self._watch.follow()

    async def look(self) -> None:
        """Report what appeared, changed and vanished. Raises: StoreUnavailable."""
        await self._watch.look()

    async def close(self) -> None:
        """Let go of the store."""
        await self._rows.close()
