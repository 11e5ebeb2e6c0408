"""One line above the footer for what is said now; empty, it is not there.

What does not fit into one line has as many as it needs: what is said can be read to its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, chop_cells
from rich.style import Style
from rich.text import Text
from textual.geometry import Size

from session_inspector.inspector.ui.notices import Notice
from session_inspector.inspector.ui.widgets.tones import Toned

BETWEEN = "  ·  "
INDENT = " "
MOST = 6
"""Lines of one message."""


class NoticeLine(Toned):
    """Draws messages beside each other, the newest first; a long one alone."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.display = False
        self._notices: tuple[Notice, ...] = ()

    def show(self, notices: Sequence[Notice]) -> None:
        """Say these."""
        if tuple(notices) == self._notices:
            return
        self._notices = tuple(notices)
        self.display = bool(notices)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._wrap_newest(width)))

    def render(self) -> Text:
        width = self.content_size.width
        lines = self._wrap_newest(width)
        if len(lines) > 1:
            tone = self._tone_of(self._notices[0])
            return Text("\n", no_wrap=True).join(Text(INDENT + line, tone) for line in lines)
        parts = [Text(one.spell(), self._tone_of(one)) for one in self._notices]
        line = Text(BETWEEN, self.tone("dim"), no_wrap=True).join(parts)
        line = Text(INDENT).append_text(line)
        line.truncate(width, overflow="ellipsis")
        return line

    def _tone_of(self, notice: Notice) -> Style:
        return self.tone("accent" if notice.is_ok else "warn")

    def _wrap_newest(self, width: int) -> list[str]:
        if not self._notices:
            return []
        lines = list(wrap_cells(self._notices[0].spell(), width - len(INDENT)))
        if len(lines) > MOST:
            return [*lines[: MOST - 1], "…"]
        return lines


def wrap_cells(text: str, width: int) -> Iterator[str]:
    """Yield a text in lines of so many columns; some letters take two."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if cell_len(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        *whole, line = chop_cells(word, max(1, width)) or [""]
        yield from whole
    yield line
