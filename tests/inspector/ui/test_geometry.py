"""Every size from 60x20 on: each pane can be reached by keys, and is drawn while it has them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from session_inspector.inspector.model.boards.registry import ALL_BOARDS, BOARDS
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.side_details import WIDE
from session_inspector.inspector.ui.widgets.line_list import LineList
from session_inspector.inspector.ui.widgets.session_list import SessionList
from session_inspector.inspector.ui.widgets.timeline import Timeline
from tests.inspector.busy import busy_events
from tests.inspector.comparing import Told
from tests.inspector.sample import ListFeed
from tests.inspector.ui.shown import shown_lines
from tests.inspector.ui.waiting import press, settle

SIZES = [
    (60, 20),
    (70, 22),
    (80, 24),
    (100, 30),
    (110, 31),
    (120, 32),
    (120, 40),
    (140, 42),
    (200, 60),
]
DETAILS = ("1", "slash", *"alice", "enter", "enter")
VIEWS: dict[str, tuple[str, ...]] = {
    "sessions": ("1",),
    **{board.name: (board.key,) for board in ALL_BOARDS},
    "details": DETAILS,
    "over": ("escape", "slash", *"dave", "enter", "enter"),
    "decode": ("escape", "escape", "D"),
}
"""View to the keys that lead there from the one before."""
PANES = {
    "sessions": {"sessions", "ladder", "cookies", "timeline"},
    **{board.name: {"board"} for board in ALL_BOARDS},
    "details": {"ladder", "sealed", "stored", "contents", "timeline"},
    "over": {"ladder", "sealed", "stored", "contents", "timeline"},
    "decode": {"pasted", "secret", "report"},
}


def app_of() -> InspectorApp:
    return InspectorApp(ListFeed(busy_events()), ticks=False, comparing=Told())


def drawn(app: InspectorApp, pane: Widget) -> str:
    """Return what is drawn of a pane."""
    region = pane.region.intersection(app.screen.region)
    lines = shown_lines(app)[region.y : region.bottom]
    return "\n".join(line[region.x : region.right] for line in lines)


async def walk(pilot: Pilot[None]) -> set[str]:
    """Give each pane of a view the keys, by tab; return their ids."""
    found: set[str] = set()
    for _ in range(9):
        focused = pilot.app.focused
        assert isinstance(pilot.app, InspectorApp)
        assert focused is not None
        if focused.id in found:
            return found
        found.add(focused.id or "")
        with_focus = [widget for widget in pilot.app.screen.query("*") if widget.has_focus]
        assert with_focus == [focused]
        assert focused.content_size.height >= 1, focused.id
        assert focused.content_size.width >= 20, focused.id
        assert pilot.app.screen.region.contains_region(focused.region), focused.id
        assert drawn(pilot.app, focused).strip(" │╭╮╰╯─\n"), focused.id
        await press(pilot, "tab")
    raise AssertionError("tab never came back")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_each_pane_of_each_view_is_drawn_while_it_has_the_keys(size: tuple[int, int]) -> None:
    app = app_of()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for view, keys in VIEWS.items():
            await press(pilot, *keys)
            panes = PANES[view]
            if view == "sessions" and size[0] >= WIDE:
                panes = {*panes, "contents", "stored"}
            assert (view, await walk(pilot)) == (view, panes)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_footer_always_has_help_and_quit_and_the_header_every_view(
    size: tuple[int, int],
) -> None:
    app = app_of()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for board in ALL_BOARDS:
            await press(pilot, board.key)
            lines = shown_lines(app)
            assert "? help  q quit" in lines[-1]
            assert all(
                other.key in lines[1 if size[1] < 32 else 2]
                for other in BOARDS
                if not other.is_of_app
            )
            assert f"{board.key} {board.label}" in "\n".join(lines[:3])
            assert drawn(app, app.screen.query_one("#board"))[3:].startswith(board.title)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (100, 30)], ids=str)
async def test_the_timeline_stays_when_a_session_ends(size: tuple[int, int]) -> None:
    app = app_of()
    async with app.run_test(size=size) as pilot:
        for who in ("alice", "bob", "dave"):
            await press(pilot, "slash", *who, "enter")
            assert app.screen.query_one(Timeline).size.height >= 2
            assert app.screen.query_one(SessionList).size.height >= 2
            await press(pilot, "escape")


@pytest.mark.parametrize("is_compact", [False, True])
async def test_count_filter_and_its_error_are_shown_in_both_densities(is_compact: bool) -> None:
    app = app_of()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        if is_compact:
            await press(pilot, "C")
        count = len(app.bridge.state.order)
        assert f"Sessions · {count} of {count} by newest" in "\n".join(shown_lines(app))
        await press(pilot, "slash", *"bob", "enter")
        assert "filter: bob" in "\n".join(shown_lines(app))
        await press(pilot, "slash", *" size:>x", "enter")
        assert "⚠ size" in "\n".join(shown_lines(app))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_filter_leaves_list_and_timeline(size: tuple[int, int]) -> None:
    app = app_of()
    async with app.run_test(size=size) as pilot:
        await press(pilot, "slash")
        assert isinstance(app.focused, Input)
        panes = [pane for pane in app.screen.query(LineList) if pane in app.screen.focus_chain]
        assert {"sessions", "timeline"} <= {pane.id for pane in panes}
        for pane in (app.focused, *panes):
            assert pane.size.height >= 1
            assert app.screen.region.contains_region(pane.region)


def bar_of(pane: LineList[object]) -> tuple[object, ...]:
    bar = pane.vertical_scrollbar
    return bar.window_size, bar.window_virtual_size, bar.position, pane.show_vertical_scrollbar


@pytest.mark.parametrize("sizes", [[(120, 60), (120, 24)], [(80, 24), (80, 60), (80, 24)]])
async def test_a_scrollbar_is_right_after_a_resize(sizes: Sequence[tuple[int, int]]) -> None:
    bars = []
    for way in (sizes, sizes[-1:]):
        app = app_of()
        async with app.run_test(size=way[0]) as pilot:
            await press(pilot, "3", "G")
            for size in way[1:]:
                await pilot.resize_terminal(*size)
                await settle(pilot)
            bars.append(bar_of(app.screen.query_one("#board", LineList)))
    assert bars[0] == bars[1]
