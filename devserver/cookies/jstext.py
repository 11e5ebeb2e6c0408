"""Text as JavaScript writes it: JSON.stringify, numbers, encodeURIComponent.

The SDK seals what JSON.stringify returns, so equal sessions must become equal bytes. orjson writes
the same bytes except for floats, integers beyond 2^53, lone surrogates and integer-like keys.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, TypeAlias
from urllib.parse import quote, unquote

import orjson

from session_inspector.devserver.core.json.reading import may_be_rounded, read_strict_json
from session_inspector.devserver.core.values import Json, JsonObject

LARGEST_EXACT = 2**53
_Step: TypeAlias = tuple[Literal["text", "value"], Json]
"""A piece of text that is written already, or a value that is not."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNESCAPED = b"-_.!~*'()0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def stringify(value: Json) -> bytes:
    """Return the UTF-8 bytes of JSON.stringify(value)."""
    try:
        if _is_plain(value):
            return orjson.dumps(value, None, orjson.OPT_STRICT_INTEGER)
    except (TypeError, RecursionError):
        pass  # a lone surrogate, an integer beyond 2^53, hundreds of levels: JavaScript writes them
    return "".join(_write(value)).encode()


def parse_json(text: bytes) -> Json:
    """Return what JSON.parse would: lone surrogates and huge numbers, but no NaN.

    Integers stay what the text says: JavaScript would round them.
    A byte order mark before it is dropped, as TextDecoder does.
    Raises: ValueError when it is not JSON, or no UTF-8.
    """
    try:
        found: Json = orjson.loads(text)
    except orjson.JSONDecodeError:
        return read_strict_json(text.decode("utf-8-sig"))
    if not _is_written_so(found, text) and may_be_rounded(found):
        return read_strict_json(text.decode())
    return found


def _is_written_so(value: Json, text: bytes) -> bool:
    """Report whether a value's own text is this one: then no number of it was rounded.

    True for what we and the SDK seal; it takes a fourth of the walk over all members.
    """
    try:
        return orjson.dumps(value) == text
    except TypeError:  # hundreds of levels
        return False


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
    """Report whether no key and no float is in the way of writing it by orjson.

    Integers that are too long orjson refuses itself.
    """
    kind = type(value)
    if kind is dict:
        return _is_plain_object(value)  # type: ignore[arg-type]  # isinstance costs twice as much
    if kind is list:
        return all(map(_is_plain, value))  # type: ignore[arg-type]  # as above
    return kind is not float


def _is_plain_object(value: JsonObject) -> bool:
    if value and min(value) < ":" and any("0" <= key < ":" for key in value):
        return False  # a key that begins with a digit
    for member in value.values():
        kind = type(member)
        # texts, numbers and truths first: a walk of 23 members is 1.6 us of sealing's 9
        if kind is str or kind is int or kind is bool:
            continue
        if not _is_plain(member):
            return False
    return True


def _write(value: Json) -> Iterator[str]:
    """Yield the pieces of a value's text; a loop, because a stranger chooses how deep it nests."""
    rest: list[_Step] = [("value", value)]
    while rest:
        kind, step = rest.pop()
        if kind == "text":
            yield str(step)
        elif isinstance(step, (dict, list)):
            rest += reversed(_steps_of(step))
        else:
            yield _write_scalar(step)


def _steps_of(value: JsonObject | list[Json]) -> list[_Step]:
    """Return what the text of an object or list is made of, in order."""
    steps: list[_Step] = []
    if isinstance(value, list):
        for member in value:
            steps += [("text", ","), ("value", member)]
        return [("text", "["), *steps[1:], ("text", "]")]
    for key in _js_order(value):
        steps += [("text", ","), ("value", key), ("text", ":"), ("value", value[key])]
    return [("text", "{"), *steps[1:], ("text", "}")]


def _write_scalar(value: str | float | None) -> str:
    if isinstance(value, str):
        return _SURROGATE.sub(_escape_surrogate, json.dumps(value, ensure_ascii=False))
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
