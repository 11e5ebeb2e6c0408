"""How a JSON object was written: with spaces, as Python's json.dumps does, or without."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

JsonStyle: TypeAlias = Literal["spaced", "compact", "unknown"]
FIRST_NAME = re.compile(rb'\{"(?:[^"\\]|\\.)*":(.)', re.DOTALL)
"""The first member's name, and the byte after its colon."""


def find_style(start: bytes) -> JsonStyle:
    """Return how an object is written, by the start of it: `{"a": 1` or `{"a":1`.

    An empty object, or a first name that is longer than the start, does not tell it.
    """
    match = FIRST_NAME.match(start)
    if match is None:
        return "unknown"
    if match[1] == b" ":
        return "spaced"
    return "compact"
