"""The key that gives the focused pane the whole screen, and all others their room again."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from textual.screen import Screen
from textual.widget import Widget

from session_inspector.inspector.ui.actions.window import ActionTable, Window
from session_inspector.inspector.ui.watch import Watch
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.listing.column_heads import ColumnHeads
from session_inspector.inspector.ui.widgets.listing.filter_box import FilterBox
from session_inspector.inspector.ui.widgets.notice_line import NoticeLine
from session_inspector.inspector.ui.widgets.status_bar import StatusBar
from session_inspector.inspector.ui.widgets.tones import ZOOMED

ALWAYS = (StatusBar, NoticeLine, KeyBar, ColumnHeads, FilterBox)
"""What a zoomed pane leaves where it is."""


class ZoomActions:
    """Zoom, and back."""

    def __init__(self, watch: Watch, window: Window) -> None:
        self._watch = watch
        self._window = window
        self._hidden: WeakKeyDictionary[Screen[object], list[Widget]] = WeakKeyDictionary()
        """Screen to what its zoomed pane has taken the room of."""

    def table(self) -> ActionTable:
        """Return what each key of this group does."""
        return {"zoom": self.zoom}

    def zoom(self) -> None:
        """Show the focused pane alone, or all again."""
        if not self.unzoom() and self._window.focused is not None:
            self._zoom(self._window.screen, self._window.focused)
        self._watch.draw()

    def unzoom(self) -> bool:
        """Show all panes again; False: all are shown."""
        screen = self._window.screen
        hidden = self._hidden.pop(screen, None)
        if hidden is None:
            return False
        for widget in hidden:
            widget.display = True
        for widget in screen.query(f".{ZOOMED}"):
            widget.remove_class(ZOOMED)
        return True

    def _zoom(self, screen: Screen[object], pane: Widget) -> None:
        hidden = [widget for widget in _list_others(screen, pane) if widget.display]
        self._hidden[screen] = hidden
        for widget in hidden:
            widget.display = False


def _list_others(screen: Screen[object], pane: Widget) -> Iterator[Widget]:
    """Yield what stands beside a pane, and beside what it stands in."""
    inner: Widget = pane
    while inner is not screen and isinstance(inner.parent, Widget):
        inner.add_class(ZOOMED)
        for widget in inner.parent.children:
            if widget is not inner and not isinstance(widget, ALWAYS):
                yield widget
        inner = inner.parent
