"""All keys, made from the table that binds them."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from inspector.keys import KEYS, MOVES, shown_keys

PANES = {
    "sessions": "The sessions list. enter opens one; what you press acts on the line marked.",
    "timeline": "Everything that happened, newest below, with what made it happen.",
    "contents": "What is inside the session. u reveals the secret on the marked line.",
    "sealed": "What the browser holds: the encrypted cookies and their attributes.",
    "stored": "What the store holds for this session.",
}


class HelpScreen(ModalScreen[None]):
    """Opens over any screen; any of its keys closes it."""

    BINDINGS = [("escape,q,question_mark,enter", "dismiss", "close")]  # noqa: RUF012  # Textual's form

    def __init__(self, pane: str) -> None:
        super().__init__()
        self._pane = pane

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help") as box:
            box.border_title = "Keys"
            box.border_subtitle = "esc closes"
            yield Static(self._text(), markup=False)

    def _text(self) -> Text:
        text = Text()
        if self._pane in PANES:
            text.append(PANES[self._pane] + "\n\n", "italic")
        for keys, words in MOVES:
            text.append(f"{keys:>16}  ", "bold")
            text.append(words + "\n")
        text.append("\n")
        for key in KEYS:
            text.append(f"{shown_keys(key):>16}  ", "bold")
            text.append(key.help + "\n")
        return text
