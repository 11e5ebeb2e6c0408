"""A line as a whole, with what it means: for what a pane cuts, and what opens nothing else."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from session_inspector.inspector.ui.messages import RowSubject
from session_inspector.inspector.ui.pace import PacedModal


class WholeLineScreen(PacedModal[None]):
    """Opens over any view; the keys that opened it close it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "close"),
        Binding("j,down", "scroll(1)", show=False, priority=True),
        Binding("k,up", "scroll(-1)", show=False, priority=True),
    ]

    def __init__(self, subject: RowSubject) -> None:
        super().__init__()
        self._subject = subject

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="whole") as box:
            box.border_title = "The full line"
            box.border_subtitle = "esc closes · j k scroll"
            yield Static(Text(self._subject.title, "bold"), markup=False)
            if self._subject.explain:
                yield Static(Text(f"\n{self._subject.explain}"), markup=False)

    def action_scroll(self, by: int) -> None:
        """Go up or down by lines."""
        self.query_one("#whole").scroll_relative(y=by, animate=False)
