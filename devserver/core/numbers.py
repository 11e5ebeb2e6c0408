"""What counts as a number in foreign data: what a double can hold, and no bool.

JSON allows 1e400 and integers of 400 digits; Python's readers take NaN and Infinity as well. Each
of them breaks the first sum or date that is made of it: nobody counts with a number that was not
checked here.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard

Units: TypeAlias = Mapping[str, float]
SIZES: Units = {"": 1, "b": 1, "k": 1024, "kb": 1024, "m": 1024**2, "mb": 1024**2}
TIMES: Units = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
MILLISECONDS: Units = {"": 1, "ms": 1, "s": 1000}
PLAIN: Units = {"": 1}
_AMOUNT = re.compile(r"([<>])([0-9]{1,15}(?:\.[0-9]{1,15})?)([a-z]*)")
LARGEST_INTEGER = int(sys.float_info.max)
FURTHEST = 1e15
"""No time in any unit is beyond it: Unix microseconds of the year 33658."""


def is_number(value: object) -> TypeGuard[int | float]:
    """Return True for a finite int or float that is no bool, and that a double can hold."""
    if isinstance(value, bool):
        return False
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and -LARGEST_INTEGER <= value <= LARGEST_INTEGER


def to_number(value: object) -> float | None:
    """Return a moment or a span as a float, None for anything else, and for what is no time."""
    if is_number(value) and -FURTHEST <= value <= FURTHEST:
        return float(value)
    return None


def is_endless(value: object) -> bool:
    """Return True for NaN and the infinities, which no JSON has."""
    return isinstance(value, float) and not math.isfinite(value)


def is_time(value: object) -> bool:
    """Return True for a number that may be a moment or a span."""
    return to_number(value) is not None


def count_noun(count: int, noun: str) -> str:
    """Return `1 token`, `2 tokens`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun}s"


@dataclass(frozen=True, slots=True)
class Bound:
    """What a number must be above, or below."""

    is_above: bool
    limit: float

    def fits(self, measured: float | None) -> bool:
        """Check a number; what has none never fits."""
        if measured is None:
            return False
        if self.is_above:
            return measured > self.limit
        return measured < self.limit


def parse_bound(text: str, units: Units) -> Bound | None:
    """Return what `<10m` says; None: it is no amount of these units."""
    found = _AMOUNT.fullmatch(text)
    if found is None or found[3] not in units:
        return None
    return Bound(found[1] == ">", float(found[2]) * units[found[3]])
