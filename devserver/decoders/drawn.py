"""Values that look drawn by lot, as ids and tokens are: a likeness, no proof."""

from __future__ import annotations

import math
import re
from collections import Counter

SHORTEST = 16
"""Characters; 64 bits as hexadecimal digits (OWASP ASVS 7.2.3 asks for 128)."""
LEAST_BITS = 48
"""By the frequencies of its own characters, which a short value underrates."""
_TOKEN = re.compile(r"[A-Za-z0-9+/=_.:|~!*'()-]+\Z")

_PLAIN = re.compile(r"[a-z][a-z0-9+.-]*://|\d{4}-\d\d-\d\d(?:[T_]\d\d[:.-]?\d\d|\Z)", re.IGNORECASE)
"""How an address begins, and a date: written by somebody, and drawn by nobody."""


def looks_drawn(value: str) -> bool:
    """Check whether a value looks as if it was drawn by lot, as ids and tokens are."""
    if len(value) < SHORTEST or not _TOKEN.match(value) or _PLAIN.match(value):
        return False
    has_digit = any(char.isdigit() for char in value)
    has_letter = any(char.isalpha() for char in value)
    is_digits = value.isdigit() and len(value) >= 2 * SHORTEST
    return ((has_digit and has_letter) or is_digits) and _bits(value) >= LEAST_BITS


def _bits(value: str) -> float:
    """Return the information of a value by the frequencies of its characters."""
    size = len(value)
    return -sum(count * math.log2(count / size) for count in Counter(value).values())
