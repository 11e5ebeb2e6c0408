"""A store that can be taken away: every call raises StoreUnavailable, as if its server had gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from functools import partial
from typing import TypeAlias, TypeVar

from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.events.server import TAKES_NO_WRITES
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    KeyedRecord,
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
    TouchingStore,
    countdown_error_of,
    layout_of,
)
from session_inspector.devserver.stores.exact import Change, PutBack
from session_inspector.devserver.stores.pruning.portions import Portions, PruneRule, prune_portions
from session_inspector.devserver.stores.undo.changing import change_row, take_row

ReportState: TypeAlias = Callable[[bool, str], None]

T = TypeVar("T")


class Writing:
    """Whether a store that answers takes writes: on a full disk it may not."""

    def __init__(self) -> None:
        self._error = ""
        """Why the last write failed, while nothing else has; empty: it did not."""
        self._is_readable = False
        """It has answered since."""
        self._is_away = False
        """A read was not answered: no write shows more."""

    def note_failure(self, error: StoreUnavailable, *, is_write: bool) -> None:
        """Note a call that was not answered: what cannot be read either is away as a whole."""
        is_write = is_write and not error.is_gone
        if is_write and (self._error or not self._is_away):
            self._error = error.message
        elif not is_write:
            self._is_away = True
            self._error = ""
            self._is_readable = False

    def note_answer(self) -> None:
        """Note that a call was answered."""
        self._is_away = False
        self._is_readable = bool(self._error)

    def note_written(self) -> None:
        """Note that a write has changed something: all is well."""
        self._error = ""
        self._is_readable = False

    def describe(self) -> str:
        """Return that it takes no writes, and why; empty: nothing shows that."""
        if not self._error or not self._is_readable:
            return ""
        return f"{TAKES_NO_WRITES}{self._error}"


class OutageStore:
    """Passes everything on until it is away."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.is_away = False
        self.layout = layout_of(store)
        self._report_state: ReportState | None = None
        self._writing = Writing()
        self.countdown_error = countdown_error_of(store)
        self.prune_portions = partial(_prune_portions, self)

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        with self._noting():
            return await self._reach().read(key)

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record."""
        with self._noting(is_write=True):
            await self._reach().create(key, record)
            self._writing.note_written()

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record."""
        with self._noting(is_write=True):
            return self._note_change(await self._reach().update(key, record))

    async def change(self, key: SessionId, change: Change) -> PutBack | None:
        """Change a live row in place."""
        with self._noting(is_write=True):
            put_back = self._note_change(await change_row(self._reach(), key, change))
        return _guard(self, put_back)

    async def take(self, key: SessionId) -> PutBack | None:
        """Delete a row, to be put back."""
        with self._noting(is_write=True):
            put_back = self._note_change(await take_row(self._reach(), key))
        return _guard(self, put_back)

    async def delete(self, key: SessionId) -> bool:
        """Delete a record."""
        with self._noting(is_write=True):
            return self._note_change(await self._reach().delete(key))

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means."""
        with self._noting(is_write=True):
            return self._note_change(await self._reach().delete_matching(match))

    async def find(self, sub: str) -> Sequence[KeyedRecord]:
        """Return the records of one user."""
        with self._noting():
            return await self._reach().find(sub)

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records."""
        with self._noting(is_write=not dry_run):
            return await self._reach().prune(orphans=orphans, dry_run=dry_run)

    async def feed(self) -> ChangeFeed:
        """Start listening; a feed that only asks later is no answer of the store."""
        with self._noting(is_answer=False):
            return await self._reach().feed()

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return some records."""
        with self._noting():
            return await self._reach().page(cursor, limit)

    async def count(self) -> int:
        """Return how many records there are."""
        with self._noting():
            return await self._reach().count()

    async def close(self) -> None:
        """Close the store behind it, away or not."""
        await self._store.close()

    def report_to(self, report: ReportState) -> None:
        """Report after each call whether the store answered, and why not; the first one counts."""
        if self._report_state is None:
            self._report_state = report

    @contextmanager
    def _noting(self, *, is_write: bool = False, is_answer: bool = True) -> Iterator[None]:
        """Report whether a call was answered. Raises: what the call raised."""
        try:
            yield
        except StoreUnavailable as error:
            self._writing.note_failure(error, is_write=is_write and not self.is_away)
            self._report(False, self._writing.describe() or error.message)
            raise
        if not is_answer:
            return
        self._writing.note_answer()
        reason = self._writing.describe()
        self._report(not reason, reason)

    def _note_change(self, done: T) -> T:
        """Note a write that has changed something: one that found nothing shows nothing."""
        if done:
            self._writing.note_written()
        return done

    def _report(self, is_up: bool, reason: str) -> None:
        if self._report_state is not None:
            self._report_state(is_up, reason)

    def _reach(self) -> Store:
        """Return the store behind it. Raises: StoreUnavailable while it is away."""
        if self.is_away:
            raise StoreUnavailable("the scenario has taken the store away")
        return self._store


async def _prune_portions(store: OutageStore, rule: PruneRule) -> Portions:
    """Prune a portion at a time; the store may be taken away in between."""
    async with aclosing(prune_portions(store._store, rule)) as portions:
        while True:
            with store._noting(is_write=not rule.dry_run):
                store._reach()
                portion = await anext(portions, None)
            if portion is None:
                return
            yield portion


def _guard(store: OutageStore, put_back: PutBack | None) -> PutBack | None:
    """Return what puts a row back while the store is not away."""
    if put_back is None:
        return None

    async def put_back_unless_away() -> bool:
        with store._noting(is_write=True):
            store._reach()
            return store._note_change(await put_back())

    return put_back_unless_away


class TouchingOutageStore(OutageStore):
    """An OutageStore over a store that touches."""

    def __init__(self, store: Store, touching: TouchingStore) -> None:
        super().__init__(store)
        self._touching = touching

    async def touch(
        self, key: SessionId, *, inactivity: Seconds, absolute: Seconds
    ) -> Record | None:
        """Return a live record, its end moved."""
        with self._noting(is_write=True):
            self._reach()
            return self._note_change(
                await self._touching.touch(key, inactivity=inactivity, absolute=absolute)
            )


def allow_outages(store: Store) -> OutageStore:
    """Return a store that can be taken away, over another."""
    if isinstance(store, TouchingStore):
        return TouchingOutageStore(store, store)
    return OutageStore(store)
