"""The selected session stays the target in a view that has its lines, also far from the newest."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.line_list import LineList
from session_inspector.inspector.ui.widgets.row_search import NEAR
from session_inspector.inspector.ui.widgets.session_list import SessionList
from session_inspector.inspector.ui.widgets.subject import subject_of
from tests.inspector.sample import NOW, ListFeed, ended, login, server, started, written
from tests.inspector.ui.waiting import press, settle, until


async def test_a_session_stays_marked_in_the_requests_however_many_came_since() -> None:
    events: list[Event] = [server()]
    for number in range(NEAR + 50):
        exchange = f"x{number}"
        session = f"s{number // 10}"
        events += [
            started(exchange, NOW + number, "/", f"lab:{session}"),
            written(session, NOW + number, exchange, who=(session, session)),
            ended(exchange, NOW + number, 200, session),
        ]
    app = InspectorApp(ListFeed(events), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "end")
        assert app.view.session == "s0"
        await press(pilot, "3")
        pane = app.focused
        assert isinstance(pane, LineList)
        assert (subject_of(pane.current).session, app.view.session) == ("s0", "s0")


@pytest.mark.parametrize("keys", ["h", "c", "2", "3", "5", "6", "9", "D"])
async def test_a_view_that_was_open_before_takes_the_first_session(keys: str) -> None:
    feed = ListFeed([server()])
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *keys)
        assert app.view.session == ""
        for event in login("alice", NOW, 1, "Chrome"):
            feed.journal.publish(event)
        await until(pilot, lambda: app.view.session == "alice")
        await settle(pilot)
        if keys != "D":
            assert "Alice Archer" in str(app.screen.query_one("#board").border_title)


async def test_a_view_takes_no_session_that_the_filter_of_the_list_hides() -> None:
    feed = ListFeed([server(), *login("alice", NOW, 1, "Chrome")])
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "slash", *"user:bob", "enter", "h")
        assert app.view.session == ""
        bob = login("bob", NOW + 1, 2, "Chrome", who=("local|bob", "Bob Baker"))
        for event in [*login("carol", NOW + 1, 3, "Chrome"), *bob]:
            feed.journal.publish(event)
        await until(pilot, lambda: app.view.session == "bob")


async def test_a_moved_cursor_is_painted_before_what_is_told_of_its_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed = ListFeed([server(), *(written(f"s{number}", NOW, "") for number in range(3))])
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        listed = app.screen.query_one(SessionList)
        order = [row.session for row in listed.rows]
        drawn = list[str]()
        draw = LiveScreen.draw

        def note(screen: LiveScreen, view: View) -> None:
            drawn.append(view.session)
            draw(screen, view)

        monkeypatch.setattr(LiveScreen, "draw", note)
        for session in order[1:]:  # at once: no repaint between
            app.actions.views.mark_session(session)
        target = app.actions.views.marked
        before = list(drawn)
        await settle(pilot)
    assert (target, before) == (order[2], [])
    assert drawn == [order[2]]
