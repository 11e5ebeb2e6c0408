"""The comparison asks before it writes to a store that nobody named."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.pilot import Pilot

from session_inspector.inspector.compare.places import ALWAYS, Place
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.widgets.field_list import FieldList
from tests.inspector.comparing import PLACES, Told
from tests.inspector.sample import ListFeed, server
from tests.inspector.ui.waiting import press as press_keys
from tests.inspector.ui.waiting import settle

FIRST = [place.name for place in ALWAYS]
NAMED = "postgresql://db.internal/app"
FOUND = "redis 127.0.0.1:6379"
ABSENT = ["mongodb 127.0.0.1:27017", "dynamodb 127.0.0.1:8000"]


def app_of(told: Told | None, *, read_only: bool = False) -> InspectorApp:
    return InspectorApp(ListFeed([server()]), ticks=False, read_only=read_only, comparing=told)


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.pause()
    await press_keys(pilot, *keys)


def lines(app: InspectorApp) -> list[str]:
    rows = app.screen.query_one("#board", FieldList).rows
    return ["".join([*(text for text, _ in row.lead), row.label, row.value]) for row in rows]


async def test_the_board_lists_what_is_there_and_why_not() -> None:
    app = app_of(told := Told())
    async with app.run_test() as pilot:
        await press(pilot, "8")
        shown = lines(app)
    assert told.asked == [], "looking writes nothing"
    assert any(FOUND in line and "you are asked before it is written to" in line for line in shown)
    assert "· mongodb 127.0.0.1:27017: nothing listens" in shown


@pytest.mark.parametrize(
    ("keys", "asked"),
    [
        ("y", [[*FIRST, NAMED, FOUND, *ABSENT]]),
        ("n", [[*FIRST, NAMED, *ABSENT]]),
        ("escape", []),
    ],
)
async def test_what_was_found_is_measured_when_it_is_agreed_to(
    keys: str, asked: list[list[str]]
) -> None:
    app = app_of(told := Told())
    async with app.run_test() as pilot:
        await press(pilot, "m")
        assert isinstance(app.screen, Menu)
        assert told.asked == []
        await press(pilot, keys)
    assert told.asked == asked


async def test_without_anything_found_one_key_measures() -> None:
    places: Sequence[Place] = [place for place in PLACES if place.source != "found"]
    app = app_of(told := Told(places))
    async with app.run_test() as pilot:
        await press(pilot, "m")
        shown = lines(app)
    assert told.asked == [[place.name for place in places]]
    assert any("169 B" in line for line in shown)


async def test_both_keys_at_once_look_once_and_then_ask() -> None:
    app = app_of(Told())
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("8", "m")
        await settle(pilot)
        assert isinstance(app.screen, Menu)


async def test_a_read_only_app_writes_to_nobody() -> None:
    app = app_of(told := Told(), read_only=True)
    async with app.run_test() as pilot:
        await press(pilot, "m")
        shown = lines(app)
    assert told.asked == [[*FIRST, NAMED, FOUND, *ABSENT]]
    assert [place.source for place in told.measured] == ["always"] * 3 + ["absent"] * 4
    assert f"· {FOUND}: not measured: the app is read-only" in shown


async def test_a_lab_elsewhere_says_what_to_do() -> None:
    app = app_of(None)
    async with app.run_test() as pilot:
        await press(pilot, "m")
        assert lines(app) == [
            "not measured from here: session-inspector compare measures on this machine"
        ]
