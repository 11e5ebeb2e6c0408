"""A small menu over the screen: pick a line, or type a text.

Each line has a letter. With a text field, what is printable goes there: a letter alone marks its
line, and Enter takes what is marked, else what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.ui.pace import PacedModal
from session_inspector.inspector.ui.screens.letters import assign_letters
from session_inspector.inspector.ui.widgets.menu_field import MenuField
from session_inspector.inspector.ui.widgets.plain_title import plain_title

PICKS = "a letter, or enter, picks · esc closes"
PICKS_MARKED = "enter picks the selected line · esc closes"
PICKS_TYPED = "enter uses what you typed · esc closes"
MOVES = {
    "down": "cursor_down",
    "up": "cursor_up",
    "pagedown": "page_down",
    "pageup": "page_up",
    "home": "first",
    "end": "last",
    "j": "cursor_down",
    "k": "cursor_up",
}
"""Key to what the list does; letters of lines come first."""


class Menu(PacedModal[str | None]):
    """Returns the value of the chosen line, the typed text, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "close"),
        *(Binding(key, f"move('{key}')", show=False, priority=True) for key in ("home", "end")),
    ]

    def __init__(
        self,
        title: str,
        choices: Sequence[tuple[str, str]],
        *,
        typed: str = "",
        note: str = "",
        keys: Mapping[str, str] | None = None,
        takes: str = "",
    ) -> None:
        """`choices` are (value, label); `typed` is the hint of a text field, empty for none.

        `keys` give lines their letters: {letter: value}; the others get one. `takes` is the pattern
        of what can be typed, empty for anything: a letter that it leaves out picks at once.
        """
        super().__init__()
        self._title = title
        self._choices = choices
        self._typed = typed
        self._note = note
        self._takes = takes
        self._letters = assign_letters(choices, keys or {})

    def compose(self) -> ComposeResult:
        with Vertical(id="menu") as box:
            box.border_title = plain_title(safe(self._title, 200))
            if self._note:
                lines = [safe(line, 500) for line in self._note.split("\n")]
                yield Label("\n".join(lines), markup=False)
            # two users may have one name: the place is the identity
            yield OptionList(*(Option(Text(line)) for line in self.lines()))
            if self._typed:
                yield MenuField(self._typed, self._takes)

    def lines(self) -> list[str]:
        """Return the lines, each with its letter."""
        letter_of = {value: letter for letter, value in self._letters.items()}
        return [
            f"{letter_of.get(value, ' ')}  {safe(label, 200)}" for value, label in self._choices
        ]

    def on_mount(self) -> None:
        if self._typed:
            self._field.focus()
        else:
            self._list.focus()
        self._list.highlighted = 0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In a text, home and end are the field's."""
        return action != "move" or not (self._typed and self._field.value)

    def action_move(self, key: str) -> None:
        """Move the cursor of the list."""
        getattr(self._list, f"action_{MOVES[key]}")()

    def on_key(self, event: Key) -> None:
        """Take a key that neither the list nor the field has taken."""
        letter = event.character or ""
        if self._typed and self._field.may_take(event):
            self._field.take_key(event)
        elif letter in self._letters:
            self.dismiss(self._letters[letter])
        elif event.key in MOVES:
            self.action_move(event.key)
        else:
            return
        event.stop()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Mark the line whose letter was typed, or none: Enter takes what was typed."""
        event.stop()
        line = self._find_line(event.value.strip())
        self._list.highlighted = line
        if line is None:
            self.query_one("#menu").border_subtitle = PICKS_TYPED

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.query_one("#menu").border_subtitle = PICKS_MARKED if self._typed else PICKS

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._choices[event.option_index][0])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        line = self._list.highlighted
        if line is not None:
            self.dismiss(self._choices[line][0])
        elif text:
            self.dismiss(text)

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    @property
    def _field(self) -> MenuField:
        return self.query_one(MenuField)

    def _find_line(self, text: str) -> int | None:
        """Return the number of the line that a text picks: none does the first; None: none."""
        if not text:
            return 0
        value = self._letters.get(text)
        if value is None:
            return None
        return [value for value, _ in self._choices].index(value)
