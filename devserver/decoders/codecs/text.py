"""Texts as bytes."""

from __future__ import annotations

import re

from session_inspector.devserver.cookies.secret_bytes import to_secret_bytes

_ESCAPED = re.compile(r"\\(?:([0-3][0-7][0-7])|(.))", re.DOTALL)


def to_utf8(text: str) -> bytes:
    """Return a text's bytes, those of a secret that is no text as they are.

    Any other lone surrogate becomes a question mark.
    """
    return to_secret_bytes(text)


def is_text(raw: bytes) -> bool:
    """Check whether bytes are printable ASCII: a text that was signed is no ciphertext."""
    return raw.isascii() and raw.decode("ascii").isprintable()


def unquote_cookie(value: str) -> str:
    """Return a value without the quotes and escapes that Python's http.cookies writes."""
    if len(value) < 2 or not (value.startswith('"') and value.endswith('"')):
        return value
    return _ESCAPED.sub(_unescape, value[1:-1])


def _unescape(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 8))
    return match[2]
