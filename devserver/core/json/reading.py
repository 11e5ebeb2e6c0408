"""Reads JSON of strangers: whatever JSON allows is read, and nothing of it can end who reads.

What is nested deeper than DEEPEST becomes the text CUT; an integer that Python neither reads nor
writes becomes Infinity, as JavaScript reads it. NaN and Infinity are read: Python's frameworks
write them. Whoever counts with a number asks `core.numbers` first.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator

import orjson

from session_inspector.devserver.core.values import Json

DEEPEST = 200
"""Levels that are read; a walk of 3 calls a level stays below Python's limit of 1,000."""
CUT = "… nested deeper than is read"
"""Stands for what was nested deeper."""
NO_JSON = (ValueError, RecursionError)
"""What libraries that read JSON themselves raise: they follow a stranger as deep as he nests."""
LONGEST_INTEGER = sys.int_info.default_max_str_digits
"""Digits of an integer that is read exactly: what Python also writes, so both ways agree."""
CONSTANTS = {name: float(name) for name in ("NaN", "Infinity", "-Infinity")}
"""One object each: only then is a NaN in one reading of a row equal to that in the next; and they
are no one else's, which tells the text `Infinity` from 1e400, a number of JSON."""
WIDEST = 2.0**63
"""Smaller integers are read exactly by orjson; from here on it may return a float."""
_RUNS = re.compile(r'"(?:[^"\\]|\\.)*"|([\[{]+)|([\]}]+)', re.DOTALL)
"""A text, brackets that open, brackets that close: whole runs, 70,000 brackets are read in 1 ms."""


def read_json(raw: bytes | str) -> Json:
    """Return the value of a text.

    Raises: ValueError for what is no JSON.
    """
    return _read(_to_text(raw), _WITH_CONSTANTS)


def read_json_quickly(raw: bytes) -> Json:
    """Return the value of UTF-8, in a third of the time; integers of more than 64 bits are floats.

    Raises: ValueError for what is no JSON.
    """
    if raw.count(b"[") + raw.count(b"{") > DEEPEST:
        return read_json(raw)
    try:
        found: Json = orjson.loads(raw)
    except orjson.JSONDecodeError:  # NaN, half a surrogate pair: what Python reads
        return read_json(raw)
    return found


def read_strict_json(text: str) -> Json:
    """Return the value of a text, without what Python's frameworks add to JSON.

    Raises: ValueError for what is no JSON, NaN and Infinity among it.
    """
    return _read(text, _STRICT)


def _read(text: str, decoder: json.JSONDecoder) -> Json:
    try:
        found: Json = decoder.decode(text)
    except RecursionError:
        return _read_cut(text, decoder)
    if text.count("[") + text.count("{") > DEEPEST:
        return _read_cut(text, decoder)
    return found


def _read_cut(text: str, decoder: json.JSONDecoder) -> Json:
    found: Json = decoder.decode("".join(_cut_deep(text)))
    return found


def read_js_json(raw: bytes) -> Json:
    """Return the value that JSON.parse makes of bytes as Node decodes them.

    It refuses NaN, Infinity and a byte order mark; bytes that are no UTF-8 become U+FFFD.
    Raises: ValueError for what it refuses.
    """
    return read_strict_json(raw.decode("utf-8", "replace"))


def may_be_rounded(value: Json) -> bool:
    """Report whether a number is a float that may stand for an integer beyond 64 bits."""
    members: Iterable[Json]
    kind = type(value)
    if kind is dict:
        members = value.values()  # type: ignore[union-attr]  # isinstance costs twice
    elif kind is list:
        members = value  # type: ignore[assignment]  # as above
    else:
        return kind is float and not -WIDEST < value < WIDEST  # type: ignore[operator]  # as above
    for member in members:
        kind = type(member)
        # these first, and no any(): the walk then costs a third of the parsing
        if kind is str or kind is int or kind is bool:
            continue
        if may_be_rounded(member):
            return True
    return False


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def name_constant(value: object) -> str:
    """Return `NaN` or `Infinity` where a value was read from that; empty for any other."""
    for name, constant in CONSTANTS.items():
        if value is constant:
            return name
    return ""


def is_cut(raw: bytes | str) -> bool:
    """Report whether reading a text leaves something out; then it cannot be written again."""
    text = _to_text(raw)
    return text.count("[") + text.count("{") > DEEPEST and "".join(_cut_deep(text)) != text


def _to_text(raw: bytes | str) -> str:
    if isinstance(raw, str):
        return raw
    return raw.decode(json.detect_encoding(raw), "surrogatepass")


def _read_integer(text: str) -> int | float:
    if len(text.lstrip("-")) > LONGEST_INTEGER:
        return float(text)
    return int(text)


# made once: `json.loads` makes a decoder for each text, which takes longer than to read a short one
_WITH_CONSTANTS = json.JSONDecoder(parse_int=_read_integer, parse_constant=CONSTANTS.__getitem__)
_STRICT = json.JSONDecoder(parse_int=_read_integer, parse_constant=_refuse_constant)


def _cut_deep(text: str) -> Iterator[str]:
    """Yield a text in pieces, with CUT for each value that is nested too deep."""
    depth = 0
    begin = 0
    for found in _RUNS.finditer(text):
        count = found.end() - found.start()
        if found[1]:
            if depth <= DEEPEST < depth + count:
                yield text[begin : found.start() + DEEPEST - depth]
            depth += count
        elif found[2]:
            if depth - count <= DEEPEST < depth:
                yield json.dumps(CUT)
                begin = found.start() + depth - DEEPEST
            depth -= count
    if depth <= DEEPEST:
        yield text[begin:]
