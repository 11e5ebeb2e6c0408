"""Text as JavaScript writes it: JSON.stringify, numbers, encodeURIComponent.

The SDK seals what JSON.stringify returns, so equal sessions must become equal bytes. orjson writes
the same bytes except for floats, integers beyond 2^53, lone surrogates and integer-like keys.
"""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from urllib.parse import quote, unquote

import orjson

from session_inspector.devserver.core.values import Json, JsonObject

LARGEST_EXACT = 2**53
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNESCAPED = b"-_.!~*'()0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def stringify(value: JsonObject) -> bytes:
    """Return the UTF-8 bytes of JSON.stringify(value)."""
    if _is_plain(value):
        try:
            return orjson.dumps(value)
        except TypeError:
            pass  # a lone surrogate: JavaScript escapes it, orjson refuses it
    return _write(value).encode()


def parse_json(text: bytes) -> Json:
    """Return what JSON.parse would; lone surrogates and huge numbers included.

    Raises: ValueError when it is not JSON.
    """
    try:
        found: Json = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = json.loads(text)
    return found


def number_text(number: float) -> str:
    """Return Number.prototype.toString (ECMA-262 §6.1.6.1.20); null's text for no number."""
    if isinstance(number, int) and abs(number) <= LARGEST_EXACT:
        return str(number)
    try:
        number = float(number)
    except OverflowError:  # an integer beyond a double: JavaScript reads Infinity
        return "null"
    if not math.isfinite(number):
        return "null"
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    if not isinstance(exponent, int) or number == 0:
        return "0"
    return ("-" if sign else "") + _decimal("".join(map(str, digits)), exponent)


def encode_component(text: str) -> str:
    """Return encodeURIComponent(text)."""
    if text.isascii() and not text.encode().translate(None, _UNESCAPED):
        return text  # 4 KB in 1.4 us; to find out there is nothing to do takes quote() 20
    return quote(text, safe="-_.!~*'()")


def decode_component(text: str) -> str | None:
    """Return decodeURIComponent(text), None where JavaScript throws."""
    if "%" not in text:
        return text
    if _ESCAPE.search(text):
        return None
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return None


def _decimal(digits: str, exponent: int) -> str:
    """Place the point as JavaScript does; the value is digits * 10**exponent."""
    count, point = len(digits), len(digits) + exponent
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    fraction = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


def _is_plain(value: Json) -> bool:
    """Say whether orjson and JavaScript agree on every number and key."""
    kind = type(value)
    if kind is dict:
        # the kind was just asked, isinstance costs twice as much here
        keys: dict[str, Json] = value  # type: ignore[assignment]
        if keys and min(keys) < ":" and any("0" <= key < ":" for key in keys):
            return False  # a key that begins with a digit
        for member in keys.values():
            if type(member) is not str and not _is_plain(member):
                return False
        return True
    if kind is list:
        return all(map(_is_plain, value))  # type: ignore[arg-type]  # as above
    if kind is int:
        return -LARGEST_EXACT <= value <= LARGEST_EXACT  # type: ignore[operator]  # as above
    return kind is not float


def _write(value: Json) -> str:
    if isinstance(value, str):
        return _SURROGATE.sub(_escaped, json.dumps(value, ensure_ascii=False))
    if isinstance(value, dict):
        return "{" + ",".join(f"{_write(k)}:{_write(value[k])}" for k in _js_order(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_write, value)) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return number_text(value)


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _js_order(value: JsonObject) -> list[str]:
    """Integer-like keys first, ascending (ECMA-262 §10.1.11.1), then the others as they came."""
    indexes = [key for key in value if _is_index(key)]
    others = [key for key in value if not _is_index(key)]
    return sorted(indexes, key=int) + others


def _is_index(key: str) -> bool:
    is_number = key.isascii() and key.isdigit() and len(key) <= 10
    return is_number and str(int(key)) == key and int(key) < 2**32 - 1
