"""Back home, the session that keys act on is the one that was marked elsewhere."""

from __future__ import annotations

from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.widgets.line_list import LineList
from session_inspector.inspector.ui.widgets.session_list import SessionList
from session_inspector.inspector.ui.widgets.subject import subject_of
from tests.inspector.sample import NOW, ListFeed, login, server
from tests.inspector.ui.waiting import press, settle


async def test_a_session_that_came_meanwhile_and_was_marked_elsewhere_stays_marked() -> None:
    """The list is not drawn when it is shown again: it has no line of that session yet."""
    feed = ListFeed([server(NOW - 60), *login("alice", NOW - 30, 1, "Chrome")])
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "3")
        for event in login("carol", NOW - 5, 2, "Firefox"):
            feed.journal.publish(event)
        app.bridge.pull()
        await settle(pilot)
        pane = app.focused
        assert isinstance(pane, LineList)
        await press(pilot, "g")
        while subject_of(pane.current).session != "carol":
            await press(pilot, "j")
        assert app.view.session == "carol"
        await app.actions.views.show_sessions()
        await settle(pilot)
        row = app.screen.query_one(SessionList).current
        assert (app.view.session, row and row.session) == ("carol", "carol")
