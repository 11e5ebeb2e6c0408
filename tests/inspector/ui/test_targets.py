"""Keys act on what is shown: the session of the marked line, in every view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from textual.pilot import Pilot

from session_inspector.devserver.core.commands import Logout, RefreshTokens, Request
from session_inspector.devserver.core.events.login import LoginStarted, LoginSucceeded
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.boards.requests import SCANNED
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.screens.session import SessionScreen
from session_inspector.inspector.ui.screens.whole_line import WholeLineScreen
from session_inspector.inspector.ui.widgets.line_list import LineList
from session_inspector.inspector.ui.widgets.session_list import SessionList
from session_inspector.inspector.ui.widgets.subject import subject_of
from tests.inspector.busy import busy_events
from tests.inspector.comparing import Told
from tests.inspector.sample import NOW, ListFeed, login, server, started, written
from tests.inspector.ui.shown import shown_lines, toasts
from tests.inspector.ui.waiting import press, settle, until

SIZE = (120, 40)
BOARDS = "23456789"
MOST = 12
"""Lines of a view that are opened."""
TIMELINE = ("f", "f")
BY_ROWS = {
    "timeline": TIMELINE,
    "requests": ("3",),
    "tokens": ("4",),
    "rows": ("9",),
}
"""Views whose lines are of sessions, and the keys that lead there."""


def app_of(feed: ListFeed) -> InspectorApp:
    return InspectorApp(feed, ticks=False, comparing=Told())


def pane_of(app: InspectorApp) -> LineList[object]:
    assert isinstance(app.focused, LineList)
    return app.focused


def session_under(app: InspectorApp) -> str:
    return subject_of(pane_of(app).current).session


async def reach(pilot: Pilot[None], session: str) -> None:
    """Move by keys until the cursor is on a line of a session."""
    assert isinstance(pilot.app, InspectorApp)
    await press(pilot, "g")
    for _ in range(len(pane_of(pilot.app).rows)):
        if session_under(pilot.app) == session:
            return
        await press(pilot, "j")
    raise AssertionError(f"no line of {session}")


async def mark(pilot: Pilot[None], is_wanted: Callable[[object], bool]) -> None:
    """Put the cursor on the first line that is wanted."""
    assert isinstance(pilot.app, InspectorApp)
    pane = pane_of(pilot.app)
    number = next(at for at, row in enumerate(pane.rows) if is_wanted(row))
    pane.select(pane.key_of(pane.rows[number]), number)
    await settle(pilot)


def is_of(session: str, row: object) -> bool:
    return subject_of(row).session == session


def two_people() -> ListFeed:
    carol = login("c", NOW + 1, 2, "lab:carol", who=("local|carol", "Carol Chen"))
    logins = (LoginStarted, LoginSucceeded)
    hers = [replace(one, login="l2") if isinstance(one, logins) else one for one in carol]
    return ListFeed([server(), *login("a", NOW, 1, "lab:alice"), *hers])


@pytest.mark.parametrize("view", BY_ROWS)
async def test_a_key_acts_on_the_session_of_the_marked_line(view: str) -> None:
    feed = two_people()
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *BY_ROWS[view])
        for session in ("a", "c", "a"):
            await reach(pilot, session)
            await press(pilot, "t")
            assert feed.sent[-1] == RefreshTokens(session=session)
            named = "#ladder" if view == "timeline" else "#board"
            assert f"· {session}" in str(app.screen.query_one(named).border_title)


def login_in_two_steps() -> list[Event]:
    begun = LoginStarted(at=NOW, cause="x1", login="l1", transaction_cookie="__txn_a")
    rest = [event for event in login("a", NOW, 2, "lab:a") if not isinstance(event, LoginStarted)]
    return [server(), started("x1", NOW, "/auth/login", "lab:a"), begun, *rest]


@pytest.mark.parametrize(
    ("view", "events"),
    [("5", login_in_two_steps()), ("6", busy_events())],
    ids=["logins", "alarms"],
)
async def test_a_key_acts_on_the_session_of_each_login_and_alarm(
    view: str, events: list[Event]
) -> None:
    feed = ListFeed(events)
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, view)
        sessions = {subject_of(row).session for row in pane_of(app).rows} - {""}
        for session in sessions:
            await mark(pilot, partial(is_of, session))
            await press(pilot, "r")
            assert feed.sent[-1] == Request(session=session)
        assert sessions


@pytest.mark.parametrize("view", BY_ROWS)
async def test_a_view_begins_with_the_marked_session(view: str) -> None:
    feed = two_people()
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "G", *BY_ROWS[view], "o")
        assert feed.sent == [Logout(session="a")]
        assert session_under(app) in ("a", "")


async def test_a_view_without_lines_of_the_marked_session_marks_what_it_shows() -> None:
    feed = ListFeed([server(), *login("a", NOW, 1, "lab:alice"), written("d", NOW + 1, "x2")])
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "g", "4", "t")
        assert feed.sent == [RefreshTokens(session="a")]


async def test_the_list_shows_what_was_marked_elsewhere() -> None:
    app = app_of(two_people())
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "4")
        await reach(pilot, "a")
        await press(pilot, "1")
        row = app.screen.query_one(SessionList).current
        assert (app.view.session, row and row.session) == ("a", "a")


async def test_what_a_filter_hides_is_no_target() -> None:
    feed = two_people()
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "slash", *"nobody", "enter", "t", "o", "x", "enter")
        assert (feed.sent, isinstance(app.screen, LiveScreen)) == ([], True)
        assert "no session that matches the filter" in str(toasts(app))
        await press(pilot, "escape", "t")
        assert feed.sent == [RefreshTokens(session="c")]


async def test_what_was_marked_elsewhere_and_the_filter_hides_is_no_target_in_the_list() -> None:
    feed = two_people()
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "slash", *"carol", "enter", "4")
        await reach(pilot, "a")
        await press(pilot, "1", "r")
        assert feed.sent == [Request(session="c")]


async def test_enter_in_the_timeline_opens_the_session_of_the_event() -> None:
    app = app_of(two_people())
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *TIMELINE)
        await reach(pilot, "a")
        await press(pilot, "enter")
        assert (isinstance(app.screen, SessionScreen), app.view.session) == (True, "a")


async def test_an_event_that_comes_by_itself_is_no_new_target() -> None:
    feed = two_people()
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *TIMELINE, "G")
        before = app.view.session
        for event in login("d", NOW + 2, 3, "lab:dave", who=("local|dave", "Dave")):
            feed.journal.publish(event)
        app.bridge.pull()
        await settle(pilot)
        assert app.view.session == before
        assert any(f"· {before} " in line for line in shown_lines(app))


@pytest.mark.parametrize("key", ["x", "v"])
async def test_the_menu_names_the_session_by_more_than_its_user(key: str) -> None:
    app = app_of(two_people())
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, key)
        assert isinstance(app.screen, Menu)
        title = str(app.screen.query_one("#menu").border_title)
        assert "Carol Chen · lab:carol · c" in title


@pytest.mark.parametrize("board", BOARDS)
async def test_each_board_names_the_session_that_keys_act_on(board: str) -> None:
    app = app_of(ListFeed(busy_events()))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "slash", *"bob", "enter", board)
        row = app.view.state.sessions[app.view.session]
        title = str(app.screen.query_one("#board").border_title)
        assert f"· {row.session[:6]}" in title
        assert row.facts.name in title


@pytest.mark.parametrize("keys", [(key,) for key in BOARDS] + [TIMELINE, ("enter",)])
async def test_enter_opens_something_on_every_line_of_every_view(keys: tuple[str, ...]) -> None:
    app = app_of(ListFeed(busy_events()))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "G", *keys)
        count = len(pane_of(app).rows)
        for number in range(0, count, max(1, count // MOST)):
            pane = pane_of(app)
            key = pane.key_of(pane.rows[number])
            pane.select(key, number)
            await settle(pilot)
            if key.startswith("play "):
                continue  # test_actions.py
            before = shown(app)
            await press(pilot, "enter")
            assert shown(app) != before, number
            await press(pilot, *way_back(app, keys))


def shown(app: InspectorApp) -> tuple[object, str, int]:
    """Return the screen, the board, and its lines: a request's story opens below it."""
    return app.screen, board_of(app), sum(len(pane.rows) for pane in app.screen.query(LineList))


def board_of(app: InspectorApp) -> str:
    return app.screen.board.name if isinstance(app.screen, BoardScreen) else ""


def way_back(app: InspectorApp, keys: tuple[str, ...]) -> list[str]:
    """Return the keys that lead back to a view from what Enter has opened."""
    if isinstance(app.screen, (WholeLineScreen, SessionScreen)):
        return ["escape"]
    return ["1", "escape", *keys]


async def test_the_lanes_begin_at_the_request_that_caused_an_alarm() -> None:
    app = app_of(ListFeed(busy_events()))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "6")
        subject = subject_of(pane_of(app).current)
        assert subject.exchange
        await press(pilot, "3")
        assert subject_of(pane_of(app).current).exchange == subject.exchange


async def test_an_alarm_of_a_request_that_is_no_longer_shown_says_so() -> None:
    events = busy_events()
    more = [written("z", NOW + at, "") for at in range(SCANNED)]
    last = started("x200", NOW + SCANNED, "/", "lab:z")
    app = app_of(ListFeed([*events, *more, last]))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "6")
        await mark(pilot, lambda row: subject_of(row).exchange == "x32")
        await press(pilot, "3")
        await until(pilot, lambda: "is older than what is shown here" in str(toasts(app)))


async def test_a_line_that_is_cut_is_shown_whole() -> None:
    app = app_of(ListFeed(busy_events()))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "6", "G", "enter")
        assert isinstance(app.screen, WholeLineScreen)
        assert "Fix:" in " ".join(shown_lines(app))
        await press(pilot, "j", "k", "escape")
        assert isinstance(app.screen, BoardScreen)


async def test_a_line_that_counts_sessions_lists_them() -> None:
    app = app_of(ListFeed(busy_events()))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "9")
        await mark(pilot, lambda row: isinstance(row, Field) and row.key == "user Zoë Zhang")
        await press(pilot, "enter")
        assert isinstance(app.screen, LiveScreen)
        rows = app.screen.query_one(SessionList).rows
        assert {row.who for row in rows} == {"Zoë Zhang"}
