"""A panel of a few lines at the foot of the terminal; the app's own output scrolls above it.

The app's lines keep their colours and nothing else that steers a terminal: the panel would be lost.
"""

from __future__ import annotations

import re
import shutil
import threading
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from session_inspector.devserver.core.events.process import Stream
from session_inspector.devserver.run.output import strip_escapes
from session_inspector.inspector.cli.run.inline_lines import InlineLine
from session_inspector.inspector.model.facts.rows import Tone

COLOUR = re.compile(r"\x1b\[[0-9;:]{0,40}m")
RESET = "\x1b[0m"
CODES: Mapping[Tone, str] = {
    "bad": "\x1b[31m",
    "warn": "\x1b[33m",
    "good": "\x1b[32m",
    "accent": "\x1b[36m",
    "dim": "\x1b[2m",
}
NARROWEST = 20


def measure_terminal() -> int:
    """Return the columns of the terminal."""
    return shutil.get_terminal_size().columns


class InlinePanel:
    """Draws the panel and the lines above it; safe from any thread."""

    def __init__(
        self, out: TextIO, width: Callable[[], int] = measure_terminal, *, has_colour: bool = True
    ) -> None:
        self._out = out
        self._width = width
        self._has_colour = has_colour
        self._lock = threading.Lock()
        self._lines: Sequence[InlineLine] = ()
        self._drawn = 0
        """Lines of the panel that are on the screen."""

    def write(self, _stream: Stream, text: str) -> None:
        """Write a line of the app's where the panel is; it comes back with the next `draw`."""
        with self._lock:
            self._erase()
            self._put(keep_colours(text, has_colour=self._has_colour) + "\r\n")

    def draw(self, lines: Sequence[InlineLine]) -> None:
        """Show the panel, if it has changed or is not there."""
        with self._lock:
            if self._drawn and lines == self._lines:
                return
            self._erase()
            self._lines = lines
            width = max(NARROWEST, self._width()) - 1
            self._put("".join(f"{self._colour(line, width)}\r\n" for line in lines))
            self._drawn = len(lines)

    def close(self) -> None:
        """Take the panel away."""
        with self._lock:
            self._erase()

    def _colour(self, line: InlineLine, width: int) -> str:
        text, tone = line
        cut = cut_to_width(text, width)
        code = CODES.get(tone, "")
        if not (code and self._has_colour):
            return cut
        return f"{code}{cut}{RESET}"

    def _erase(self) -> None:
        if self._drawn:
            self._put(f"\x1b[{self._drawn}F\x1b[J")
        self._drawn = 0

    def _put(self, text: str) -> None:
        try:
            self._out.write(text)
            self._out.flush()
        except (OSError, ValueError):
            return  # its terminal went away: the app is ended by the signal


def cut_to_width(text: str, width: int) -> str:
    """Return as much of a text as so many columns hold: wide letters take two, marks none."""
    room = width
    for index, char in enumerate(text):
        if not unicodedata.combining(char):
            room -= 1 + (unicodedata.east_asian_width(char) in ("W", "F"))
        if room < 0:
            return text[:index]
    return text


def keep_colours(text: str, *, has_colour: bool) -> str:
    """Return a line with its colours alone of all that steers a terminal."""
    found = text.rstrip("\r").rpartition("\r")[2]
    parts = []
    last = 0
    for colour in COLOUR.finditer(found):
        parts.append(strip_escapes(found[last : colour.start()]))
        if has_colour:
            parts.append(colour[0])
        last = colour.end()
    parts.append(strip_escapes(found[last:]))
    if has_colour and len(parts) > 1:
        parts.append(RESET)
    return "".join(parts)
