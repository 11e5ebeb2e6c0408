"""A screen of which one pane may have all the room; the zoom goes where the keys go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import DescendantFocus
from textual.screen import Screen
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
NEXT = "next_pane"
PREVIOUS = "previous_pane"
"""What tab and shift+tab do."""
MOVES = (NEXT, PREVIOUS)
ALL_PANES = "all panes"
"""What the key of the zoom does then, in the footer."""


class Zoom:
    """Which pane of a screen is alone."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self.pane: Widget | None = None
        """The one that has the room of all; None: all are shown."""
        self._panes: Sequence[Widget] = ()
        """Those that tab goes through, when the zoom began."""

    def begin(self, pane: Widget) -> None:
        """Show a pane alone."""
        if self.pane is None:
            self._panes = [one for one in self._screen.focus_chain if not isinstance(one, ALWAYS)]
        self._show_all()
        self.pane = pane
        inner: Widget = pane
        for outer in _list_around(self._screen, pane):
            inner.add_class(ZOOMED)
            for widget in outer.children:
                is_aside = widget is not inner and not isinstance(widget, ALWAYS)
                widget.set_class(is_aside, ASIDE)
            inner = outer

    def end(self) -> bool:
        """Show all panes again; False: all are shown."""
        if self.pane is None:
            return False
        self.pane = None
        self._show_all()
        return True

    def follow(self, pane: Widget) -> None:
        """Take the zoom to the pane that has the keys: nothing hidden has them."""
        if self.pane is not None and pane is not self.pane and not isinstance(pane, ALWAYS):
            self.begin(pane)

    def move(self, step: int) -> None:
        """Go to another pane, also of those that are aside."""
        panes = [pane for pane in self._panes if pane is self.pane or _is_there(pane)]
        if self.pane not in panes:
            return
        pane = panes[(panes.index(self.pane) + step) % len(panes)]
        if pane is not self.pane:
            self.begin(pane)
            self._screen.set_focus(pane)

    def _show_all(self) -> None:
        for widget in self._screen.query(f".{ZOOMED}, .{ASIDE}"):
            widget.remove_class(ZOOMED, ASIDE)


class ZoomScreen(PacedScreen[None]):
    """Has a zoom that goes where the keys go."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", f"app.do('{NEXT}')", show=False),
        Binding("shift+tab", f"app.do('{PREVIOUS}')", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.zoom = Zoom(self)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Take the zoom along."""
        self.zoom.follow(event.widget)


def offer_unzoom(screen: ZoomScreen, chosen: Mapping[str, str]) -> list[Key]:
    """Return the key that shows all panes again, for the footer; none where all are shown."""
    if screen.zoom.pane is None:
        return []
    (key,) = [key for key in with_chosen(KEYS, chosen) if key.name == "zoom"]
    return [replace(key, label=ALL_PANES)]


def _list_around(screen: Screen[None], pane: Widget) -> Iterator[Widget]:
    """Yield what a pane stands in, from the inside out; the screen is the last."""
    inner = pane
    while inner is not screen and isinstance(inner.parent, Widget):
        yield inner.parent
        inner = inner.parent


def _is_there(pane: Widget) -> bool:
    """Check that a pane still has its place: a screen that became narrower has fewer."""
    boxes = [node for node in pane.ancestors_with_self if isinstance(node, Widget)]
    return pane.is_attached and all(is_shown(box) for box in boxes)
