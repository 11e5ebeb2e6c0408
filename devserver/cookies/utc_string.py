"""The end of a cookie as JavaScript writes it: Date.toUTCString()."""

from __future__ import annotations

import math
from datetime import date, timedelta

from session_inspector.devserver.core.values import Seconds

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CYCLE = 146_097
"""Days of 400 years, after which the calendar repeats, days of the week included."""
_CYCLE_START = date(2000, 1, 1)
_START_DAY = 10_957
"""Days from 1970 to the start of a cycle."""
_FURTHEST = 8.64e15
"""Milliseconds from 1970 that JavaScript's Date reaches (ECMA-262 §21.4.1.1): year 275760."""


def find_end(now: Seconds, max_age: Seconds) -> float:
    """Return the second a cookie ends at, infinity for one that no Date reaches."""
    milliseconds = math.floor(now * 1000) + max_age * 1000
    if not abs(milliseconds) <= _FURTHEST:
        return math.inf
    return milliseconds // 1000


def to_utc_string(seconds: float) -> str:
    """Return Date.toUTCString(), which knows years beyond 9999 and ignores the locale."""
    if math.isinf(seconds):
        return "Invalid Date"
    days, second = divmod(int(seconds), 86_400)
    cycles, rest = divmod(days - _START_DAY, _CYCLE)
    at = _CYCLE_START + timedelta(days=rest)
    year = at.year + 400 * cycles
    digits = 4
    if year < 0:
        digits = 5  # the sign counts
    day = f"{_DAYS[at.weekday()]}, {at.day:02d} {_MONTHS[at.month - 1]} {year:0{digits}d}"
    minutes, second = divmod(second, 60)
    return f"{day} {minutes // 60:02d}:{minutes % 60:02d}:{second:02d} GMT"
