"""Moments of expiry in SQL columns, in whatever form an application already writes them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, TypeAlias

from session_inspector.devserver.core.values import Seconds

Form: TypeAlias = Literal["text", "iso", "seconds", "milliseconds"]
"""`text`: 2026-01-31 23:59:59.000000; `iso`: 2026-01-31T23:59:59.000Z; both in UTC."""
FAR = 253_402_300_799.0
"""9999-12-31 23:59:59: a column that must not be empty says `never` so."""
MILLISECONDS = 100_000_000_000
"""Numbers above it are milliseconds: as seconds they would be in the year 5138."""


@dataclass(frozen=True, slots=True)
class Moments:
    """One column's form; what is read may be of any."""

    form: Form = "text"

    def encode(self, moment: Seconds | None) -> str | float | int:
        """Return a moment as the column holds it; None: never."""
        seconds = FAR if moment is None else min(moment, FAR)
        if self.form == "seconds":
            return seconds
        if self.form == "milliseconds":
            return int(seconds * 1000)
        whole = math.floor(seconds)
        if self.form == "iso":
            return f"{_second(whole).replace(' ', 'T')}.{int((seconds - whole) * 1e3):03}Z"
        return f"{_second(whole)}.{int((seconds - whole) * 1e6):06}"


def form_of(sample: object) -> Form:
    """Return the form of a column by one of its values; an empty column takes `text`."""
    if isinstance(sample, (int, float)):
        return "milliseconds" if sample > MILLISECONDS else "seconds"
    return "iso" if isinstance(sample, str) and "T" in sample else "text"


def decode(value: object) -> Seconds | None:
    """Return Unix seconds of a column's value; None: never, or no moment at all."""
    if isinstance(value, (int, float)):
        seconds = value / 1000 if value > MILLISECONDS and value != FAR else float(value)
        return None if seconds >= FAR else seconds
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    seconds = (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    return None if seconds >= FAR else seconds


@lru_cache(maxsize=4096)
def _second(whole: int) -> str:
    """Return a second as text; sessions that roll at one moment share it."""
    return to_datetime(whole).replace(tzinfo=None).isoformat(" ")


def to_datetime(seconds: Seconds) -> datetime:
    """Return a moment in UTC, cut to what a datetime can hold (years 1 to 9999)."""
    return datetime.fromtimestamp(max(-62_135_596_800.0, min(seconds, FAR)), UTC)
