"""The text field of a menu: it takes what its pattern allows, the menu hears the other keys."""

from __future__ import annotations

import re

from textual.events import Key
from textual.widgets import Input

LONGEST = 2000
"""Characters that can be typed."""
ANYTHING = r"[\s\S]*"


class MenuField(Input):
    """Takes printable keys, whether it has the focus yet or not."""

    def __init__(self, hint: str, pattern: str) -> None:
        """`pattern` is what may be typed; empty: anything."""
        super().__init__(placeholder=hint, max_length=LONGEST, select_on_focus=False)
        self._pattern = re.compile(pattern or ANYTHING)

    def may_take(self, event: Key) -> bool:
        """Check whether a key is a character that may be typed now."""
        if not event.is_printable or event.character is None:
            return False
        return self._pattern.fullmatch(self.value + event.character) is not None

    def take_key(self, event: Key) -> None:
        """Take a key that came before the field had the focus."""
        self.focus()
        self.insert_text_at_cursor(event.character or "")

    def on_key(self, event: Key) -> None:
        """Leave a character that cannot be typed here to the menu: Textual would swallow it."""
        if event.is_printable and not self.may_take(event):
            event.prevent_default()
