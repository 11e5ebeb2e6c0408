"""Beside the list of a wide screen: what is inside the selected session, and its row."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from session_inspector.inspector.model.views.detail import (
    content_fields,
    pane_titles,
    store_fields,
)
from session_inspector.inspector.ui.offers import hint_reveal
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.field_list import FieldList
from session_inspector.inspector.ui.widgets.status_bar import StatusBar
from session_inspector.inspector.ui.widgets.tones import ABSENT, ASIDE, is_shown

WIDE = 180
"""Columns of a screen from which it is shown."""
COLUMNS = 60
FOOTER = 1
STORED = "In the store"


class SideDetails(Vertical):
    """Two panes of the details, without opening them; hidden where there is no room."""

    def compose(self) -> ComposeResult:
        yield FieldList(id="contents", empty="  Nothing inside can be read.")
        yield FieldList(id="stored", empty="  No session is selected.")

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, classes=ABSENT)

    def on_mount(self) -> None:
        self.query_one("#stored", FieldList).entitle(STORED)

    def draw(self, view: View) -> None:
        """Show the selected session; what is not seen is not computed."""
        if not is_shown(self) or self.has_class(ASIDE):
            return
        contents = self.query_one("#contents", FieldList)
        stored = self.query_one("#stored", FieldList)
        _, inside = pane_titles(view.state)
        fields = content_fields(view.state, view.session, view.now)
        contents.entitle(inside, hint_reveal(fields, view))
        for pane in (contents, stored):
            pane.revealed = view.revealed
        contents.show(fields)
        stored.show(store_fields(view.state, view.session, view.now))


def columns_beside(width: int) -> int:
    """Return how many columns the details take of a screen."""
    if width < WIDE:
        return 0
    return COLUMNS


def fit_beside(pane: Widget, width: int, height: int) -> None:
    """Give a pane that is docked beside the others their height, on a wide screen."""
    rows: int | str = height - StatusBar.rows_of(height) - FOOTER
    if width < WIDE:
        rows = "auto"
    pane.styles.height = rows
