"""What the first screen costs, counted: parts styled, layouts, reads of the sheet, imports.

An empty Textual app applies the sheet 7 times, reads it twice and lays out 3 times.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from typing import Any

import pytest
from textual._compositor import ChopsUpdate
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen

from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.live import LiveScreen
from tests.inspector.sample import NOW, ListFeed, login, sample_events, server
from tests.inspector.ui.waiting import press, settle

LATER = (
    "textual.widgets._text_area",
    "session_inspector.inspector.ui.screens.decode",
    "session_inspector.devserver.lab",
    "session_inspector.devserver.provider",
    "session_inspector.devserver.stores",
    "httpx",
    "starlette",
    "cryptography",
)
"""What only later screens, or the lab behind the first one, need."""


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    calls: Counter[str] = Counter()

    def count(owner: type, name: str) -> None:
        called = getattr(owner, name)

        def wrapped(*args: Any, **options: Any) -> Any:
            calls[name] += 1
            return called(*args, **options)

        monkeypatch.setattr(owner, name, wrapped)

    count(Stylesheet, "apply")
    count(Stylesheet, "parse")
    count(Screen, "_refresh_layout")
    return calls


async def test_the_first_screen_is_styled_once_and_laid_out_a_few_times(
    counted: Counter[str],
) -> None:
    app = InspectorApp(ListFeed(), ticks=False)
    async with app.run_test(size=(120, 40)):
        assert [type(screen) for screen in app.screen_stack] == [LiveScreen]
        assert counted["parse"] == 2
        assert counted["apply"] <= 100  # 418 with the parts of all panes, and a theme set later
        assert counted["_refresh_layout"] <= 6  # 13 with an empty screen below


def test_the_first_screen_imports_nothing_of_what_comes_later() -> None:
    code = "import session_inspector.inspector.ui.app, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [name for name in LATER if name in done.stdout.split()] == []


MOST = 4000
"""Cells of the screen's 4,800 that are nearly all of it."""


def count_cells(update: Any) -> int:
    """Return how many cells a repaint writes."""
    if isinstance(update, ChopsUpdate):
        return sum(end - start for _, start, end in update.spans)
    return int(update.region.area)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that takes the cells of each repaint."""
    cells: list[int] = []
    display = InspectorApp._display

    def note(app: InspectorApp, screen: Screen[Any], update: Any) -> None:
        if update is not None:
            cells.append(count_cells(update))
        display(app, screen, update)

    monkeypatch.setattr(InspectorApp, "_display", note)
    return cells


@pytest.mark.parametrize(
    ("before", "key"), [("2", "4"), ("4", "6"), ("3", "1"), ("31", "3"), ("31", "8")]
)
async def test_another_view_paints_the_whole_screen_once(
    before: str, key: str, painted: list[int]
) -> None:
    app = InspectorApp(ListFeed(sample_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, *before)
        painted.clear()
        await press(pilot, key)
        assert [cells > MOST for cells in painted].count(True) == 1, painted


class TurnedFeed(ListFeed):
    """A feed whose time the test turns."""

    moment = NOW + 5

    def now(self) -> float:
        return self.moment


async def test_a_second_in_which_nothing_happens_paints_the_countdowns_only(
    painted: list[int],
) -> None:
    feed = TurnedFeed([server(NOW - 3), *login("alice", NOW, 1, "lab:alice")])
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "1")
        painted.clear()
        feed.moment += 1
        app.draw()
        await settle(pilot)
        # one session, its clocks, three lines of the header: not the empty lines of the list
        assert len(painted) == 1
        assert painted[0] <= 116 + 8 * 76 + 3 * 120
