"""Jump mode: a letter on each pane; pressing it moves the focus there."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.events import Click, Key
from textual.widget import Widget
from textual.widgets import Static

from session_inspector.inspector.ui.pace import PacedModal

LETTERS = "asdfghjkl"


class JumpScreen(PacedModal[str | None]):
    """Returns the id of the pane that was picked, None for none."""

    def __init__(self, panes: Sequence[Widget]) -> None:
        super().__init__()
        self._panes = dict(zip(LETTERS, panes, strict=False))

    def compose(self) -> ComposeResult:
        for letter, pane in self._panes.items():
            label = Static(Text(f" {letter} "), classes="jump", markup=False)
            region = _find_frame(pane).region
            label.styles.offset = (region.x + 1, region.y)
            yield label

    def on_key(self, event: Key) -> None:
        event.stop()
        pane = self._panes.get(event.character or "")
        self.dismiss(pane.id if pane else None)

    def on_click(self, event: Click) -> None:
        self.dismiss(None)


def _find_frame(pane: Widget) -> Widget:
    """Return the widget that has the border: the pane, or what it stands in."""
    if pane.border_title or not isinstance(pane.parent, Widget):
        return pane
    return pane.parent
