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
    return _UNWRITABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


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
