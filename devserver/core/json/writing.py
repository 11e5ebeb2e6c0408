"""The one encoder of what goes out as JSON: to people, scripts, recordings, over HTTP.

It is always JSON (RFC 8259): NaN and Infinity become null, as JSON.stringify writes them, and so do
integers of thousands of digits, which Python does not write. What goes back into an app's own row
or cookie is written in the app's own form, elsewhere.
"""

from __future__ import annotations

import json
import math
import re

from session_inspector.devserver.core.json.reading import LONGEST_INTEGER

_UNWRITABLE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What JSON allows and a terminal or UTF-8 does not: C1 and bidi controls, lone surrogates."""
FEW = 40
"""Characters that are replaced one after the other: each takes a look through the text, in C."""
LARGEST_INTEGER = 10**LONGEST_INTEGER


def strict_json(
    value: object,
    *,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    is_ascii: bool = True,
) -> str:
    """Return JSON that every reader takes; `is_ascii` escapes all other letters."""
    try:
        return json.dumps(
            value, ensure_ascii=is_ascii, allow_nan=False, indent=indent, separators=separators
        )
    except ValueError:
        # allow_nan refuses, and Python writes no integer of more than 4,300 digits
        strict = _without_odd_numbers(value)
    return json.dumps(
        strict, ensure_ascii=is_ascii, allow_nan=False, indent=indent, separators=separators
    )


def harmless_json(
    value: object, *, indent: int | None = None, separators: tuple[str, str] | None = None
) -> str:
    """Return JSON that may be written anywhere: readable, but for what steers terminals."""
    text = strict_json(value, indent=indent, separators=separators, is_ascii=False)
    if text.isascii() and "\x7f" not in text:
        return text
    return _escape(text)


def _escape(text: str) -> str:
    """Escape what is unwritable; a call for each of 26 million took a minute and a half."""
    there = [char for char in set(text) if _UNWRITABLE.match(char)]
    if len(there) > FEW:
        return _UNWRITABLE.sub(lambda found: _spell(found[0]), text)
    for char in there:
        text = text.replace(char, _spell(char))
    return text


def _spell(char: str) -> str:
    return f"\\u{ord(char):04x}"


def _without_odd_numbers(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and not -LARGEST_INTEGER < value < LARGEST_INTEGER:
        return None
    if isinstance(value, dict):
        return {name: _without_odd_numbers(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_odd_numbers(member) for member in value]
    return value
