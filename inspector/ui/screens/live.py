"""The main screen: sessions, the selected one's clocks and cookies, and what happens."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.events import DescendantFocus
from textual.widgets import Input

from session_inspector.inspector.model.views.timeline import timeline_rows
from session_inspector.inspector.ui.messages import RowMarked, SessionHighlighted
from session_inspector.inspector.ui.screens.side_details import (
    WIDE,
    SideDetails,
    columns_beside,
    fit_beside,
)
from session_inspector.inspector.ui.screens.watching import WatchScreen
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.clocks_pane import ClocksPane
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.notice_line import NoticeLine
from session_inspector.inspector.ui.widgets.pulse_line import PulseLine
from session_inspector.inspector.ui.widgets.session_list import SessionList
from session_inspector.inspector.ui.widgets.sessions_pane import SessionsPane
from session_inspector.inspector.ui.widgets.status_bar import StatusBar
from session_inspector.inspector.ui.widgets.subject import go_to_session, subject_of
from session_inspector.inspector.ui.widgets.timeline import Timeline

LONGEST_QUERY = 1000
TITLES = {"filter": "Filter", "timeline": "Timeline"}
LEAST_LIST = 5
LEAST_TIMELINE = 5
"""Rows that each has at least."""
FILTER = 3
FOOTER = 1
HIGH = 32
"""Rows from which the pulse has a line, as the sheet says."""
PULSE = 1


class LiveScreen(WatchScreen):
    """Everything at a glance."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-broad")]  # noqa: RUF012  # Textual's own form

    def compose(self) -> ComposeResult:
        yield StatusBar(id="status")
        yield Input(
            id="filter",
            placeholder="user:alice state:live kind:stateful expires:<10m",
            max_length=LONGEST_QUERY,
        )
        yield SessionsPane(id="list")
        yield ClocksPane(id="clocks")
        yield PulseLine(id="pulse")
        yield Timeline(id="timeline", empty="  Nothing has happened yet.", follows=True)
        yield SideDetails(id="beside")
        yield NoticeLine(id="said")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        for name, title in TITLES.items():
            self.query_one(f"#{name}").border_title = title
        self.query_one("#filter").display = False
        self.query_one("#sessions").focus()

    def draw(self, view: View) -> None:
        """Show what there is now."""
        self.query_one(SessionsPane).draw(view)
        self.query_one(ClocksPane).draw(view)
        self.query_one(PulseLine).show(view.state, view.now, is_plain=view.is_plain)
        self.query_one(Timeline).show(timeline_rows(view.state))
        self.query_one(SideDetails).draw(view)
        self.draw_frame(view, board="", footer="live")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """In the timeline, begin at the newest event of the session that keys act on."""
        pane = event.widget
        if isinstance(pane, Timeline) and subject_of(pane.current).session != self.view.session:
            go_to_session(pane, self.view.session)

    def on_resize(self) -> None:
        fit(self)
        beside = self.query_one(SideDetails)
        beside.display = self.size.width >= WIDE
        fit_beside(beside, self.size.width, self.size.height)
        self.query_one(ClocksPane).draw(self.view)
        beside.draw(self.view)

    def on_screen_resume(self) -> None:
        """Take the marked session where it is listed, else the one under the cursor."""
        sessions = self.query_one(SessionList)
        if sessions.current is None or sessions.current.session == self.listener.marked:
            return
        sessions.select(self.listener.marked)
        self.listener.mark_session(sessions.current.session)

    def on_row_marked(self, message: RowMarked) -> None:
        """Put the cursor of the list on the session of an event, where it is listed."""
        if message.is_by_hand and message.subject.session:
            self.query_one(SessionList).select(message.subject.session)

    def on_session_highlighted(self, message: SessionHighlighted) -> None:
        message.stop()
        self.listener.mark_session(message.session)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.listener.filter_sessions(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.close_filter()

    def open_filter(self, text: str) -> None:
        """Let the person type a filter."""
        box = self.query_one("#filter", Input)
        box.display = True
        box.value = text
        fit(self)
        self.set_focus(box)  # now: the next key is typed already

    def close_filter(self) -> None:
        """Hide the filter box, and give the list the keys again."""
        self.query_one("#filter").display = False
        fit(self)
        self.query_one("#sessions").focus()


def fit(screen: LiveScreen) -> None:
    """Give the clocks the rows that list and timeline leave."""
    width = screen.size.width - columns_beside(screen.size.width)
    height = screen.size.height
    taken = StatusBar.rows_of(height) + FOOTER + LEAST_LIST + LEAST_TIMELINE
    if height >= HIGH:
        taken += PULSE
    if screen.query_one("#filter").display:
        taken += FILTER
    screen.query_one(ClocksPane).fit(width, height, height - taken)
