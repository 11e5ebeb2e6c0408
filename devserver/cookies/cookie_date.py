"""Reads the date of Expires as browsers do (RFC 6265 §5.1.1): leniently, and always as UTC.

A zone is no part of that rule, so none can overflow; what is no date is no end.

    Wed, 09 Jun 2021 10:18:14 GMT    09-Jun-21 10:18:14    Jun 9 10:18:14 2021 +9999
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from session_inspector.devserver.core.values import Seconds

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EARLIEST = 1601
EARLIEST_SECONDS = -11_644_473_600.0
"""1601-01-01: what an earlier date counts as; the RFC ignores it, Chromium and Firefox delete."""
LONGEST = 1024
"""Characters: browsers ignore a longer attribute."""
_TOKENS = re.compile(r"[^\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[^0-9].*)?", re.DOTALL)
_DAY = re.compile(r"([0-9]{1,2})(?:[^0-9].*)?", re.DOTALL)
_YEAR = re.compile(r"([0-9]{2,4})(?:[^0-9].*)?", re.DOTALL)


class _Parts:
    """What has been found of a date; of each part the first that fits counts."""

    def __init__(self) -> None:
        self.time: tuple[int, int, int] | None = None
        self.day: int | None = None
        self.month: int | None = None
        self.year: int | None = None

    def take(self, token: str) -> None:
        """Take a token for the first part that is missing and that it fits."""
        if self.time is None and (found := _TIME.fullmatch(token)):
            self.time = (int(found[1]), int(found[2]), int(found[3]))
        elif self.day is None and (found := _DAY.fullmatch(token)):
            self.day = int(found[1])
        elif self.month is None and token[:3].lower() in MONTHS:
            self.month = MONTHS.index(token[:3].lower()) + 1
        elif self.year is None and (found := _YEAR.fullmatch(token)):
            self.year = _full_year(int(found[1]))


def parse_cookie_date(text: str) -> Seconds | None:
    """Return Unix seconds of an Expires attribute, None where a browser reads no date."""
    parts = _Parts()
    for token in _TOKENS.findall(text[:LONGEST]):
        parts.take(token)
    if parts.time is None or parts.day is None or parts.month is None or parts.year is None:
        return None
    if parts.year < EARLIEST:
        return EARLIEST_SECONDS
    try:
        moment = datetime(parts.year, parts.month, parts.day, *parts.time, tzinfo=UTC)
    except ValueError:
        return None  # 31 February, 25:00:00
    return moment.timestamp()


def _full_year(year: int) -> int:
    if 70 <= year <= 99:
        return year + 1900
    if year <= 69:
        return year + 2000
    return year
