"""Values as JavaScript counts with them: `+`, Number(), truth, and a member of nothing.

The SDK trusts what it reads, so what it does with a text where a number belongs is what the
language does. Compat mode does the same (docs/sdk.md, Lifetime).
"""

from __future__ import annotations

import math
import re
from typing import Final, TypeAlias

from session_inspector.devserver.cookies.jstext import number_text
from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.values import Json


class Undefined:
    """The type of what a member is that is not there."""


UNDEFINED: Final = Undefined()
JsValue: TypeAlias = "Json | Undefined"

_SPACE = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LEADING_DECIMAL = re.compile(rf"[+-]?Infinity|{_DECIMAL.pattern}")
_PREFIXED = re.compile(r"0[xX]([0-9a-fA-F]+)|0[oO]([0-7]+)|0[bB]([01]+)")
_LEADING = re.compile(r"\s*([+-]?[0-9]+)")
_BASES = (16, 8, 2)
_INFINITE = {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}


def get_member(value: JsValue, name: str) -> JsValue:
    """Return a member, UNDEFINED when there is none.

    Raises: SealError (code TypeError, as the SDK fails) for a member of null or undefined.
    """
    if value is None or isinstance(value, Undefined):
        kind = "null"
        if isinstance(value, Undefined):
            kind = "undefined"
        raise type_error(f"Cannot read properties of {kind} (reading '{name}')")
    if isinstance(value, dict):
        return value.get(name, UNDEFINED)
    return UNDEFINED


def type_error(message: str) -> SealError:
    """Return what stands for a TypeError of the SDK."""
    return SealError(message, code="TypeError")


def is_truthy(value: JsValue) -> bool:
    """Return what Boolean(value) is: empty lists and objects are true, NaN is not."""
    if isinstance(value, (dict, list)):
        return True
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return not isinstance(value, Undefined) and bool(value)


def to_text(value: JsValue) -> str:
    """Return String(value)."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join("" if member is None else to_text(member) for member in value)
    if isinstance(value, dict):
        return "[object Object]"
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "null"
    if isinstance(value, Undefined):
        return "undefined"
    return _number_to_text(value)


def to_number(value: JsValue) -> float:
    """Return Number(value): NaN for what is no number."""
    if value is None:
        return 0.0
    if isinstance(value, Undefined):
        return math.nan
    if isinstance(value, (int, float)):
        return _to_double(value)
    return parse_number(to_text(value))


def add(value: JsValue, number: float) -> float:
    """Return Number(value + number): a text, a list and an object are joined, not added."""
    if isinstance(value, (str, list, dict)):
        return parse_number(to_text(value) + _number_to_text(number))
    return to_number(value) + number


def parse_number(text: str) -> float:
    """Return Number(text) (ECMA-262 §7.1.4.1.1): 0 for an empty one."""
    text = text.strip(_SPACE)
    if not text:
        return 0.0
    if text in _INFINITE:
        return _INFINITE[text]
    prefixed = _PREFIXED.fullmatch(text)
    if prefixed is not None:
        return _read_prefixed(prefixed)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return math.nan


def parse_int(text: str | None, default: int) -> int:
    """Return what parseInt(text, 10) finds: leading digits count, the rest is ignored.

    Absent, empty and what starts with no digits: the default.
    """
    found = _LEADING.match(text or "")
    if found is None:
        return default
    return int(found[1])


def parse_float(value: JsValue) -> float:
    """Return parseFloat(value): the number that its text begins with, NaN for none."""
    found = _LEADING_DECIMAL.match(to_text(value).lstrip(_SPACE))
    if found is None:
        return math.nan
    return _INFINITE.get(found[0]) or float(found[0])


def _read_prefixed(found: re.Match[str]) -> float:
    for digits, base in zip(found.groups(), _BASES, strict=True):
        if digits:
            return _to_double(int(digits, base))
    return math.nan


def _to_double(number: float) -> float:
    try:
        return float(number)
    except OverflowError:  # an integer beyond a double
        if number < 0:
            return -math.inf
        return math.inf


def _number_to_text(number: float) -> str:
    double = _to_double(number)
    if math.isnan(double):
        return "NaN"
    if math.isinf(double):
        return f"{double}".replace("inf", "Infinity")
    return number_text(number)
