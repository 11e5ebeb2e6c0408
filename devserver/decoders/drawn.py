"""Values that look drawn by lot, as ids and tokens are: a likeness, no proof."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

from session_inspector.devserver.decoders.codecs.base64_text import from_base64url
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.subject import find_subject

SHORTEST = 16
"""Characters; 64 bits as hexadecimal digits (OWASP ASVS 7.2.3 asks for 128)."""
SHORTEST_DIGITS = 20
"""Digits alone; a moment has 10 to 19."""
LEAST_TURNS = 0.25
"""Turns from small to capital letters and back, for each letter: by lot one in two."""
FEWEST = 0.3
"""Capitals, or small letters, for each letter: by lot one in two, in joined words one in six."""
LEAST_BITS = 48
"""By the frequencies of its own characters, which a short value underrates."""
_TOKEN = re.compile(r"[A-Za-z0-9+/=_.:|~!*'()-]+\Z")

_BASE64 = re.compile(r"(?:eyJ|e30)[A-Za-z0-9+/_-]*={0,2}")
"""Of an object of JSON: it begins with a brace and a quote, or is empty."""
_PLAIN = re.compile(r"[a-z][a-z0-9+.-]*://|\d{4}-\d\d-\d\d(?:[T_]\d\d[:.-]?\d\d|\Z)", re.IGNORECASE)
"""How an address begins, and a date: written by somebody, and drawn by nobody."""


def looks_drawn(value: str) -> bool:
    """Check whether a value looks as if it was drawn by lot, as ids and tokens are."""
    if len(value) < SHORTEST or not _TOKEN.match(value) or _PLAIN.match(value):
        return False
    if is_written(value):
        return False
    has_digit = any(char.isdigit() for char in value)
    has_letter = any(char.isalpha() for char in value)
    is_digits = value.isdigit() and len(value) >= SHORTEST_DIGITS
    is_mixed = (has_digit and has_letter) or _has_mixed_case(value)
    return (is_mixed or is_digits) and _bits(value) >= LEAST_BITS


def is_written(value: str) -> bool:
    """Check for Base64 of a text of nobody, as of a message: `{"ok":"Welcome"}`."""
    found = _BASE64.fullmatch(value)
    if found is None:
        return False
    raw = from_base64url(value.rstrip("=").replace("+", "-").replace("/", "_"))
    content = parse_object(raw or b"")
    return content is not None and not find_subject(content)


def _has_mixed_case(value: str) -> bool:
    """Check for letters whose case turns as by lot: an id may have no digit by chance."""
    letters = [char for char in value if char.isalpha()]
    if len(letters) < SHORTEST:
        return False
    capitals = sum(map(str.isupper, letters))
    turns = sum(one.isupper() != other.isupper() for one, other in pairwise(letters))
    is_even = FEWEST <= capitals / len(letters) <= 1 - FEWEST
    return is_even and turns >= LEAST_TURNS * len(letters)


def _bits(value: str) -> float:
    """Return the information of a value by the frequencies of its characters."""
    size = len(value)
    return -sum(count * math.log2(count / size) for count in Counter(value).values())
