"""`python -m tests.benchmarks.empty_app`: a Textual app with two words, which keys change."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static


class EmptyApp(App[None]):
    """What a key costs where nothing is watched, folded or drawn."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("3", "show('Requests')"),
        Binding("6", "show('Alarms')"),
        Binding("q", "quit"),
    ]

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static("nothing yet")

    def action_show(self, title: str) -> None:
        """Show another word."""
        self.query_one(Static).update(title)


if __name__ == "__main__":
    EmptyApp().run()
