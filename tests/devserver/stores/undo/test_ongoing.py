"""A prune goes on a part at a time, can be stopped, and is undone whole or not at all."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.commands import (
    MOST_KEPT,
    Prune,
    PrunePart,
    Reply,
)
from session_inspector.devserver.core.errors import InspectorError, StoreUnavailable
from session_inspector.devserver.session.row_administration import run_store_command
from session_inspector.devserver.stores.undo.ongoing import PRUNE_UNDONE
from tests.devserver.session.administered import Scene


async def prune(scene: Scene, part: PrunePart, *, is_dry: bool = False, at: float = 7.0) -> Reply:
    command = Prune(is_dry=is_dry, part=part, at=at)
    return await run_store_command(scene.administration, command, "c")


async def test_a_prune_in_parts_counts_all_of_them_and_is_one_undo() -> None:
    scene = Scene()
    first = await prune(scene, "next", at=0)
    assert first == Reply(
        is_ok=True,
        message="1 expired row deleted so far · 10 rows read",
        rows=1,
        at=7.0,
        has_more=True,
    )
    assert (await prune(scene, "next")).message == "2 expired rows deleted so far · 20 rows read"
    last = await prune(scene, "next")
    assert last == Reply(is_ok=True, message="2 expired rows deleted", rows=2, at=7.0)
    assert scene.rows.old == []
    assert await scene.administration.undo(cause="c") == PRUNE_UNDONE
    assert scene.rows.old == ["old", "older"]
    with pytest.raises(InspectorError, match="no change to undo"):
        await scene.administration.undo(cause="c")


async def test_a_prune_that_is_stopped_says_what_went_and_is_undone() -> None:
    scene = Scene()
    await prune(scene, "next", at=0)
    stopped = await prune(scene, "stop")
    assert (
        stopped.message == "1 expired row deleted, then it was stopped: the others are still there"
    )
    assert (stopped.rows, stopped.has_more, scene.rows.old) == (1, False, ["older"])
    with pytest.raises(InspectorError, match="no prune is under way"):
        await prune(scene, "stop")
    assert await scene.administration.undo(cause="c") == PRUNE_UNDONE
    assert sorted(scene.rows.old) == ["old", "older"]


async def test_counting_can_be_stopped_too() -> None:
    scene = Scene()
    counted = await prune(scene, "next", is_dry=True, at=0)
    assert (counted.message, counted.has_more) == (
        "1 expired row counted so far · 10 rows read",
        True,
    )
    stopped = await prune(scene, "stop", is_dry=True)
    assert stopped.message == "counting was stopped; nothing was changed"
    assert scene.rows.old == ["old", "older"]


async def test_another_prune_ends_one_that_nobody_has_gone_on_with() -> None:
    scene = Scene()
    await prune(scene, "next", at=0)
    assert (await prune(scene, "all", at=0)).rows == 1
    with pytest.raises(InspectorError, match="no prune is under way"):
        await prune(scene, "stop")


async def test_what_was_undone_in_the_middle_is_not_put_back_twice() -> None:
    scene = Scene()
    await prune(scene, "next", at=0)
    await scene.administration.undo(cause="c")
    await prune(scene, "next")
    assert scene.rows.old == ["old"]
    await scene.administration.undo(cause="c")
    assert scene.rows.old == ["old", "older"]


async def test_from_where_a_row_cannot_be_put_back_none_is() -> None:
    scene = Scene()
    scene.rows.lost = 1
    await prune(scene, "next", at=0)
    await prune(scene, "next")
    with pytest.raises(InspectorError, match="no change to undo"):
        await scene.administration.undo(cause="c")
    assert scene.rows.old == []


async def test_more_rows_than_are_kept_are_not_put_back() -> None:
    scene = Scene()
    scene.rows.lost = MOST_KEPT + 1
    scene.rows.old = [str(number) for number in range(MOST_KEPT + 1)]
    assert (await prune(scene, "all", at=0)).rows == MOST_KEPT + 1
    with pytest.raises(InspectorError, match="no change to undo"):
        await scene.administration.undo(cause="c")


async def test_a_store_that_goes_away_in_the_middle_says_what_had_gone() -> None:
    scene = Scene()
    await prune(scene, "next", at=0)
    scene.rows.is_away = True
    with pytest.raises(StoreUnavailable, match="away; 1 row was deleted before"):
        await prune(scene, "next")
    assert await scene.administration.undo(cause="c") == PRUNE_UNDONE
