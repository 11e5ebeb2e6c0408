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
    text = _place_point("".join(map(str, digits)), exponent)
    if sign:
        return f"-{text}"
    return text


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


def _place_point(digits: str, exponent: int) -> str:
    """Place the point as JavaScript does; the value is digits * 10**exponent."""
    count = len(digits)
    point = count + exponent
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    if count == 1:
        return f"{digits}e{point - 1:+d}"
    return f"{digits[0]}.{digits[1:]}e{point - 1:+d}"


def _is_plain(value: Json) -> bool:
    """Report whether orjson and JavaScript agree on every number and key."""
    kind = type(value)
    if kind is dict:
        return _is_plain_object(value)  # type: ignore[arg-type]  # isinstance costs twice as much
    if kind is list:
        return all(map(_is_plain, value))  # type: ignore[arg-type]  # as above
    if kind is int:
        return -LARGEST_EXACT <= value <= LARGEST_EXACT  # type: ignore[operator]  # as above
    return kind is not float


def _is_plain_object(value: JsonObject) -> bool:
    if value and min(value) < ":" and any("0" <= key < ":" for key in value):
        return False  # a key that begins with a digit
    for member in value.values():  # noqa: SIM110  # all() costs more on this hot path
        if type(member) is not str and not _is_plain(member):
            return False
    return True


def _write(value: Json) -> str:
    if isinstance(value, str):
        return _SURROGATE.sub(_escape_surrogate, json.dumps(value, ensure_ascii=False))
    if isinstance(value, dict):
        return "{" + ",".join(f"{_write(k)}:{_write(value[k])}" for k in _js_order(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_write, value)) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return number_text(value)


def _escape_surrogate(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _js_order(value: JsonObject) -> list[str]:
    """Integer-like keys first, ascending (ECMA-262 §10.1.11.1), then the others as they came."""
    indexes = [key for key in value if _is_index(key)]
    others = [key for key in value if not _is_index(key)]
    return sorted(indexes, key=int) + others


def _is_index(key: str) -> bool:
    is_number = key.isascii() and key.isdigit() and len(key) <= 10
    return is_number and str(int(key)) == key and int(key) < 2**32 - 1
