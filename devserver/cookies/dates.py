"""Reads the date of an Expires attribute as browsers do (RFC 6265 §5.1.1): any order, any words."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from session_inspector.devserver.core.values import Seconds

_TOKENS = re.compile(r"[^\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)", re.ASCII)
_DAY = re.compile(r"(\d{1,2})(?!\d)", re.ASCII)
_YEAR = re.compile(r"(\d{2,4})(?!\d)", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FIRST_YEAR = 1601


def parse_cookie_date(text: str) -> Seconds | None:
    """Return a date in Unix seconds; None for what browsers do not read as one."""
    found = _Parts()
    for token in _TOKENS.findall(text):
        found.take(token)
    return found.to_seconds()


class _Parts:
    """The first token of each kind counts."""

    def __init__(self) -> None:
        self._time: tuple[int, int, int] | None = None
        self._day: int | None = None
        self._month: int | None = None
        self._year: int | None = None

    def take(self, token: str) -> None:
        """Take a token for the first part that it may be and that is still missing."""
        time = _TIME.match(token)
        day = _DAY.match(token)
        year = _YEAR.match(token)
        month = token[:3].lower()
        if self._time is None and time is not None:
            self._time = (int(time[1]), int(time[2]), int(time[3]))
        elif self._day is None and day is not None:
            self._day = int(day[1])
        elif self._month is None and month in _MONTHS:
            self._month = 1 + _MONTHS.index(month)
        elif self._year is None and year is not None:
            self._year = _whole_year(int(year[1]))

    def to_seconds(self) -> Seconds | None:
        """Return the moment; None when a part is missing, or is none of a date."""
        parts = (self._year, self._month, self._day)
        year, month, day = parts
        if self._time is None or year is None or month is None or day is None:
            return None
        if year < FIRST_YEAR:
            return None
        try:
            return datetime(year, month, day, *self._time, tzinfo=UTC).timestamp()
        except ValueError:
            return None


def _whole_year(year: int) -> int:
    if 70 <= year <= 99:
        return year + 1900
    if year <= 69:
        return year + 2000
    return year
