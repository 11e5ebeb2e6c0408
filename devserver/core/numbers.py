"""What counts as a number in foreign data: `true` does not, though a Python bool is an int."""

from __future__ import annotations

from typing import TypeGuard


def is_number(value: object) -> TypeGuard[int | float]:
    """Return True for an int or a float that is no bool."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def to_number(value: object) -> float | None:
    """Return a number as a float, None for anything else."""
    return float(value) if is_number(value) else None
