"""A screen of which one pane may have all the room; the zoom goes where the keys go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from textual.css.query import QueryType
from textual.events import DescendantFocus
from textual.widget import Widget

from session_inspector.inspector.keys import KEYS, Key, with_chosen
from session_inspector.inspector.ui.pace import PacedScreen
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.listing.column_heads import ColumnHeads
from session_inspector.inspector.ui.widgets.listing.filter_box import FilterBox
from session_inspector.inspector.ui.widgets.notice_line import NoticeLine
from session_inspector.inspector.ui.widgets.status_bar import StatusBar
from session_inspector.inspector.ui.widgets.tones import ASIDE, ZOOMED, is_shown

ALWAYS = (StatusBar, NoticeLine, KeyBar, ColumnHeads, FilterBox)
"""What a zoomed pane leaves where it is."""
ALL_PANES = "all panes"
"""What the key of the zoom does then, in the footer."""


class ZoomScreen(PacedScreen[None]):
    """Knows which of its panes is alone."""

    zoomed: Widget | None = None
    """The pane that has the room of all."""
    _panes: Sequence[Widget] = ()
    """Those that tab goes through, when the zoom began."""

    def zoom(self, pane: Widget) -> None:
        """Show a pane alone."""
        if self.zoomed is None:
            self._panes = [one for one in self.focus_chain if not isinstance(one, ALWAYS)]
        self._show_all()
        self.zoomed = pane
        inner: Widget = pane
        for outer in _list_around(self, pane):
            inner.add_class(ZOOMED)
            for widget in outer.children:
                is_aside = widget is not inner and not isinstance(widget, ALWAYS)
                widget.set_class(is_aside, ASIDE)
            inner = outer

    def unzoom(self) -> bool:
        """Show all panes again; False: all are shown."""
        if self.zoomed is None:
            return False
        self.zoomed = None
        self._show_all()
        return True

    def focus_next(self, selector: str | type[QueryType] = "*") -> Widget | None:
        """Go to the next pane, also of those that are aside."""
        if self.zoomed is None:
            return super().focus_next(selector)
        return self._focus_beside(1)

    def focus_previous(self, selector: str | type[QueryType] = "*") -> Widget | None:
        """Go to the pane before, also of those that are aside."""
        if self.zoomed is None:
            return super().focus_previous(selector)
        return self._focus_beside(-1)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Take the zoom to the pane that has the keys: nothing hidden has them."""
        pane = event.widget
        if self.zoomed is not None and pane is not self.zoomed and not isinstance(pane, ALWAYS):
            self.zoom(pane)

    def _focus_beside(self, step: int) -> Widget | None:
        panes = [pane for pane in self._panes if pane is self.zoomed or _is_there(pane)]
        if self.zoomed not in panes:
            return self.focused
        pane = panes[(panes.index(self.zoomed) + step) % len(panes)]
        if pane is not self.zoomed:
            self.zoom(pane)
            self.set_focus(pane)
        return pane

    def _show_all(self) -> None:
        for widget in self.query(f".{ZOOMED}, .{ASIDE}"):
            widget.remove_class(ZOOMED, ASIDE)


def offer_unzoom(screen: ZoomScreen, chosen: Mapping[str, str]) -> list[Key]:
    """Return the key that shows all panes again, for the footer; none where all are shown."""
    if screen.zoomed is None:
        return []
    (key,) = [key for key in with_chosen(KEYS, chosen) if key.name == "zoom"]
    return [replace(key, label=ALL_PANES)]


def _list_around(screen: ZoomScreen, pane: Widget) -> Iterator[Widget]:
    """Yield what a pane stands in, from the inside out; the screen is the last."""
    inner = pane
    while inner is not screen and isinstance(inner.parent, Widget):
        yield inner.parent
        inner = inner.parent


def _is_there(pane: Widget) -> bool:
    """Check that a pane still has its place: a screen that became narrower has fewer."""
    boxes = [node for node in pane.ancestors_with_self if isinstance(node, Widget)]
    return pane.is_attached and all(is_shown(box) for box in boxes)
