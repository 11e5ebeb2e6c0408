"""The selected session stays the target in a view that has its lines, also far from the newest."""

from __future__ import annotations

from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.widgets.line_list import LineList
from session_inspector.inspector.ui.widgets.row_search import NEAR
from session_inspector.inspector.ui.widgets.subject import subject_of
from tests.inspector.sample import NOW, ListFeed, ended, server, started, written
from tests.inspector.ui.waiting import press


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
