"""JSON as DynamoDB's typed values, `{type: value}`."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

from session_inspector.devserver.core.values import Json

Typed: TypeAlias = dict[str, object]
"""`{"S": "text"}`, as the API has it."""
DIGITS = 38
"""Digits of DynamoDB's numbers; their exponents are -130 to 125."""
SMALLEST = 1e-120
LARGEST = 1e120
MOST_WHOLE = 10**18
"""Whole numbers beyond it are read as floats."""


def fits(value: Json) -> bool:
    """Return False for what DynamoDB cannot hold."""
    if isinstance(value, dict):
        return all(name and fits(name) and fits(value[name]) for name in value)
    if isinstance(value, list):
        return all(fits(member) for member in value)
    if isinstance(value, str):
        return _is_encodable(value)
    if isinstance(value, float):
        return value == 0 or SMALLEST < abs(value) < LARGEST
    return not isinstance(value, int) or abs(value) < 10**DIGITS


def to_typed(value: Json) -> Typed:
    """Return a value with its type."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | float():
            return {"N": repr(value)}
        case list():
            return {"L": [to_typed(member) for member in value]}
        case _:
            return {"M": {name: to_typed(member) for name, member in value.items()}}


def from_typed(typed: object) -> Json:
    """Return the plain value of a typed one; sets become lists, bytes base64."""
    if not isinstance(typed, dict) or len(typed) != 1:
        return None
    ((kind, inside),) = typed.items()
    if kind == "N":
        return _parse_number(str(inside))
    if kind in ("S", "BOOL") and isinstance(inside, (str, bool)):
        return inside
    if isinstance(inside, dict) and kind == "M":
        return {str(name): from_typed(member) for name, member in inside.items()}
    if isinstance(inside, (bytes, bytearray)):
        return b64encode(inside).decode()
    if isinstance(inside, (list, tuple)):
        return _from_typed_list(str(kind), inside)
    return None


def _from_typed_list(kind: str, members: Sequence[object]) -> Json:
    if kind == "L":
        return [from_typed(member) for member in members]
    if kind in ("SS", "NS", "BS"):
        return [from_typed({kind[0]: member}) for member in members]
    return None


def _is_encodable(text: str) -> bool:
    """Return False for a text with a lone surrogate."""
    return text.isascii() or text.encode("utf-8", "replace").decode() == text


def _parse_number(text: str) -> int | float:
    found = Decimal(text)
    is_whole = found == found.to_integral_value()
    if is_whole and abs(found) < MOST_WHOLE:
        return int(found)
    return float(found)
