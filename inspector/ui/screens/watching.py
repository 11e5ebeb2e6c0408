"""A screen of the sessions that are watched: header, panes, footer."""

from __future__ import annotations

from session_inspector.inspector.model.boards.registry import tabs
from session_inspector.inspector.model.views.status import status
from session_inspector.inspector.ui.pace import PacedScreen
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.status_bar import StatusBar


class WatchScreen(PacedScreen[None]):
    """Is drawn anew at each change of the view."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]  # noqa: RUF012  # Textual's own form

    def draw(self, view: View) -> None:
        """Show what there is now."""
        raise NotImplementedError

    def draw_frame(self, view: View, *, board: str, footer: str) -> None:
        """Draw the header, with the tab of a board underlined, and the footer of a view."""
        row = status(view.state, view.now, view.clocked)
        self.query_one(StatusBar).show(row, view.now, tabs(view.state, board), view.notice)
        self.query_one(KeyBar).show(view.footer(footer), is_read_only=view.is_read_only)
