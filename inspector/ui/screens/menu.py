"""A small menu over the screen: pick a line, or type a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.ui.pace import PacedModal

LONGEST = 2000
"""Characters that can be typed."""


class Menu(PacedModal[str | None]):
    """Returns the value of the chosen line, the typed text, or None."""

    BINDINGS = [("escape", "dismiss", "close")]  # noqa: RUF012  # Textual's own form

    def __init__(
        self,
        title: str,
        choices: Sequence[tuple[str, str]],
        *,
        typed: str = "",
        note: str = "",
        keys: Mapping[str, str] | None = None,
    ) -> None:
        """`choices` are (value, label); `typed` is the hint of a text field, empty for none.

        `keys` pick a value with one key each.
        """
        super().__init__()
        self._title = title
        self._choices = choices
        self._typed = typed
        self._note = note
        self._keys = keys or {}

    def compose(self) -> ComposeResult:
        with Vertical(id="menu") as box:
            box.border_title = safe(self._title, 200).replace("[", "(")
            box.border_subtitle = "enter picks · esc closes"
            if self._note:
                yield Label(safe(self._note, 500), markup=False)
            # two users may have one name: the place is the identity
            yield OptionList(*(Option(Text(safe(label, 200))) for _, label in self._choices))
            if self._typed:
                yield Input(placeholder=self._typed, max_length=LONGEST)

    def on_key(self, event: Key) -> None:
        if event.character is not None and event.character in self._keys:
            event.stop()
            self.dismiss(self._keys[event.character])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._choices[event.option_index][0])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())
