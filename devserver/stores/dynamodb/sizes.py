"""How large an item is as DynamoDB counts it: names, values and a little for each nesting.

Source: "DynamoDB item sizes and formats" of AWS's Developer Guide. Rounded up where the guide
rounds: what fits by this count fits.
"""

from __future__ import annotations

from collections.abc import Mapping

LARGEST = 400 * 1024
"""Bytes an item holds, the names of its attributes counted."""
CONTAINER = 3
NUMBER = 21
"""Bytes of a number, at most."""


def measure_item(item: Mapping[str, object]) -> int:
    """Return the bytes of an item, `{attribute: {type: value}}`."""
    return sum(_measure_text(name) + measure_value(value) for name, value in item.items())


def measure_value(typed: object) -> int:
    """Return the bytes of one typed value."""
    if not isinstance(typed, dict) or len(typed) != 1:
        return 1
    ((kind, inside),) = typed.items()
    if kind == "M" and isinstance(inside, dict):
        return CONTAINER + len(inside) + measure_item(inside)
    if kind == "L" and isinstance(inside, list):
        return CONTAINER + len(inside) + sum(measure_value(member) for member in inside)
    if isinstance(inside, (list, tuple)):
        return sum(_measure_plain(member) for member in inside)
    if kind == "N":
        return _measure_number(str(inside))
    return _measure_plain(inside)


def _measure_plain(value: object) -> int:
    if isinstance(value, str):
        return _measure_text(value)
    if isinstance(value, (bytes, bytearray)):
        return len(value)
    return 1


def _measure_text(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _measure_number(text: str) -> int:
    """One byte for two digits, and one or two more."""
    return min(NUMBER, len(text) // 2 + 3)
