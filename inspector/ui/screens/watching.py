"""A screen of the sessions that are watched: header, panes, footer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from textual.events import DescendantFocus
from textual.events import Key as Pressed

from session_inspector.inspector.keys import KEYS, with_chosen
from session_inspector.inspector.model.boards.registry import Tab, tabs
from session_inspector.inspector.model.views.status import status
from session_inspector.inspector.ui.messages import RowMarked, RowOpened, RowSubject
from session_inspector.inspector.ui.offers import MarkedLine, choose_offered, describe_line
from session_inspector.inspector.ui.screens.zoom import ZoomScreen, offer_unzoom
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.line_list import LineList
from session_inspector.inspector.ui.widgets.status_bar import StatusBar


class Listener(Protocol):
    """Hears what a person chooses on a screen."""

    @property
    def marked(self) -> str:
        """The session that keys act on; empty: none."""
        ...

    def mark_session(self, session: str) -> None:
        """Take another session as the one that keys act on; empty: none."""
        ...

    def open_subject(self, subject: RowSubject) -> None:
        """Show what a row is of."""
        ...


class WatchScreen(ZoomScreen):
    """Is drawn anew at each change of the view."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]  # noqa: RUF012  # Textual's own form

    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self.listener = listener
        self.view = View()
        """What is shown."""
        self.footer = ""
        """The view whose keys are offered; empty: nothing is drawn yet."""

    def draw(self, view: View) -> None:
        """Show what there is now."""
        raise NotImplementedError

    def draw_frame(self, view: View, *, board: str, footer: str) -> None:
        """Draw the header, with the tab of a board underlined, and the footer of a view."""
        self.view = view
        self.footer = footer
        row = status(view.state, view.now, view.run_out)
        shown = with_own_keys(tabs(view.state, board), view.keys)
        self.query_one(StatusBar).show(row, view.now, shown, view.notice)
        draw_keys(self)

    def find_line(self) -> MarkedLine:
        """Return what keys that act on a line find."""
        pane = self.focused
        if isinstance(pane, LineList):
            return describe_line(pane.current)
        return MarkedLine()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Another pane has the keys."""
        draw_keys(self)

    def on_row_marked(self, message: RowMarked) -> None:
        """Take the session of a row that a person went to."""
        message.stop()
        draw_keys(self)
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


def with_own_keys(shown: Sequence[Tab], chosen: Mapping[str, str]) -> list[Tab]:
    """Return the views in the header with the keys that the person has given them."""
    return [replace(tab, key=chosen.get(tab.action, tab.key).split(",")[0]) for tab in shown]


def draw_keys(screen: WatchScreen) -> None:
    """Offer the keys that do something at the marked line."""
    if not screen.footer:
        return  # nothing is drawn yet
    keys = screen.view.footer(screen.footer)
    offered = choose_offered(keys, screen.view, screen.find_line())
    back = offer_unzoom(screen, screen.view.keys)
    offered = [key for key in offered if not (back and key.name == back[0].name)]
    screen.query_one(KeyBar).show([*back, *offered])
