"""What counts as a number in foreign data: `true` does not, though a Python bool is an int."""

from __future__ import annotations

from math import isfinite
from typing import TypeGuard


def is_number(value: object) -> TypeGuard[int | float]:
    """Return True for an int or a float that is no bool."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def to_number(value: object) -> float | None:
    """Return a finite number as a float, None for anything else: JSON knows `1e999`."""
    if not is_number(value):
        return None
    try:
        found = float(value)
    except OverflowError:  # an int of more than 308 digits
        return None
    if not isfinite(found):
        return None
    return found
