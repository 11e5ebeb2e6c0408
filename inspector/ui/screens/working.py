"""How far some long work is, over the screen; escape stops it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.ui.pace import PacedModal
from session_inspector.inspector.ui.widgets.plain_title import plain_title

STOPS = "esc stops"
STOP = "stop"
"""The answer of who does not want to wait."""
WIDTH = 40
"""Columns of the bar."""
LONGEST = 200


class WorkingScreen(PacedModal[str | None]):
    """Returns `stop` when escape was pressed, None when the work was done."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss('stop')", "stop")]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._text = ""
        self._is_done = False

    def compose(self) -> ComposeResult:
        with Vertical(id="menu") as box:
            box.border_title = plain_title(safe(self._title, LONGEST))
            box.border_subtitle = STOPS
            yield Static(self._text, id="progress", markup=False)

    def show(self, text: str) -> None:
        """Show how far it is."""
        self._text = text
        if self.is_mounted:
            self.query_one("#progress", Static).update(text)

    def finish(self) -> None:
        """Close: the work is done; where something lies over it, when that is closed."""
        self._is_done = True
        self._close_if_done()

    def on_mount(self) -> None:
        self.query_one("#progress", Static).update(self._text)  # shown while it was composed

    def on_screen_resume(self) -> None:
        self._close_if_done()

    def _close_if_done(self) -> None:
        if self._is_done:
            self.dismiss(None)


def draw_progress(done: int, total: int, text: str) -> str:
    """Return a bar with a text below; without a total the text alone."""
    line = safe(text, LONGEST)
    if total <= 0:
        return line
    full = round(WIDTH * min(1.0, done / total))
    bar = "█" * full + "░" * (WIDTH - full)
    return f"{bar} {done:,} of {total:,}\n{line}"
