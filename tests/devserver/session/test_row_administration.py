"""Rows are revoked, put back, ended and pruned in the same words, whatever store they are in."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.commands import (
    Expire,
    Prune,
    Reply,
    Revoke,
    Undo,
    UndoRevoke,
)
from session_inspector.devserver.core.errors import InspectorError, StoreUnavailable
from session_inspector.devserver.core.events.server import READ_ONLY
from session_inspector.devserver.core.events.session import ClockForced, ClockRestored
from session_inspector.devserver.session.row_administration import (
    GONE,
    NOTHING_REVOKED,
    RESTORED,
    REVOKED,
    WRITTEN_SINCE,
    run_store_command,
)
from session_inspector.devserver.stores.undo.ongoing import PRUNE_UNDONE
from tests.devserver.session.administered import Scene


async def test_a_revoked_row_is_put_back_and_both_are_reported() -> None:
    scene = Scene()
    assert await scene.administration.revoke("a", cause="c1") == REVOKED
    assert scene.rows.rows == {"b"}
    assert await scene.administration.undo_revoke(cause="c2") == RESTORED
    assert scene.rows.rows == {"a", "b"}
    assert scene.rows.reports == [("removed", "a", "c1"), ("restored", "a", "c2")]


async def test_the_row_that_was_revoked_last_is_put_back_first() -> None:
    scene = Scene()
    await scene.administration.revoke("a", cause="c1")
    await scene.administration.revoke("b", cause="c2")
    await scene.administration.undo_revoke(cause="c3")
    assert scene.rows.rows == {"b"}
    await scene.administration.undo_revoke(cause="c4")
    with pytest.raises(InspectorError, match=NOTHING_REVOKED):
        await scene.administration.undo_revoke(cause="c5")


async def test_a_row_that_is_gone_is_no_revocation() -> None:
    scene = Scene()
    with pytest.raises(InspectorError, match=GONE):
        await scene.administration.revoke("nobody", cause="c1")
    with pytest.raises(InspectorError, match=GONE):
        await scene.administration.expire("nobody", "absolute", cause="c2")
    with pytest.raises(InspectorError, match=NOTHING_REVOKED):
        await scene.administration.undo_revoke(cause="c3")
    assert (scene.rows.reports, scene.events) == ([], [])


async def test_a_row_that_had_expired_is_revoked_and_cannot_be_put_back() -> None:
    scene = Scene()
    scene.rows.is_restorable = False
    assert await scene.administration.revoke("a", cause="c1") == REVOKED
    with pytest.raises(InspectorError, match=NOTHING_REVOKED):
        await scene.administration.undo_revoke(cause="c2")


async def test_an_undo_that_the_store_did_not_answer_can_be_tried_again() -> None:
    scene = Scene()
    await scene.administration.revoke("a", cause="c1")
    scene.rows.is_away = True
    with pytest.raises(StoreUnavailable):
        await scene.administration.undo_revoke(cause="c2")
    scene.rows.is_away = False
    assert await scene.administration.undo_revoke(cause="c3") == RESTORED


async def test_an_undo_that_was_refused_is_not_tried_again() -> None:
    scene = Scene()
    await scene.administration.revoke("a", cause="c1")
    scene.rows.refusal = "the app has made it again"
    with pytest.raises(InspectorError, match="made it again"):
        await scene.administration.undo_revoke(cause="c2")
    with pytest.raises(InspectorError, match=NOTHING_REVOKED):
        await scene.administration.undo_revoke(cause="c3")


async def test_the_clock_that_ended_is_reported_not_the_one_that_was_asked_for() -> None:
    scene = Scene()
    assert await scene.administration.expire("a", "absolute", cause="c1") == "absolute is over"
    assert scene.events == [ClockForced(at=7.0, cause="c1", session="a", clock="store")]


async def test_read_only_rows_are_counted_and_never_changed() -> None:
    scene = Scene()
    scene.rows.may_write = False
    for command in (
        Revoke(session="a"),
        UndoRevoke(),
        Expire(session="a", clock="absolute"),
        Prune(is_dry=False),
    ):
        with pytest.raises(InspectorError, match="attached read-only"):
            await run_store_command(scene.administration, command, "c1")
    counted = await run_store_command(scene.administration, Prune(), "c2")
    assert counted == Reply(is_ok=True, message=f"2 expired rows in the store; {READ_ONLY}", at=7.0)
    assert scene.rows.rows == {"a", "b"}


async def test_a_clock_that_is_put_back_is_reported() -> None:
    scene = Scene()
    await scene.administration.expire("a", "absolute", cause="c1")
    assert scene.rows.rows == {"a", "b", "a ended"}
    assert await scene.administration.undo(cause="c2") == "the store clock is what it was"
    assert scene.rows.rows == {"a", "b"}
    assert scene.events[1:] == [ClockRestored(at=7.0, cause="c2", session="a", clock="store")]


async def test_a_clock_that_the_app_has_written_since_stays_and_nothing_is_reported() -> None:
    scene = Scene()
    await scene.administration.expire("a", "absolute", cause="c1")
    scene.rows.refusal = WRITTEN_SINCE
    with pytest.raises(InspectorError, match="written or deleted the row since"):
        await scene.administration.undo(cause="c2")
    assert len(scene.events) == 1


async def test_the_last_change_is_undone_first_whatever_it_was() -> None:
    scene = Scene()
    await scene.administration.revoke("a", cause="c1")
    await scene.administration.prune(is_dry=True, cause="c2")
    await scene.administration.prune(is_dry=False, cause="c3")
    assert await scene.administration.undo(cause="c4") == PRUNE_UNDONE
    assert (scene.rows.rows, scene.rows.old) == ({"b"}, ["old", "older"])
    reply = await run_store_command(scene.administration, Undo(), "c5")
    assert (reply.is_ok, reply.message) == (True, RESTORED)
    with pytest.raises(InspectorError, match="no change to undo"):
        await scene.administration.undo(cause="c6")


async def test_an_undo_that_found_no_store_can_be_tried_again() -> None:
    scene = Scene()
    await scene.administration.revoke("a", cause="c1")
    scene.rows.is_away = True
    with pytest.raises(StoreUnavailable):
        await scene.administration.undo(cause="c2")
    scene.rows.is_away = False
    assert await scene.administration.undo(cause="c3") == RESTORED
