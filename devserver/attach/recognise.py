"""Finds whose rows a real app's store holds, or why they cannot be watched, in one line."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from session_inspector.devserver.attach.foreign_store import ForeignStore, StoreAccess
from session_inspector.devserver.attach.layouts import find_layout, recognise_layout
from session_inspector.devserver.attach.native_store import (
    NativeStore,
)
from session_inspector.devserver.attach.row_layout import RowLayout
from session_inspector.devserver.attach.rows.opening import SCHEMES, open_reader, open_writer
from session_inspector.devserver.attach.rows.survey import SEPARATOR
from session_inspector.devserver.attach.store_survey import (
    Elsewhere,
    describe_all,
    find_elsewhere,
    survey_store,
)
from session_inspector.devserver.attach.watched_store import WatchedStore
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError, InspectorError, StoreUnavailable
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.stores.files import check_database, sqlite_path
from session_inspector.devserver.stores.querying.sampling import OURS, has_native_rows, sample_rows
from session_inspector.devserver.stores.undo.undos import Undos
from session_inspector.devserver.stores.urls import (
    check_store_url,
    mask_store_url,
    open_store,
)
from session_inspector.devserver.stores.watching.pace import USUAL, LookPace

UNKNOWN_ROWS = "there are {found}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreToWatch:
    """Which store is to be watched, and how."""

    url: str = field(repr=False)
    layout: str
    """Empty: recognise it."""
    may_write: bool
    secrets: Sequence[str] = field(repr=False)
    policy: Policy
    pace: LookPace = USUAL


class StoreFinder:
    """Looks for one store's layout, again and again until there are rows to recognise it by."""

    def __init__(
        self,
        wanted: StoreToWatch,
        clock: Clock,
        publish: Publish,
        undos: Undos | None = None,
    ) -> None:
        """`undos` takes what can be undone in the store."""
        self._undos = undos
        self._wanted = wanted
        self._clock = clock
        self._publish = publish
        self.label = mask_store_url(wanted.url)
        """The store's URL for people."""
        self._next_survey: Seconds = 0
        self.found = ""
        """What is there instead of rows of a known layout."""
        self._watched_by = ""
        """What was reported last."""
        self._only: Elsewhere | None = None
        """The one place where rows of a known layout are, under another prefix than was named."""

    async def check(self) -> None:
        """Refuse a store that can never be watched. Raises: InputError, StoreUnavailable."""
        wanted = self._wanted
        check_store_url(wanted.url)
        if wanted.url.startswith("sqlite://"):
            await asyncio.to_thread(check_database, sqlite_path(wanted.url))
        is_ours = wanted.layout in ("", OURS)
        if not is_ours:
            find_layout(wanted.layout)
        if not is_ours or urlsplit(wanted.url).scheme in SCHEMES:
            reader = await open_reader(wanted.url, self._clock)
            await reader.close()
        elif not wanted.layout:
            await self._check_rows()

    async def _check_rows(self) -> None:
        """Refuse rows that are not ours where nobody else's are read."""
        store = await open_store(self._wanted.url, self._clock, may_create=False)
        try:
            rows = await sample_rows(store)
        finally:
            await store.close()
        if rows and not has_native_rows(rows):
            raise InputError(
                f"the rows in {self.label} are not of {OURS}, and those of other frameworks are"
                " read from redis, sqlite, postgresql and mongodb only. Fix: leave --store out;"
                " the cookies are shown all the same"
            )

    async def find(self) -> WatchedStore | None:
        """Return the store of the layout that was named, or that the rows are of; None: not yet.

        Raises: InputError, StoreUnavailable.
        """
        wanted = self._wanted
        url = wanted.url
        clock = self._clock
        material = Material(cookies={}, secrets=wanted.secrets, now=clock.now())
        layout = await self._find_layout(material)
        if layout is None:
            native = await self._find_native()
            if native is None and self._may_take():
                return await self.find()
            if native is None:
                await self._report_unknown()
            return native
        access = StoreAccess(
            read=lambda: open_reader(url, clock),
            write=None,
            label=self.label,
        )
        if wanted.may_write:
            access = replace(access, write=lambda: open_writer(url, clock))
        return ForeignStore(
            access, layout, material, clock, self._publish, self._undos, wanted.pace
        )

    def _may_take(self) -> bool:
        """Take rows that are under another prefix, if there is one such place.

        It was reported at the look before. Whoever has named a prefix or a layout gets no other.
        """
        only = self._only
        self._only = None
        if only is None or self._wanted.layout or "prefix=" in urlsplit(self._wanted.url).query:
            return False
        self._wanted = replace(self._wanted, url=only.address)
        self.label = only.url
        self.found = ""
        return True

    def describe(self) -> str:
        """Return what is there instead of rows of a known layout, behind a sentence."""
        if not self.found:
            return ""
        return f" ({UNKNOWN_ROWS.format(found=self.found)})"

    async def _report_unknown(self) -> None:
        """Report what is there instead of rows of a known layout, when that has changed."""
        now = self._clock.now()
        if now < self._next_survey:
            return
        self._next_survey = now + self._wanted.pace.others_pause
        found = await self._survey()
        watched_by = self._describe_looking(found)
        if watched_by == self._watched_by:
            return
        self.found = found
        self._watched_by = watched_by
        self._publish(
            StoreStateChanged(
                at=now, store=self.label, is_up=True, watched_by=watched_by, found=found
            )
        )

    async def _survey(self) -> str:
        """Return what is there: rows of a known layout elsewhere first, with the URL for them."""
        url = self._wanted.url
        places = await find_elsewhere(url, self._clock)
        if len(places) == 1:
            self._only = places[0]
        there = await survey_store(url, self._clock)
        return SEPARATOR.join([*describe_all(places), *filter(None, [there])])

    def _describe_looking(self, found: str) -> str:
        scheme = urlsplit(self._wanted.url).scheme
        whose = "a known layout"
        there = "it is empty"
        if found:
            there = UNKNOWN_ROWS.format(found=found)
        if scheme not in SCHEMES:
            whose = OURS
            there = f"others are not read from {scheme}"
        if self._wanted.pace.is_gentle:
            whose = f"{whose}, {self._wanted.pace.word}"
        return f"looking for rows of {whose}; {there}"

    async def _find_layout(self, material: Material) -> RowLayout | None:
        """Return the foreign layout; None: ours, or none yet."""
        named = self._wanted.layout
        if named == OURS:
            return None
        if named:
            return find_layout(named).at(self._wanted.url)
        try:
            reader = await open_reader(self._wanted.url, self._clock)
        except InputError:
            return None  # a store where only our own rows are known, or none that is there
        try:
            return await recognise_layout(reader, material, self._wanted.url)
        finally:
            await reader.close()

    async def _find_native(self) -> WatchedStore | None:
        wanted = self._wanted
        try:
            store = await open_store(wanted.url, self._clock, may_create=False)
        except InputError:
            if wanted.layout:
                raise
            return None  # no table of ours, and nobody else's rows yet
        try:
            is_ours = bool(wanted.layout) or has_native_rows(await sample_rows(store))
        except StoreUnavailable:
            await store.close()
            raise
        if not is_ours:
            await store.close()
            return None
        return NativeStore(
            store,
            self.label,
            wanted.policy,
            self._clock,
            self._publish,
            may_write=wanted.may_write,
            undos=self._undos,
            pace=wanted.pace,
        )


class OfferedStores:
    """Looks into several stores, and takes the first that has rows of a known layout."""

    def __init__(self, finders: Sequence[StoreFinder], clock: Clock, publish: Publish) -> None:
        """Take at least one."""
        self._finders = finders
        self._clock = clock
        self._publish = publish
        self._reason = ""
        """Why none of them could be looked into; empty: one could."""

    async def find(self) -> WatchedStore | None:
        """Return the store to watch; None: not yet. One that does not answer is passed over."""
        reasons = []
        for finder in self._finders:
            try:
                found = await finder.find()
            except InspectorError as error:
                reasons.append(self._name_reason(finder, error))
                continue
            if found is not None:
                self._reason = ""
                self._publish_state(finder.label, is_chosen=True)
                return found
        reason = ""
        if len(reasons) == len(self._finders):
            reason = "; ".join(reasons)
        self._report(reason, self._finders[0].label)
        return None

    def describe(self) -> str:
        """Return what is in them instead of rows of a known layout, behind a sentence."""
        return "".join(finder.describe() for finder in self._finders)

    def _name_reason(self, finder: StoreFinder, error: InspectorError) -> str:
        """Return why a store was passed over; the first is the one that the report names."""
        reason = error.message.removeprefix(f"{finder.label}: ")
        if finder is self._finders[0]:
            return reason
        return f"{finder.label}: {reason}"

    def _report(self, reason: str, label: str) -> None:
        """Report that none of them answers, or that one does again."""
        if reason == self._reason:
            return
        self._reason = reason
        self._publish_state(label, is_chosen=False)

    def _publish_state(self, label: str, *, is_chosen: bool) -> None:
        self._publish(
            StoreStateChanged(
                at=self._clock.now(),
                store=label,
                is_up=not self._reason,
                reason=self._reason,
                is_chosen=is_chosen,
            )
        )
