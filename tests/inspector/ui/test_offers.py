"""Every key of every footer, in every state, does something; and so does each that a text names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from session_inspector.devserver.core.events.server import NO_PROXY, ServerStarted
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.feed.record import Recorder
from session_inspector.inspector.feed.replay import ReplayFeed
from session_inspector.inspector.keys import ALL, FOOTERS, KEYS, Key
from session_inspector.inspector.model.boards.registry import ALL_BOARDS
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.offers import (
    OF_THE_LAB,
    OF_THE_PROVIDER,
    MarkedLine,
    is_useful,
)
from session_inspector.inspector.ui.screens.help import HelpScreen
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.line_list import LineList
from session_inspector.inspector.ui.widgets.session_list import SessionList
from tests.inspector.busy import busy_events
from tests.inspector.comparing import Told
from tests.inspector.sample import ListFeed, server
from tests.inspector.ui.shown import toasts
from tests.inspector.ui.test_request_detail import KeepingFeed
from tests.inspector.ui.waiting import press, settle

LEAVE = ("quit", "suspend")
ALIKE = ("question_mark", "escape")
"""Help and back."""
VIEWS: Mapping[str, Sequence[str]] = {
    "live": ["1"],
    "session": ["1", "enter"],
    **{board.name: ["1", board.key] for board in ALL_BOARDS},
    "request": ["1", "3", "E"],
    "decode": ["1", "D"],
}
"""How each view is opened."""
NAMED = re.compile(r"[Pp]ress (\S+?)[,.:]?(?:\s|$)|, or (\S) for ")
LISTED = re.compile(r"^  (\S+) {2,}\S", re.M)
"""A key in a sentence; and one at the beginning of a line, with what it does."""


def of_an_app(event: Event, place: str, *, may_write: bool) -> Event:
    if not isinstance(event, ServerStarted):
        return event
    return replace(event, upstream=place, users=(), may_write=may_write, issuer="")


def make_lab(*, events: Sequence[Event], is_read_only: bool = False) -> InspectorApp:
    return InspectorApp(
        KeepingFeed(events),
        ticks=False,
        read_only=is_read_only,
        open_url=lambda url: True,
        comparing=Told,
    )


def make_attached(place: str, *, may_write: bool, has_rows: bool) -> InspectorApp:
    events = busy_events() if has_rows else [server()]
    seen = [of_an_app(event, place, may_write=may_write) for event in events]
    return InspectorApp(KeepingFeed(seen), ticks=False, open_url=lambda url: True)


def make_recording(folder: Path, events: Sequence[Event]) -> InspectorApp:
    path = folder / "tape.jsonl"
    Recorder(ListFeed(events).journal, str(path)).close()
    return InspectorApp(
        ReplayFeed(str(path)), read_only=True, ticks=False, open_url=lambda url: True
    )


APP = "http://localhost:3000"
PAGE = server().base_url
"""Where there is no proxy: the app has its own address."""
STATES: dict[str, Callable[[Path], InspectorApp]] = {
    "empty lab": lambda folder: make_lab(events=[server()]),
    "lab": lambda folder: make_lab(events=busy_events()),
    "empty lab, read-only": lambda folder: make_lab(events=[server()], is_read_only=True),
    "lab, read-only": lambda folder: make_lab(events=busy_events(), is_read_only=True),
    "lab of another provider": lambda folder: make_lab(events=[replace(server(), users=())]),
    "empty recording": lambda folder: make_recording(folder, [server()]),
    "recording": lambda folder: make_recording(folder, busy_events()),
    "app without rows": lambda folder: make_attached(APP, may_write=True, has_rows=False),
    "app": lambda folder: make_attached(APP, may_write=True, has_rows=True),
    "app, read-only": lambda folder: make_attached(APP, may_write=False, has_rows=True),
    "page without rows": lambda folder: make_attached(PAGE, may_write=True, has_rows=False),
    "store without rows": lambda folder: make_attached(NO_PROXY, may_write=True, has_rows=False),
    "store": lambda folder: make_attached(NO_PROXY, may_write=True, has_rows=True),
}


LAST = 1_000_000
"""An event behind every recording's end."""
WITHOUT_ROWS = (
    "empty lab",
    "empty recording",
    "app without rows",
    "page without rows",
    "store without rows",
)
"""States in which each key is tried in each view that offers it."""


@pytest.mark.parametrize("state", STATES)
async def test_each_key_that_is_offered_or_named_does_something(state: str, tmp_path: Path) -> None:
    app = STATES[state](tmp_path)
    idle: list[str] = []
    tried: set[str] = set()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for view, way in VIEWS.items():
            offered = [key for key in await open_view(pilot, way) if key.name not in LEAVE]
            named = [key for text in empty_texts(app.screen) for key in named_keys(text)]
            for key in dict.fromkeys([*(key.keys.split(",")[0] for key in offered), *named]):
                if key in tried and (key in ALIKE or state not in WITHOUT_ROWS):
                    continue  # the same in each view
                tried.add(key)
                show_all(app)
                await open_view(pilot, way)
                before = look(app)
                app.clear_notifications()
                await press(pilot, key)
                if warned(app) or (look(app) == before and not toasts(app)):
                    idle.append(f"{view}: {key}: {warned(app)}")
    assert "\n".join(idle) == ""


def test_each_key_of_each_footer_is_known() -> None:
    names = {key.name for key in ALL}
    assert {name for footer in FOOTERS.values() for name in footer} <= names


def test_what_changes_something_is_not_offered_to_who_may_only_read() -> None:
    view = View(is_read_only=True)
    assert [key.name for key in ALL if key.changes and is_useful(key, view, MarkedLine())] == []


async def open_view(pilot: Pilot[None], way: Sequence[str]) -> Sequence[Key]:
    """Open a view from home, and return the keys that it offers."""
    await go_home(pilot)
    await press(pilot, *way)
    return pilot.app.screen.query_one(KeyBar).keys


def show_all(app: InspectorApp) -> None:
    """Show a recording to its end: a key may have played it from its first event."""
    app.equipment.watching.playback.pause()
    app.equipment.watching.go_to(LAST)


async def go_home(pilot: Pilot[None]) -> None:
    while not isinstance(pilot.app.screen, LiveScreen):
        await press(pilot, "escape")
    app = pilot.app
    assert isinstance(app, InspectorApp)
    is_filtered = any(listing.query for listing in app.view.listings.values())
    if is_filtered or isinstance(app.focused, Input):
        await press(pilot, "escape")
    pilot.app.screen.query_one(SessionList).focus()
    await settle(pilot)


def look(app: InspectorApp) -> tuple[object, ...]:
    """Return what a key may change."""
    panes = app.screen.query(LineList)
    cursors = [
        (pane.id, pane.display, pane.cursor, pane.rows, str(pane.border_title)) for pane in panes
    ]
    feed = app.bridge._feed
    sent = len(feed.sent) if isinstance(feed, ListFeed) else 0
    view = replace(app.view, now=0.0)
    return (
        app.screen,
        app.focused,
        cursors,
        sent,
        view,
        [bar.keys for bar in app.screen.query(KeyBar)],
    )


def warned(app: App[None]) -> list[str]:
    return [
        notification.message
        for notification in app._notifications
        if notification.severity != "information"
    ]


def empty_texts(screen: Screen[object]) -> Iterator[str]:
    """Yield the texts of the lists that are empty."""
    for pane in screen.query(LineList):
        if not pane.rows and pane.display:
            yield pane.empty


def named_keys(text: str) -> list[str]:
    found = [one or other for one, other in NAMED.findall(text)]
    found += LISTED.findall(text)
    return ["question_mark" if name == "?" else name for name in found]


async def help_in(app: InspectorApp) -> str:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "question_mark")
        assert isinstance(app.screen, HelpScreen)
        return app.screen.text()


@pytest.mark.parametrize("state", ["app", "app, read-only", "store", "page without rows"])
async def test_the_help_names_no_key_that_only_the_lab_has(state: str, tmp_path: Path) -> None:
    text = await help_in(STATES[state](tmp_path))
    named = {key.name for key in KEYS if key.help in text}
    assert named.isdisjoint({*OF_THE_LAB, *OF_THE_PROVIDER})
    others = {key.name for key in KEYS} - OF_THE_LAB - OF_THE_PROVIDER
    assert named == others, "and each that works there, though nothing is marked for it now"


async def test_the_help_names_the_provider_s_keys_where_one_is_watched_with_the_app() -> None:
    with_provider = replace(server(), upstream=APP, users=())
    text = await help_in(InspectorApp(KeepingFeed([with_provider]), ticks=False))
    named = {key.name for key in KEYS if key.help in text}
    assert named.issuperset(OF_THE_PROVIDER)
    assert named.isdisjoint(OF_THE_LAB)
