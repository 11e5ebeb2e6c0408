"""One request in full beside its answer; sent again, both answers beside each other."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal

from session_inspector.inspector.model.lists.request_detail import (
    RequestReport,
    answered_fields,
    asked_fields,
)
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.ui.offers import MarkedLine
from session_inspector.inspector.ui.screens.watching import Listener, WatchScreen
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.field_list import FieldList
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.notice_line import NoticeLine
from session_inspector.inspector.ui.widgets.status_bar import StatusBar

SENDS_AGAIN = mark_keys("<inspect> sends it again")
DIFFERS = "what differs is amber"


class RequestScreen(WatchScreen):
    """Shows what the server has kept."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  # Textual's own form

    def __init__(
        self, listener: Listener, report: RequestReport, again: RequestReport | None = None
    ) -> None:
        """`again` is the same request, sent once more; what is sent from here is the first."""
        super().__init__(listener)
        self.report = report
        self.again = again

    def compose(self) -> ComposeResult:
        yield StatusBar(id="status")
        with Horizontal(id="both"):
            yield FieldList(id="asked")
            yield FieldList(id="answered")
        yield NoticeLine(id="said")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#asked").focus()

    def find_line(self) -> MarkedLine:
        """Return the marked line; each is of the request that is sent again, where it may be."""
        exchange = self.report.exchange
        if self.view.is_read_only:
            exchange = ""
        return replace(super().find_line(), exchange=exchange)

    def draw(self, view: View) -> None:
        """Show the request and its answer, or both answers."""
        self.draw_frame(view, board="requests", footer="request")
        left = self.query_one("#asked", FieldList)
        right = self.query_one("#answered", FieldList)
        report = self.report
        hint = view.spell(SENDS_AGAIN)
        if view.is_read_only:
            hint = ""
        if self.again is None:
            left.entitle(f"Request {report.exchange}", hint)
            left.show(asked_fields(report, view.state))
            right.entitle(f"Answer to {report.exchange}")
            right.show(answered_fields(report))
            return
        left.entitle(f"Answer to {report.exchange}", hint)
        left.show(answered_fields(report, self.again))
        right.entitle(f"Answer to {self.again.exchange}, sent again", DIFFERS)
        right.show(answered_fields(self.again, report))
