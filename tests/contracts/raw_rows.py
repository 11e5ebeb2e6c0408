"""What watching and changing another framework's rows must do; a store's test class inherits it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol

import pytest

from session_inspector.devserver.attach.foreign_store import ForeignStore, StoreAccess
from session_inspector.devserver.attach.layouts import find_layout
from session_inspector.devserver.attach.row_reader import TOGETHER
from session_inspector.devserver.attach.rows.opening import open_reader, open_writer
from session_inspector.devserver.attach.rows.writing import RawWriter
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InspectorError, StoreUnavailable
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionSeen,
    SessionVanished,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.stores.watching.pace import USUAL, LookPace
from tests.contracts.outage import Mortal
from tests.contracts.raw_window import RawWindowContract

NOW = 1_760_000_000.0
KEY = "id1"
OTHER = "id2"
ISO = "2025-10-09T09:53:20.000Z"
"""An hour after NOW."""
SESS = {"cookie": {"originalMaxAge": 3_600_000, "expires": ISO}, "user": {"sub": "zoë"}, "n": 1}


class App(Protocol):
    """The app whose rows they are, with the driver it has."""

    url: str
    layout: str

    async def put(self, key: str, ends: float) -> None:
        """Write a session as the app's own package does."""
        ...

    async def stored(self, key: str) -> object:
        """Return all that is stored of a row, types and all; None: no row."""
        ...

    async def ends(self, key: str) -> float | None:
        """Return when a row ends, as the app's package reads it."""
        ...

    async def delete(self, key: str) -> None:
        """Delete a session, as a logout does."""
        ...


@asynccontextmanager
async def shelf_of(
    app: App,
    clock: ManualClock,
    events: list[Event],
    *,
    may_write: bool = True,
    pace: LookPace = USUAL,
    pruned_together: int = TOGETHER,
) -> AsyncIterator[ForeignStore]:
    access = StoreAccess(
        read=lambda: open_reader(app.url, clock),
        write=(lambda: open_writer(app.url, clock)) if may_write else None,
        label="the app's store",
    )
    material = Material(cookies={}, now=clock.now())
    parts = (access, find_layout(app.layout), material, clock, events.append)
    shelf = ForeignStore(*parts, pace=pace, pruned_together=pruned_together)
    try:
        yield shelf
    finally:
        await shelf.close()


@asynccontextmanager
async def writer_of(app: App) -> AsyncIterator[RawWriter]:
    writer = await open_writer(app.url, ManualClock(NOW))
    try:
        yield writer
    finally:
        await writer.close()


def as_it_is(value: bytes) -> None:
    """Change nothing in a row."""


async def assert_an_outage_is_one_line(app: App, server: Mortal, engine: str) -> None:
    """Assert that whoever works with rows hears of an outage, and works again after it."""
    places = find_layout(app.layout).places
    events: list[Event] = []
    async with shelf_of(app, ManualClock(NOW), events) as shelf, writer_of(app) as writer:
        await shelf.revoke(fingerprint(KEY), cause="c1")
        server.kill()
        for work in (
            shelf.undo_revoke(cause="c2"),
            shelf.revoke(fingerprint(KEY), cause="c3"),
            writer.remove(places, KEY),
            writer.end(places, KEY, NOW, as_it_is),
        ):
            with pytest.raises(StoreUnavailable, match=rf"^{engine}: [^\n]+$"):
                await work
        server.start()
        await shelf.undo_revoke(cause="c4")
        assert await writer.end(places, KEY, NOW - 1, as_it_is)
    assert await app.ends(KEY) == NOW - 1


class ManyRowsContract(RawWindowContract):
    """Subclasses provide the fixture `app`, with no rows."""

    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock(NOW)

    @pytest.fixture
    def events(self) -> list[Event]:
        return []

    @pytest.fixture
    def app(self) -> App:
        raise NotImplementedError("a store's own test class says which app it is")

    async def test_of_many_rows_those_that_requests_bring_are_read_by_their_ids(
        self,
        app: App,
        clock: ManualClock,
        events: list[Event],
    ) -> None:
        """A request may be of any row, wherever it lies in a large store."""
        names = [f"row{number}" for number in range(9)]
        for name in names:
            await app.put(name, NOW + 3600)
        async with shelf_of(app, clock, events, pace=replace(USUAL, most_rows=3)) as shelf:
            await shelf.look()
            told = {event.session for event in events if isinstance(event, SessionSeen)}
            assert len(told) == 3
            name = next(name for name in names if fingerprint(name) not in told)
            facts = await shelf.facts(name, SessionFacts(kind="stateful", sub=""))
            assert facts is not None
            assert facts.sub == "zoë"
            await shelf.look()
            assert not [event for event in events if isinstance(event, SessionVanished)]
            assert await shelf.facts("no such row", SessionFacts(kind="stateful", sub="")) is None
            assert await shelf.facts("\x00\ud800", SessionFacts(kind="stateful", sub="")) is None
            await shelf.revoke(fingerprint(name), cause="c1")
            assert await app.stored(name) is None
            await shelf.undo_revoke(cause="c2")
            await app.delete(name)
            await shelf.look()
            gone = [event.session for event in events if isinstance(event, SessionVanished)]
            assert gone == [fingerprint(name)]


class RawRowsContract(ManyRowsContract):
    """Of stores whose rows end when the inspector's clock says so."""

    async def test_rows_are_told_with_their_end(
        self, app: App, clock: ManualClock, events: list[Event]
    ) -> None:
        await app.put(KEY, NOW + 3600)
        async with shelf_of(app, clock, events) as shelf:
            await shelf.look()
        (seen,) = [event for event in events if isinstance(event, SessionSeen)]
        assert (seen.session, seen.facts.sub) == (fingerprint(KEY), "zoë")
        assert [t.ends for t in seen.facts.timers if t.name == "store"] == [NOW + 3600]

    async def test_what_the_engine_tells_of_writes_changes_with_each_and_with_nothing_else(
        self, app: App
    ) -> None:
        await app.put(KEY, NOW + 3600)
        reader = await open_reader(app.url, ManualClock(NOW))
        try:
            told = [await reader.version()]
            is_calm = False
            for _ in range(20):  # an engine's own housekeeping writes too, now and then
                told.append(await reader.version())
                is_calm = is_calm or told[-2] == told[-1]
            del told[:-1]
            await app.put(OTHER, NOW + 3600)
            told.append(await reader.version())
            await app.put(KEY, NOW + 7200)
            told.append(await reader.version())
            await app.delete(KEY)
            told.append(await reader.version())
        finally:
            await reader.close()
        if told[0] is None:
            assert set(told) == {None}
            return
        assert is_calm
        assert len(set(told)) == 4

    async def test_a_revoked_row_is_gone_and_comes_back_as_it_was(
        self, app: App, clock: ManualClock, events: list[Event]
    ) -> None:
        await app.put(KEY, NOW + 3600)
        await app.put(OTHER, NOW + 3600)
        before = await app.stored(KEY)
        async with shelf_of(app, clock, events) as shelf:
            await shelf.revoke(fingerprint(KEY), cause="c1")
            assert isinstance(events[-1], SessionDestroyed)
            assert (await app.stored(KEY), await app.stored(OTHER) is None) == (None, False)
            await shelf.undo_revoke(cause="c2")
        assert await app.stored(KEY) == before

    async def test_a_row_ends_and_nothing_else_of_it_changes(
        self, app: App, clock: ManualClock, events: list[Event]
    ) -> None:
        await app.put(KEY, NOW + 3600)
        before = await app.stored(KEY)
        async with shelf_of(app, clock, events) as shelf:
            await shelf.expire(fingerprint(KEY), "absolute", cause="c1")
            assert await app.ends(KEY) == NOW - 1
            assert [type(v) for v in _leaves(await app.stored(KEY))] == [
                type(v) for v in _leaves(before)
            ]
            assert "1 expired row would" in (await shelf.prune(is_dry=True, cause="c2")).message

    async def test_prune_deletes_what_has_ended_and_nothing_else(
        self, app: App, clock: ManualClock, events: list[Event]
    ) -> None:
        await app.put(KEY, NOW)
        await app.put(OTHER, NOW + 0.5)
        async with shelf_of(app, clock, events) as shelf:
            counted = await shelf.prune(is_dry=True, cause="c1")
            assert (counted.rows, counted.message) == (
                1,
                "1 expired row would be deleted; nothing was changed",
            )
            assert await app.stored(KEY) is not None
            done = await shelf.prune(is_dry=False, cause="c2")
            assert (done.rows, done.message) == (1, "1 expired row deleted")
            again = await shelf.prune(is_dry=True, cause="c3")
            assert (again.rows, again.message) == (0, "no row in the store has expired")
        assert (await app.stored(KEY), await app.stored(OTHER) is None) == (None, False)
        assert isinstance(events[-1], SessionVanished)

    async def test_a_row_that_rolled_before_its_removal_stays(self, app: App) -> None:
        await app.put(KEY, NOW + 3600)
        places = find_layout(app.layout).places
        async with writer_of(app) as writer:
            gone = await writer.remove(places, KEY, lambda row: (row.expires or 0) <= NOW)
        assert gone is None
        assert await app.stored(KEY) is not None

    async def test_without_leave_nothing_is_changed(
        self, app: App, clock: ManualClock, events: list[Event]
    ) -> None:
        await app.put(KEY, NOW - 60)
        before = await app.stored(KEY)
        async with shelf_of(app, clock, events, may_write=False) as shelf:
            for work in (
                shelf.revoke(fingerprint(KEY), cause="c"),
                shelf.expire(fingerprint(KEY), "absolute", cause="c"),
                shelf.undo_revoke(cause="c"),
                shelf.prune(is_dry=False, cause="c"),
            ):
                with pytest.raises(InspectorError, match="--write"):
                    await work
            counted = await shelf.prune(is_dry=True, cause="c")
            assert (counted.rows, counted.message.split(";")[0]) == (
                0,
                "1 expired row in the store",
            )
        assert await app.stored(KEY) == before

    async def test_a_row_that_is_not_there_is_said_so_and_never_made(self, app: App) -> None:
        places = find_layout(app.layout).places
        async with writer_of(app) as writer:
            assert await writer.remove(places, KEY) is None
            assert await writer.end(places, KEY, NOW, as_it_is) is None
        assert await app.stored(KEY) is None


def _leaves(value: object) -> list[object]:
    """Return all values of a row in their order, those inside JSON and objects too."""
    if isinstance(value, str) and value.startswith("{"):
        value = json.loads(value)
    if isinstance(value, dict):
        return [leaf for member in value.values() for leaf in _leaves(member)]
    if isinstance(value, (list, tuple)):
        return [leaf for member in value for leaf in _leaves(member)]
    return [value]
