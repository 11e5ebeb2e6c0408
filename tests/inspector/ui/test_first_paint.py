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
from textual.events import Paste
from textual.screen import Screen

from session_inspector.inspector.preferences import Preferences
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.opening.app import OpeningApp
from session_inspector.inspector.ui.opening.screen import OpeningScreen, Painted
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.live import LiveScreen
from tests.inspector.sample import NOW, ListFeed, login, sample_events, server
from tests.inspector.ui.waiting import press, settle, until

LATER = (
    "textual.widgets._text_area",
    "session_inspector.inspector.ui.screens.decode",
    "session_inspector.devserver.lab",
    "session_inspector.devserver.provider",
    "session_inspector.devserver.stores.base",
    "httpx",
    "starlette",
    "cryptography",
    "session_inspector.inspector.model.fold",
    "session_inspector.inspector.model.boards",
    "session_inspector.inspector.ui.actions",
    "session_inspector.inspector.ui.widgets",
    "session_inspector.devserver.core.events.union",
    "session_inspector.devserver.core.commands",
    "sqlite3",
    "importlib.metadata",
)
"""What only later screens, or the lab behind the first one, need."""
FIRST = ("cli.arguments", "cli.new_file", "feed.starting", "ui.opening.app")
"""What is imported before the first paint."""


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


async def test_the_opening_screen_is_styled_and_laid_out_nearly_as_an_empty_app_is(
    counted: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OpeningScreen, "on_mount", rest)
    async with opening(ListFeed()).run_test(size=(120, 40)):
        assert counted["parse"] == 2
        assert counted["apply"] <= 14
        assert counted["_refresh_layout"] <= 5


def opening(feed: ListFeed) -> OpeningApp:
    return OpeningApp(feed, Preferences(), ticks=False)


def rest(screen: OpeningScreen) -> None:
    """Load nothing more."""


async def test_keys_wait_until_the_rest_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OpeningScreen, "on_mount", rest)
    app = opening(ListFeed(sample_events()))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("3", "slash", "z")
        app.post_message(Paste("y"))
        await pilot.pause()
        assert not app.is_equipped, "a key loads nothing by itself"
        app.post_message(Painted())
        await until(pilot, lambda: isinstance(app.screen, BoardScreen))
        await settle(pilot)
        assert [type(screen) for screen in app.screen_stack] == [LiveScreen, BoardScreen]
        assert app.view.listing("requests").query == "zy"


async def test_the_first_screen_takes_the_place_of_the_opening_one() -> None:
    app = opening(ListFeed(sample_events()))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LiveScreen))
        await settle(pilot)
        assert [type(screen) for screen in app.screen_stack] == [LiveScreen]
        assert app.focused is not None
        assert app.focused.id == "sessions"


def test_the_first_screen_imports_nothing_of_what_comes_later() -> None:
    code = "import sys; before = set(sys.modules); "  # coverage has loaded some by itself
    code += "; ".join(f"import session_inspector.inspector.{name}" for name in FIRST)
    code += "; print(*set(sys.modules) - before)"
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
