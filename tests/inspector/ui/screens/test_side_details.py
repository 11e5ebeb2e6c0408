"""On a wide screen the details stand beside the list, each fact once."""

from __future__ import annotations

import pytest

from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.side_details import (
    COLUMNS,
    WIDE,
    SideDetails,
    columns_beside,
)
from tests.inspector.busy import busy_events
from tests.inspector.sample import ListFeed
from tests.inspector.ui.shown import shown_lines
from tests.inspector.ui.test_actions import FIND
from tests.inspector.ui.waiting import press, settle


def app_of() -> InspectorApp:
    return InspectorApp(ListFeed(busy_events()), ticks=False)


async def test_the_selected_session_is_shown_beside_the_list_and_nothing_twice() -> None:
    app = app_of()
    async with app.run_test(size=(200, 60)) as pilot:
        await press(pilot, *FIND)
        text = "\n".join(shown_lines(app))
        for once in ("alice@example.com", "Expiry ladder", "In the store", "accessToken"):
            assert text.count(once) == 1, once
        region = app.screen.query_one(SideDetails).region
        assert region.width == COLUMNS
        assert region.bottom == 59, "above the footer"


async def test_a_secret_beside_the_list_is_revealed_as_in_the_details() -> None:
    feed = ListFeed(busy_events())
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(200, 60)) as pilot:
        await press(pilot, *FIND)
        app.screen.query_one("#contents").focus()
        await press(pilot, *["j"] * 5, "u")
        assert "the secret in clear" in "\n".join(shown_lines(app))


@pytest.mark.parametrize("size", [(140, 42), (WIDE - 1, 50)])
async def test_a_narrower_screen_has_the_whole_width_for_the_list(size: tuple[int, int]) -> None:
    app = app_of()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert not app.screen.query_one(SideDetails).display
        assert app.screen.query_one("#list").size.width >= size[0] - 4
        assert (columns_beside(size[0]), columns_beside(WIDE)) == (0, COLUMNS)


async def test_what_a_line_means_stands_beside_a_view_of_a_wide_screen() -> None:
    app = app_of()
    async with app.run_test(size=(200, 60)) as pilot:
        await press(pilot, "6")
        explain = app.screen.query_one("#explain").region
        board = app.screen.query_one("#board").region
        assert explain.x == board.right
        assert (explain.y, explain.bottom) == (board.y, board.bottom)
