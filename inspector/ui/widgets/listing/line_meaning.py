"""What the marked line of a list means; lays out the screen only when it is higher or lower."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


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

    def _count_rows(self) -> int:
        return self.get_content_height(self.size, self.size, self.content_size.width)
