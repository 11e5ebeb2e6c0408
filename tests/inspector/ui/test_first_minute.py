"""An empty home is one card, whose steps tick themselves off; then comes one's own app."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.commands import Login, RunScenario
from session_inspector.devserver.core.events.server import ServerStarted
from session_inspector.devserver.core.events.session import SessionResurrected
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.preferences import Preferences
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.widgets.listing.first_minute import FirstMinute
from session_inspector.inspector.ui.widgets.session_list import SessionList
from tests.inspector.busy import busy_events
from tests.inspector.comparing import Told
from tests.inspector.sample import NOW, ListFeed, login, server
from tests.inspector.ui.shown import shown_lines, toasts
from tests.inspector.ui.waiting import press, settle, until

SIZES = [(60, 20), (80, 24), (140, 42), (200, 60)]
RESURRECTED = SessionResurrected(
    at=NOW + 2,
    cause="x1",
    session="a",
    reason="late write",
    destroyed_at=NOW + 1,
    destroyed_by="x0",
)


def app_of(feed: ListFeed, *, read_only: bool = False) -> InspectorApp:
    return InspectorApp(feed, ticks=False, comparing=Told(), read_only=read_only)


def text_of(app: InspectorApp) -> str:
    return "\n".join(shown_lines(app))


def happen(app: InspectorApp, feed: ListFeed, *events: Event) -> None:
    for event in events:
        feed.journal.publish(event)
    app.bridge.pull()


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_an_empty_home_is_one_card_with_every_step_and_ones_own_app(
    size: tuple[int, int],
) -> None:
    app = app_of(ListFeed([server()]))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        text = text_of(app)
        for words in ("· l  log in", "· w  see a logout that does not log", "· 6  read the alarm"):
            assert words in text
        assert "session-inspector run -- CMD" in text
        assert "session-inspector attach URL" in text
        assert isinstance(app.focused, FirstMinute)
        assert not app.screen.query_one("#timeline").display


async def test_the_steps_tick_themselves_off_and_lead_to_ones_own_app() -> None:
    feed = ListFeed([server()])
    app = app_of(feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "l")
        assert isinstance(feed.sent[-1], Login)
        happen(app, feed, *login("a", NOW, 1, "lab:alice"))
        await settle(pilot)
        assert "✔ log in  w a wrong logout  6 read the alarm" in text_of(app)
        assert app.focused is app.screen.query_one(SessionList)
        await press(pilot, "w")
        assert feed.sent[1:] == [RunScenario(name="logout-race", kind="stateless")]
        happen(app, feed, RESURRECTED)
        await settle(pilot)
        assert "✔ a wrong logout  6 read the alarm" in text_of(app)
        await press(pilot, "6", "1")
        assert "✔ Now your app: session-inspector run -- CMD or attach URL" in text_of(app)
        await press(pilot, "escape")
        assert "Now your app" not in text_of(app)


async def test_esc_closes_the_card_and_the_panes_are_there() -> None:
    app = app_of(ListFeed([server()]))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "escape")
        assert isinstance(app.screen, LiveScreen)
        assert app.focused is app.screen.query_one(SessionList)
        assert "l   log in as Alice" in text_of(app)


async def test_sessions_that_are_there_already_need_no_steps() -> None:
    app = app_of(ListFeed(busy_events()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not app.screen.query_one(FirstMinute).display


async def test_who_only_watches_is_not_told_to_act() -> None:
    app = app_of(ListFeed([server()]), read_only=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not app.screen.query_one(FirstMinute).display


async def test_a_watched_app_has_its_own_words() -> None:
    started = server()
    assert isinstance(started, ServerStarted)
    app = app_of(ListFeed([replace(started, upstream="http://localhost:3000")]))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "open your app through the proxy" in text_of(app)


async def test_the_card_names_the_keys_that_a_person_has_chosen() -> None:
    chosen = Preferences(keys={"login": "n"})
    app = InspectorApp(ListFeed([server()]), ticks=False, comparing=Told(), preferences=chosen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "· n  log in" in text_of(app)


@pytest.mark.parametrize(("key", "seen"), [("l", Login(user="local|alice")), ("L", None)])
async def test_a_login_waits_for_a_lab_that_is_still_starting(key: str, seen: Login | None) -> None:
    feed = ListFeed([])
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, key)
        assert (feed.sent, toasts(app)) == ([], [])
        feed.journal.publish(server())
        await until(pilot, lambda: bool(feed.sent) or isinstance(app.screen, Menu))
        await settle(pilot)
        if seen is None:
            assert "local|alice" in "\n".join(shown_lines(app))
        else:
            assert feed.sent == [seen], "once"
