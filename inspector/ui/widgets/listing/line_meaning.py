"""What the marked line of a list means; lays out the screen only when it is higher or lower."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from session_inspector.devserver.core.numbers import count_noun

TITLE = "What it means"


class LineMeaning(Static):
    """Draws a text, markup off. In a list that follows, it is another one at each repaint."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._text = ""

    def show(self, text: str) -> None:
        """Take a text; the same one again draws nothing."""
        if text == self._text:
            return
        before = self._count_rows()
        self._text = text
        self.update(Text(text), layout=False)
        if self._count_rows() != before:
            self.refresh(layout=True)
        self.call_after_refresh(self._mark_cut)

    def on_resize(self) -> None:
        self._mark_cut()

    def _mark_cut(self) -> None:
        """Say in the title how many lines have no room."""
        hidden = self._count_rows() - self.content_size.height
        title = TITLE
        if self.content_size.height and hidden > 0:
            title = f"{TITLE} · {count_noun(hidden, 'more line')} below, in a higher window"
        if self.border_title != title:
            self.border_title = title

    def _count_rows(self) -> int:
        return self.get_content_height(self.size, self.size, self.content_size.width)
