"""Texts to lines of the terminal, kept until they are drawn from something else."""

from __future__ import annotations

from functools import lru_cache
from io import StringIO
from textwrap import wrap

from rich.console import Console
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

MOST = 400
"""Lines that are kept."""
MARGIN = 4
"""Spaces before a line that goes on, at most."""


class LinePainter:
    """Paints lines of a width, and keeps them by the number of their row."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[object, Strip]] = {}
        """Row numbers to what a line was painted from, and the line."""
        self._style_source = Console(file=StringIO())
        """Rich looks up its styles in a console; nothing is printed there."""

    def paint(self, text: Text, width: int, style: Style) -> Strip:
        """Return a text as a line of a width."""
        text.no_wrap = True
        text.truncate(width, overflow="ellipsis", pad=True)
        segments = text.render(self._style_source, end="")
        return Strip(list(segments), width).apply_style(style)

    def find(self, number: int, source: object) -> Strip | None:
        """Return a kept line, None when it has to be painted from something else now."""
        kept = self._kept.get(number)
        if kept is not None and kept[0] == source:
            return kept[1]
        return None

    def keep(self, number: int, source: object, strip: Strip) -> None:
        """Keep a line."""
        if len(self._kept) > MOST:
            self._kept.clear()
        self._kept[number] = (source, strip)

    def forget(self) -> None:
        """Forget all lines: the styles have changed."""
        self._kept.clear()


def hint_line(hint: str, number: int, width: int) -> str:
    """Return a line of the text that an empty list shows, wrapped; empty after its end."""
    lines = _wrap_hint(hint, max(MARGIN + 1, width))
    if number < len(lines):
        return lines[number]
    return ""


@lru_cache(maxsize=16)
def _wrap_hint(hint: str, width: int) -> tuple[str, ...]:
    """Return the lines of a text; what goes on in the next line is indented as the first."""
    lines: list[str] = []
    for line in hint.splitlines():
        margin = line[: len(line) - len(line.lstrip())]
        lines += wrap(line, width, subsequent_indent=margin[:MARGIN], drop_whitespace=True) or [""]
    return tuple(lines)
