"""The main screen: sessions, the selected one's clocks and cookies, and what happens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from session_inspector.inspector.model.facts.rows import Lamp, SessionRow
from session_inspector.inspector.model.views.cookies import cookie_rows
from session_inspector.inspector.model.views.keeping import header_bytes, verdicts_of
from session_inspector.inspector.model.views.ladder import axis_marks, timer_rows
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.session_rows import session_row
from session_inspector.inspector.model.views.timeline import timeline_rows
from session_inspector.inspector.model.views.watch_mode import BEGIN, detect_watch_mode
from session_inspector.inspector.ui.messages import RowOpened, SessionHighlighted
from session_inspector.inspector.ui.screens.watching import WatchScreen
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.cookie_panel import CookiePanel
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.ladder import Ladder
from session_inspector.inspector.ui.widgets.session_list import SessionList
from session_inspector.inspector.ui.widgets.sessions_pane import SessionsPane
from session_inspector.inspector.ui.widgets.status_bar import StatusBar
from session_inspector.inspector.ui.widgets.timeline import Timeline

LONGEST_QUERY = 1000
TITLES = {
    "filter": "Filter",
    "ladder": "Expiry ladder",
    "cookies": "Live cookies",
    "timeline": "Timeline",
}


class SessionListener(Protocol):
    """Hears what a person chooses on this screen."""

    def mark_session(self, session: str) -> None:
        """Take another session as the one that keys act on."""
        ...

    def filter_sessions(self, query: str) -> None:
        """List the sessions that a query finds."""
        ...

    def open_session(self) -> None:
        """Show the marked session in detail."""
        ...


class LiveScreen(WatchScreen):
    """Everything at a glance."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual's own form

    def __init__(self, listener: SessionListener) -> None:
        super().__init__()
        self._listener = listener

    def compose(self) -> ComposeResult:
        yield StatusBar(id="status")
        yield Input(
            id="filter",
            placeholder="user:alice state:live kind:stateful expires:<10m",
            max_length=LONGEST_QUERY,
        )
        with Horizontal(id="top"):
            yield SessionsPane(id="list")
            yield CookiePanel(id="cookies")
        yield Ladder(id="ladder")
        yield Timeline(id="timeline", empty="  Nothing has happened yet.", follows=True)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        for name, title in TITLES.items():
            self.query_one(f"#{name}").border_title = title
        self.query_one("#filter").display = False
        self.query_one("#sessions").focus()

    def draw(self, view: View) -> None:
        """Show what there is now."""
        self.query_one(SessionsPane).draw(view)
        self._draw_ladder(view)
        self._draw_cookies(view)
        self.query_one(Timeline).show(timeline_rows(view.state))
        self.draw_frame(view, board="", footer="live")

    def on_session_highlighted(self, message: SessionHighlighted) -> None:
        message.stop()
        self._listener.mark_session(message.session)

    def on_row_opened(self, message: RowOpened) -> None:
        message.stop()
        self._listener.open_session()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._listener.filter_sessions(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.close_filter()

    def select(self, session: str) -> None:
        """Put the cursor on a session."""
        self.query_one(SessionList).select(session)

    def open_filter(self, text: str) -> None:
        """Let the person type a filter."""
        box = self.query_one("#filter", Input)
        box.display = True
        self.add_class("-filtering")
        box.value = text
        self.set_focus(box)  # now: the next key is typed already

    def close_filter(self) -> None:
        """Hide the filter box, and give the list the keys again."""
        self.query_one("#filter").display = False
        self.remove_class("-filtering")
        self.query_one("#sessions").focus()

    def _draw_ladder(self, view: View) -> None:
        row = session_row(view.state, view.session, view.now)
        clocks = timer_rows(view.state, view.session, view.now)
        lamps: Sequence[Lamp] = ()
        if self._has_room_for_lamps(row):
            lamps = lamps_of(view.state, view.session, view.now)
        ladder = self.query_one(Ladder)
        ladder.empty = f"No session yet: {BEGIN[detect_watch_mode(view.state)]}."
        ladder.show(row, clocks, axis_marks(clocks, view.now), lamps)
        if row is None:
            ladder.entitle(TITLES["ladder"])
        else:
            ladder.entitle(f"{TITLES['ladder']} · {row.who}")

    def _has_room_for_lamps(self, row: SessionRow | None) -> bool:
        """On a low screen, only what outlives a session is worth a line."""
        is_over = row is not None and row.life != "live"
        return is_over or not self.has_class("-low")

    def _draw_cookies(self, view: View) -> None:
        cookies = cookie_rows(view.state, view.session, view.now)
        verdicts = verdicts_of(view.state, view.session, view.now)
        sent = header_bytes(view.state, view.session)
        self.query_one(CookiePanel).show(cookies, verdicts, sent)
