"""One session: its cookies beside what is inside them, the store, clocks, timeline."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus

from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.views.detail import (
    content_fields,
    pane_titles,
    sealed_fields,
    store_fields,
)
from session_inspector.inspector.model.views.ladder import axis_marks, timer_rows
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.selectors.target import name_target
from session_inspector.inspector.model.views.session_rows import session_row
from session_inspector.inspector.model.views.timeline import timeline_rows
from session_inspector.inspector.ui.offers import hint_reveal
from session_inspector.inspector.ui.screens.watching import Listener, WatchScreen
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.field_list import FieldList
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.ladder import Ladder
from session_inspector.inspector.ui.widgets.notice_line import NoticeLine
from session_inspector.inspector.ui.widgets.status_bar import LOW, StatusBar
from session_inspector.inspector.ui.widgets.timeline import Timeline
from session_inspector.inspector.ui.widgets.tones import FOLDED, Toned

TITLES = {
    "ladder": "Expiry ladder",
    "stored": "In the store",
    "timeline": "What happened to it",
}
PANES = ("ladder", "sealed", "stored", "contents", "timeline")


class SessionScreen(WatchScreen):
    """What the cookie hides and shows."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual's own form

    def __init__(self, listener: Listener) -> None:
        super().__init__(listener)
        self._open = "contents"
        """The id of the pane that is open where only one is."""

    def compose(self) -> ComposeResult:
        yield StatusBar(id="status")
        yield Ladder(id="ladder")
        with Horizontal(id="sides"):
            with Vertical(id="left"):
                yield FieldList(id="sealed", empty="  No cookie has been seen for it.")
                yield FieldList(id="stored")
            yield FieldList(id="contents", empty="  Nothing inside can be read.")
        yield Timeline(id="timeline", follows=True)
        yield NoticeLine(id="said")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        for name, title in TITLES.items():
            self._pane(name).entitle(title)

    def begin(self) -> None:
        """Start with the contents, from the first line of each pane."""
        self.query_one("#contents").focus()
        for pane in self.query(FieldList):
            pane.go_to(0, by_hand=False)

    def draw(self, view: View) -> None:
        """Show what there is now."""
        state = view.state
        session = view.session
        self.draw_frame(view, board="", footer="session")
        contents = content_fields(state, session, view.now)
        self._draw_titles(view, contents)
        self._draw_ladder(view)
        _draw_fields(self, "sealed", view, sealed_fields(state, session, view.now))
        _draw_fields(self, "stored", view, store_fields(state, session, view.now))
        _draw_fields(self, "contents", view, contents)
        self.query_one(Timeline).show(timeline_rows(state, session=session))

    def on_resize(self) -> None:
        self._arrange(self.size.height)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """On a low screen, open the pane that has the keys and fold the others."""
        self._open = event.widget.id or self._open
        self._arrange(self.size.height)

    def _arrange(self, height: int) -> None:
        is_low = height < LOW
        for name in PANES:
            self._pane(name).set_class(is_low and name != self._open, FOLDED)
        for name in ("sides", "left"):
            box = self.query_one(f"#{name}")
            box.set_class(is_low and not box.query(f"#{self._open}"), "-shut")

    def _pane(self, name: str) -> Toned:
        return self.query_one(f"#{name}", Toned)

    def _draw_titles(self, view: View, contents: Sequence[Field]) -> None:
        outside, inside = pane_titles(view.state)
        self._pane("sealed").entitle(outside)
        self._pane("contents").entitle(inside, hint_reveal(contents, view))

    def _draw_ladder(self, view: View) -> None:
        row = session_row(view.state, view.session, view.now)
        clocks = timer_rows(view.state, view.session, view.now)
        lamps = lamps_of(view.state, view.session, view.now)
        ladder = self.query_one(Ladder)
        ladder.show(row, clocks, axis_marks(clocks, view.now), lamps)
        if row is not None:
            ladder.entitle(f"{name_target(row)} · {row.kind} · {row.life}")


def _draw_fields(screen: SessionScreen, name: str, view: View, fields: Sequence[Field]) -> None:
    pane = screen.query_one(f"#{name}", FieldList)
    pane.revealed = view.revealed
    pane.show(fields)
