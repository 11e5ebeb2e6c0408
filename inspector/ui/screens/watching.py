"""A screen of the sessions that are watched: header, panes, footer."""

from __future__ import annotations

from typing import Protocol

from textual.events import Key as Pressed

from session_inspector.inspector.keys import KEYS, with_chosen
from session_inspector.inspector.model.boards.registry import tabs
from session_inspector.inspector.model.views.selectors.pulse import pulse_graphs
from session_inspector.inspector.model.views.status import status
from session_inspector.inspector.ui.messages import RowMarked, RowOpened, RowSubject
from session_inspector.inspector.ui.pace import PacedScreen
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.status_bar import LOW, StatusBar

SHORT_PULSE = 6
"""Characters of the graph in a header of one line: two minutes."""


class Listener(Protocol):
    """Hears what a person chooses on a screen."""

    @property
    def marked(self) -> str:
        """The session that keys act on; empty: none."""
        ...

    def mark_session(self, session: str) -> None:
        """Take another session as the one that keys act on; empty: none."""
        ...

    def filter_sessions(self, query: str) -> None:
        """List the sessions that a query finds."""
        ...

    def open_subject(self, subject: RowSubject) -> None:
        """Show what a row is of."""
        ...


class WatchScreen(PacedScreen[None]):
    """Is drawn anew at each change of the view."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]  # noqa: RUF012  # Textual's own form

    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self.listener = listener
        self.view = View()
        """What is shown."""

    def draw(self, view: View) -> None:
        """Show what there is now."""
        raise NotImplementedError

    def draw_frame(self, view: View, *, board: str, footer: str) -> None:
        """Draw the header, with the tab of a board underlined, and the footer of a view."""
        self.view = view
        row = status(view.state, view.now, view.clocked)
        if self.size.height < LOW:
            graphs = pulse_graphs(view.state, view.now, SHORT_PULSE, is_plain=view.is_plain)
            self.query_one(StatusBar).pulse = graphs[0]
        self.query_one(StatusBar).show(row, view.now, tabs(view.state, board), view.notice)
        self.query_one(KeyBar).show(view.footer(footer), is_read_only=view.is_read_only)

    def on_row_marked(self, message: RowMarked) -> None:
        """Take the session of a row that a person went to."""
        message.stop()
        if message.is_by_hand and message.subject.session:
            self.listener.mark_session(message.subject.session)

    def on_row_opened(self, message: RowOpened) -> None:
        """Show what a row is of."""
        message.stop()
        self.listener.open_subject(message.subject)

    def on_key(self, event: Pressed) -> None:
        """Tell why a key does nothing here."""
        if not self.view.is_read_only:
            return
        for key in with_chosen(KEYS, self.view.keys):
            if key.changes and event.key in key.keys.split(","):
                why = f"{key.label} is off: {self.view.why_read_only}"
                self.notify(why, severity="warning", markup=False)
                return
