"""One session in detail: encrypted and decrypted side by side, the store, clocks, timeline."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from session_inspector.inspector.model.boards.registry import tabs
from session_inspector.inspector.model.views.detail import (
    content_fields,
    sealed_fields,
    store_fields,
)
from session_inspector.inspector.model.views.ladder import axis_marks, timer_rows
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.session_rows import session_row
from session_inspector.inspector.model.views.status import status
from session_inspector.inspector.model.views.timeline import timeline_rows
from session_inspector.inspector.ui.pace import PacedScreen
from session_inspector.inspector.ui.screens.view import View
from session_inspector.inspector.ui.widgets.field_list import FieldList
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.ladder import Ladder
from session_inspector.inspector.ui.widgets.status_bar import StatusBar
from session_inspector.inspector.ui.widgets.timeline import Timeline


class SessionScreen(PacedScreen[None]):
    """What the cookie hides and shows."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual's own form
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]  # noqa: RUF012  # as above

    def compose(self) -> ComposeResult:
        yield StatusBar(id="status")
        yield Ladder(id="ladder")
        with Horizontal(id="sides"):
            with Vertical(id="left"):
                yield FieldList(id="sealed", empty="  No live cookie has been seen.")
                yield FieldList(id="stored")
            yield FieldList(id="contents", empty="  Nothing could be decrypted.")
        yield Timeline(id="timeline", follows=True)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        for name, title in (
            ("ladder", "Expiry ladder"),
            ("sealed", "In the browser, encrypted"),
            ("stored", "In the store"),
            ("contents", "Decrypted"),
            ("timeline", "What happened to it"),
        ):
            self.query_one(f"#{name}").border_title = title
        self.query_one("#contents").border_subtitle = "u reveals a secret"

    def begin(self) -> None:
        """Start with the contents, from the first line of each pane."""
        self.query_one("#contents").focus()
        for pane in self.query(FieldList):
            pane.to_top()

    def draw(self, view: View) -> None:
        """Show what there is now."""
        state, now, session = view.state, view.now, view.session
        row = session_row(state, session, now)
        timers = timer_rows(state, session, now)
        bar = self.query_one(StatusBar)
        bar.tabs, bar.said = tabs(state, ""), view.said
        bar.show(status(state, now, view.clocked), now)
        self.query_one(KeyBar).show(view.footer("session"), is_read_only=view.is_read_only)
        ladder = self.query_one(Ladder)
        ladder.show(row, timers, axis_marks(timers, now), lamps_of(state, session, now))
        if row is not None:
            ladder.entitle(f"{row.who} · {row.kind} · {row.client} · {row.life}")
        for name, fields in (
            ("sealed", sealed_fields(state, session, now)),
            ("stored", store_fields(state, session, now)),
            ("contents", content_fields(state, session, now)),
        ):
            pane = self.query_one(f"#{name}", FieldList)
            pane.revealed = view.revealed
            pane.show(fields)
        self.query_one(Timeline).show(timeline_rows(state, session=session))
