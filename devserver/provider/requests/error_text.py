"""Text of somebody else in an error_description: plain ASCII and short (RFC 6749 §5.2)."""

from __future__ import annotations

import re

LONGEST = 100
_FORBIDDEN = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")
"""All but the characters that §5.2 allows."""


def quote_value(text: str) -> str:
    """Return a value in quotes, with `?` for each character that an error may not hold."""
    shown = _FORBIDDEN.sub("?", text)
    if len(shown) > LONGEST:
        shown = f"{shown[:LONGEST]}..."
    return f"'{shown}'"
