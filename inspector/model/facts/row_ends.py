"""The end of a row that its framework obeys: its store's, or one that it keeps inside itself."""

from __future__ import annotations

from collections.abc import Iterable

from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.values import Seconds

OF_THE_ROW = ("store", "inside")
"""Clocks that a row has."""
OF_THE_COOKIE = ("cookie", "sealed")
"""Clocks that a cookie has, which a look into the store does not show."""


def obeyed_end(timers: Iterable[Timer]) -> Seconds | None:
    """Return the moment from which no request gets a row; None: none is known."""
    ends = [
        timer.ends
        for timer in timers
        if timer.name in OF_THE_ROW and timer.ends_session and timer.ends is not None
    ]
    return min(ends, default=None)


def has_row_clock(timers: Iterable[Timer]) -> bool:
    """Check whether facts are those of a row."""
    return "store" in [timer.name for timer in timers]
