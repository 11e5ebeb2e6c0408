"""What repaints write, line by line: how many lines, and in how many something is new."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.terminal import SYNC_BEGIN

Cell: TypeAlias = tuple[str, bytes]
"""A character and how it is drawn."""
TOKEN = re.compile(
    rb"\x1b\[(?P<row>\d+);(?P<column>\d+)H"
    rb"|\x1b\[(?P<style>[\d;:]*)m"
    rb"|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP.*?\x1b\\|\x1b."
    rb"|(?P<end>\r?\n)|(?P<text>[^\x1b\r\n]+)",
    re.DOTALL,
)


@dataclass(slots=True)
class Canvas:
    """A terminal's screen, as far as it is asked for here: a wide character takes one cell."""

    written: int = 0
    """Lines that repaints wrote."""
    changed: int = 0
    """Lines that looked otherwise after a repaint."""
    _lines: dict[int, dict[int, Cell]] = field(default_factory=dict)

    def paint(self, repaint: bytes) -> None:
        """Take what one repaint writes."""
        before: dict[int, dict[int, Cell]] = {}
        row = column = 1
        style = b""
        for token in TOKEN.finditer(repaint):
            if token["row"]:
                row = int(token["row"])
                column = int(token["column"])
            elif token["style"] is not None:
                style = _follow(style, token["style"])
            elif token["end"]:
                row += 1
                column = 1
            elif token["text"]:
                line = self._lines.setdefault(row, {})
                before.setdefault(row, dict(line))
                for character in token["text"].decode("utf-8", "replace"):
                    line[column] = (character, style)
                    column += 1
        self.written += len(before)
        self.changed += sum(self._lines[row] != line for row, line in before.items())


def _follow(style: bytes, code: bytes) -> bytes:
    """Return the style after another sequence; Textual resets before each."""
    if code in (b"", b"0"):
        return b""
    return style + b";" + code


def count_lines(raw: bytes, since: int) -> Canvas:
    """Count the lines of repaints that came after so many bytes; those before are the ground."""
    canvas = Canvas()
    for repaint in _split(raw[:since]):
        canvas.paint(repaint)
    canvas.written = 0
    canvas.changed = 0
    for repaint in _split(raw[since:]):
        canvas.paint(repaint)
    return canvas


def _split(raw: bytes) -> Iterable[bytes]:
    return raw.split(SYNC_BEGIN)[1:]
