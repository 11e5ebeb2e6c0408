"""One line on stderr while a command takes longer than half a second, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.values import Seconds

FIRST = 0.5
"""Seconds before anything is shown."""
AGAIN = 0.2
"""Seconds between two changes of the line."""
START_OF_LINE = "\r\x1b[K"


class ProgressLine:
    """Shows how far a command is, and takes it away again."""

    def __init__(self, out: TextIO | None = None, now: Callable[[], Seconds] = stopwatch) -> None:
        self._out = out or sys.stderr
        self._now = now
        self._next = now() + FIRST
        self._is_shown = False

    def show(self, text: str) -> None:
        """Show a text, if it is time to; ASCII or what the command itself has written."""
        if self._now() < self._next or not self._out.isatty():
            return
        self._next = self._now() + AGAIN
        self._is_shown = True
        self._out.write(f"{START_OF_LINE}{text} · ctrl+c stops")
        self._out.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            self._is_shown = False
            self._out.write(START_OF_LINE)
            self._out.flush()
