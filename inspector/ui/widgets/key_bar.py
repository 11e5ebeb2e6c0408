"""The footer: the few keys that matter in this view; a click presses one."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual import events

from session_inspector.inspector.keys import Key, spell_keys
from session_inspector.inspector.ui.messages import KeyClicked
from session_inspector.inspector.ui.widgets.tones import Toned

ALWAYS = ("back", "help", "quit")
"""Keys that are shown in every width, where the view has them."""
GAP = "  "


def fitting(keys: Sequence[Key], width: int) -> list[Key]:
    """Return the keys that fit into a width, the first and those to help and to leave."""
    room = width - 1 - sum(_width_of(key) for key in keys if key.name in ALWAYS)
    found: list[Key] = []
    for key in keys:
        if key.name not in ALWAYS:
            room -= _width_of(key)
            if room < 0:
                continue
        found.append(key)
    return found


def _width_of(key: Key) -> int:
    return cell_len(f"{spell_keys(key).split(' ')[0]} {key.label}{GAP}")


class KeyBar(Toned):
    """Draws keys in one line."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.keys: Sequence[Key] = ()
        """The keys that are offered."""
        self._ends: list[tuple[int, Key]] = []
        """(column after a key's words, the key)."""

    def show(self, keys: Sequence[Key]) -> None:
        if keys != self.keys:
            self.keys = keys
            self.refresh()

    def render(self) -> Text:
        text = Text(" ", no_wrap=True)
        self._ends = []
        for key in fitting(self.keys, self.content_size.width):
            text.append(spell_keys(key).split(" ")[0], self.tone("accent"))
            text.append(f" {key.label}", self.tone("plain"))
            self._ends.append((len(text), key))
            text.append(GAP)
        return text

    def on_click(self, event: events.Click) -> None:
        event.stop()
        key = next((key for end, key in self._ends if event.x < end), None)
        if key is not None:
            self.post_message(KeyClicked(key.keys.split(",")[0]))
