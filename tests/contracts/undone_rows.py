"""What was changed in an app's rows is undone to the same rows, and never over what it wrote."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.layouts import find_layout
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.session import ClockRestored
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import fingerprint
from tests.contracts.raw_rows import (
    KEY,
    NOW,
    App,
    RawRowsContract,
    as_it_is,
    shelf_of,
    writer_of,
)


class UndoneRowsContract(RawRowsContract):
    """Of stores whose rows end when the inspector's clock says so."""

    async def test_what_the_app_made_anew_is_not_overwritten_by_undo(
        self, app: App, clock: ManualClock, events: list[Event]
    ) -> None:
        await app.put(KEY, NOW + 60)
        async with shelf_of(app, clock, events) as shelf:
            await shelf.revoke(fingerprint(KEY), cause="c1")
            await app.put(KEY, NOW + 3600)
            anew = await app.stored(KEY)
            with pytest.raises(InspectorError, match="again; it stays as it is"):
                await shelf.undo_revoke(cause="c2")
        assert await app.stored(KEY) == anew

    async def test_an_expiry_is_undone_to_the_same_row_with_the_same_end(
        self, app: App, clock: ManualClock, events: list[Event]
    ) -> None:
        await app.put(KEY, NOW + 3600)
        before = await app.stored(KEY)
        async with shelf_of(app, clock, events) as shelf:
            await shelf.expire(fingerprint(KEY), "absolute", cause="c1")
            await shelf.undo(cause="c2")
        assert await app.stored(KEY) == before
        ends = await app.ends(KEY)
        assert ends is not None
        assert NOW + 3000 < ends <= NOW + 3601, "some stores count it down"
        assert any(isinstance(event, ClockRestored) for event in events)

    async def test_a_prune_is_undone_to_the_same_rows(
        self, app: App, clock: ManualClock, events: list[Event]
    ) -> None:
        await app.put(KEY, NOW)
        before = await app.stored(KEY)
        async with shelf_of(app, clock, events) as shelf:
            await shelf.prune(is_dry=False, cause="c1")
            assert await app.stored(KEY) is None
            await shelf.undo(cause="c2")
        assert await app.stored(KEY) == before

    async def test_a_prune_that_is_stopped_leaves_the_others_and_is_undone_whole(
        self, app: App, clock: ManualClock, events: list[Event]
    ) -> None:
        names = [f"{KEY}{number}" for number in range(5)]
        for name in names:
            await app.put(name, NOW)
        await app.put(KEY, NOW + 1)
        before = [await app.stored(name) for name in names]
        async with shelf_of(app, clock, events, pruned_together=2) as shelf:
            reply = await shelf.prune(is_dry=False, cause="c1", part="next")
            while reply.has_more and not reply.rows:
                reply = await shelf.prune(is_dry=False, cause="c2", part="next", at=reply.at)
            clock.advance(5)  # what ends meanwhile is not of this prune
            stopped = await shelf.prune(is_dry=False, cause="c3", part="stop", at=reply.at)
            assert 0 < reply.rows == stopped.rows <= 2
            left = [name for name in names if await app.stored(name) is not None]
            assert (len(left), await app.stored(KEY) is not None) == (5 - reply.rows, True)
            await shelf.undo(cause="c4")
            assert [await app.stored(name) for name in names] == before
            again = await shelf.prune(is_dry=False, cause="c5", at=reply.at)
            assert (again.rows, await app.stored(KEY) is not None) == (5, True)

    async def test_an_end_is_put_back_as_it_was_and_never_over_what_the_app_wrote(
        self, app: App
    ) -> None:
        await app.put(KEY, NOW + 3600)
        before = await app.stored(KEY)
        places = find_layout(app.layout).places
        async with writer_of(app) as writer:
            put_back = await writer.end(places, KEY, NOW - 1, as_it_is)
            assert put_back is not None
            assert await app.stored(KEY) != before
            assert await put_back()
            assert await app.stored(KEY) == before
            put_back = await writer.end(places, KEY, NOW - 1, as_it_is)
            await app.put(KEY, NOW + 7200)
            written = await app.stored(KEY)
            assert put_back is not None
            assert not await put_back()
        assert await app.stored(KEY) == written
