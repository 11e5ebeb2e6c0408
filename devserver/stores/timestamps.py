"""Expiry in columns, in whatever form an application already writes it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, TypeAlias

from session_inspector.devserver.core.numbers import is_number
from session_inspector.devserver.core.values import Seconds

TimestampForm: TypeAlias = Literal["text", "iso", "seconds", "milliseconds", "julian"]
"""`text`: 2026-01-31 23:59:59.000000; `iso`: 2026-01-31T23:59:59.000Z; both in UTC."""
FAR = 253_402_300_799.0
"""9999-12-31 23:59:59: a column that must not be empty says `never` so."""
FIRST = -62_135_596_800.0
"""0001-01-01 00:00:00: the first second a datetime holds."""
MILLISECONDS = 100_000_000_000
"""Numbers above it are milliseconds: as seconds they would be in the year 5138."""
JULIAN_DAYS = (2_400_000, 2_600_000)
"""Numbers between them are days of SQLite's julianday(): as seconds they would be in 1970."""
JULIAN_1970 = 2_440_587.5
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Timestamps:
    """How one column writes its timestamps; what is read may be of any form."""

    form: TimestampForm = "text"

    def encode(self, at: Seconds | None) -> str | float | int:
        """Return a timestamp as the column holds it; None: never."""
        seconds = FAR if at is None else min(at, FAR)
        match self.form:
            case "seconds":
                return seconds
            case "milliseconds":
                return int(seconds * 1000)
            case "julian":
                return seconds / DAY + JULIAN_1970
            case "iso":
                return _format_iso(seconds)
            case "text":
                return _format_text(seconds)


def detect_form(sample: object) -> TimestampForm:
    """Return the form of a column by one of its values; an empty column takes `text`."""
    if isinstance(sample, (int, float)):
        if sample > MILLISECONDS:
            return "milliseconds"
        if JULIAN_DAYS[0] < sample < JULIAN_DAYS[1]:
            return "julian"
        return "seconds"
    if isinstance(sample, str) and "T" in sample:
        return "iso"
    return "text"


def to_end(value: object) -> Seconds | None:
    """Return when a row ends by its column; None: never, or no timestamp at all."""
    seconds = to_seconds(value)
    if seconds is None or seconds >= FAR:
        return None
    return seconds


def to_seconds(value: object) -> Seconds | None:
    """Return Unix seconds of a number, a date or ISO text (UTC unless it says otherwise)."""
    if is_number(value):
        return _scale(value)
    if isinstance(value, str):
        value = _parse_text(value)
    if not isinstance(value, datetime):
        return None
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value.timestamp()


def to_datetime(seconds: Seconds) -> datetime:
    """Return a timestamp as a date in UTC, cut to what one can hold (years 1 to 9999)."""
    held = max(FIRST, min(seconds, FAR))
    return datetime.fromtimestamp(held, UTC)


def _scale(number: float) -> Seconds:
    if number > MILLISECONDS and number != FAR:
        return number / 1000
    if JULIAN_DAYS[0] < number < JULIAN_DAYS[1]:
        return (number - JULIAN_1970) * DAY
    return float(number)


def _parse_text(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _format_text(seconds: Seconds) -> str:
    whole = math.floor(seconds)
    micros = int((seconds - whole) * 1e6)
    return f"{_format_second(whole)}.{micros:06}"


def _format_iso(seconds: Seconds) -> str:
    whole = math.floor(seconds)
    millis = int((seconds - whole) * 1e3)
    second = _format_second(whole).replace(" ", "T")
    return f"{second}.{millis:03}Z"


@lru_cache(maxsize=4096)
def _format_second(whole: int) -> str:
    """Return a second as text; sessions that roll at one moment share it."""
    return to_datetime(whole).replace(tzinfo=None).isoformat(" ")


def encode_like(sample: object, at: Seconds) -> object:
    """Return a moment in the form that a column already holds."""
    if isinstance(sample, datetime):
        return _to_datetime_like(sample, at)
    encoded = Timestamps(detect_form(sample)).encode(at)
    if isinstance(sample, int) and isinstance(encoded, float):
        return int(encoded)
    return encoded


def _to_datetime_like(sample: datetime, at: Seconds) -> datetime:
    found = datetime.fromtimestamp(at, UTC)
    if sample.tzinfo is None:
        return found.replace(tzinfo=None)
    return found
