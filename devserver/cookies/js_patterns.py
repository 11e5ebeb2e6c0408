"""A cookie's name as the SDK finds its chunks: part of a regular expression, unescaped.

`a|b` then means every name that begins with `a`, and `*a` is an error (docs/sdk.md, Surprises, 16).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import cmp_to_key, lru_cache

from session_inspector.devserver.core.errors import SealError

_INDEX = re.compile(r"__([0-9]+)\Z")
_POSSESSIVE = re.compile(r"[*+?]\+")
"""Python reads it, JavaScript does not."""
_ERRORS = {
    "nothing to repeat": "Nothing to repeat",
    "multiple repeat": "Nothing to repeat",
    "missing ), unterminated subpattern": "Unterminated group",
    "unbalanced parenthesis": "Unmatched ')'",
    "unterminated character set": "Unterminated character class",
}


def match_chunks(names: Iterable[str], name: str) -> dict[str, float]:
    """Return {cookie name: index} of what the SDK takes for chunks, in order.

    The index is NaN where the name ends in none. Raises: SealError (code SyntaxError).
    """
    pattern = _compile(name)
    return {found: _read_index(found) for found in names if pattern.search(found)}


def sort_chunks(found: Mapping[str, float]) -> list[str]:
    """Return the names as JavaScript sorts them: NaN compares as equal to everything."""

    def compare(one: str, other: str) -> int:
        return _compare(found[one], found[other])

    return sorted(found, key=cmp_to_key(compare))


def _compare(one: float, other: float) -> int:
    if math.isnan(one) or math.isnan(other) or one == other:
        return 0
    if one < other:
        return -1
    return 1


def _read_index(name: str) -> float:
    index = _INDEX.search(name)
    if index is None:
        return math.nan
    return float(index[1])


@lru_cache(maxsize=16)
def _compile(name: str) -> re.Pattern[str]:
    try:
        if _POSSESSIVE.search(name):
            raise re.error("nothing to repeat")
        return re.compile(rf"^{name}__[0-9]+\Z", re.ASCII)
    except re.error as error:
        reason = _ERRORS.get(error.msg, error.msg)
        text = rf"Invalid regular expression: /^{name}__\d+$/: {reason}"
        raise SealError(text, code="SyntaxError") from error
