"""A small window with one line of text to edit: Enter takes it, esc leaves it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Label
from textual.widgets.input import Selection

from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.ui.pace import PacedModal
from session_inspector.inspector.ui.widgets.plain_title import plain_title

LONGEST = 8000
"""Characters of the text."""
HINT = "enter takes it · esc closes"


class LineEditor(PacedModal[str | None]):
    """Returns the text, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "close")]

    def __init__(self, title: str, text: str, *, note: str = "", selected: int = 0) -> None:
        """`selected` is how many characters at the beginning the first one typed replaces."""
        super().__init__()
        self._title = title
        self._text = text
        self._note = note
        self._selected = selected

    def compose(self) -> ComposeResult:
        with Vertical(id="editor") as box:
            box.border_title = plain_title(safe(self._title, 200))
            box.border_subtitle = HINT
            if self._note:
                yield Label(safe(self._note, 300), markup=False)
            yield Input(
                safe(self._text, LONGEST), id="line", max_length=LONGEST, select_on_focus=False
            )

    def on_mount(self) -> None:
        line = self.query_one(Input)
        line.focus()
        if self._selected:
            line.selection = Selection(0, self._selected)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip() or None)
