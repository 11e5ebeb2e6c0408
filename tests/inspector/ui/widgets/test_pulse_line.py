"""The pulse has a line on a high screen, and a place in the header on a low one."""

from __future__ import annotations

import pytest

from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.view import is_plain
from session_inspector.inspector.ui.widgets.pulse_line import cells_of
from tests.inspector.busy import busy_events
from tests.inspector.sample import ListFeed
from tests.inspector.ui.shown import shown_lines


@pytest.mark.parametrize("size", [(80, 40), (140, 42), (200, 60)])
async def test_all_graphs_stand_above_the_timeline(size: tuple[int, int]) -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        (line,) = [line for line in shown_lines(app) if "refusals" in line and "rolls" in line]
        assert len(line.rstrip()) <= size[0]


async def test_a_low_screen_has_the_requests_in_its_header() -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(110, 24)) as pilot:
        await pilot.pause()
        lines = shown_lines(app)
        assert "requests ⣀" in lines[0] or "requests ⢀" in lines[0]
        assert not any("refusals" in line for line in lines[:3])


def test_a_console_without_braille_is_known() -> None:
    assert is_plain({"TERM": "linux", "LANG": "C.UTF-8"})
    assert is_plain({"TERM": "xterm", "LC_ALL": "de_DE.ISO-8859-1", "LANG": "C.UTF-8"})
    assert not is_plain({"TERM": "xterm-256color", "LANG": "en_US.UTF-8"})
    assert not is_plain({"TERM": "xterm"})


def test_a_graph_has_from_three_to_thirty_characters() -> None:
    assert (cells_of(20), cells_of(400)) == (3, 30)
