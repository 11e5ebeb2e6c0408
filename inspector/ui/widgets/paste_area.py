"""Where a cookie is pasted or typed; what is long is held, and only its beginning shown.

Measured: a text area with 1 MB in it takes 2.7 s to lay out, and as long with every key.
"""

from __future__ import annotations

from textual import events
from textual.widgets import TextArea

from session_inspector.inspector.model.words.text import safe

MOST = 20_000
"""Characters that are shown as they are, to be edited."""
SHOWN = 2_000
NOTE = "\n\n… {count:,} characters are kept and read whole; this is the beginning. {key} empties."


class PasteArea(TextArea):
    """A text area; `whole` is all that was pasted."""

    def __init__(self, *, id: str, clear_key: str) -> None:
        super().__init__(id=id, soft_wrap=True, show_line_numbers=False)
        self._held = ""
        self._clear_key = clear_key

    @property
    def whole(self) -> str:
        """Everything that is to be read."""
        return self._held or self.text

    def take(self, text: str) -> None:
        """Put a text in place of what is there."""
        is_long = len(text) > MOST
        self.read_only = is_long
        self._held = ""
        if is_long:
            self._held = text
            note = NOTE.format(count=len(text), key=self._clear_key)
            self.text = f"{safe(text[:SHOWN], SHOWN)}{note}"
        else:
            self.text = text

    def offer(self, text: str) -> None:
        """Put a text where none is; it is selected, so that what is typed or pasted replaces it."""
        if not self.whole:
            self.take(text)
            self.select_all()

    def on_paste(self, event: events.Paste) -> None:
        """Hold what is long; Textual hands the rest to its own area, which inserts it."""
        if not self._held and len(self.text) + len(event.text) <= MOST:
            return
        event.prevent_default()
        if self._held or self.selected_text == self.text:
            self.take(event.text)
        else:
            self.take(f"{self.text}{event.text}")
