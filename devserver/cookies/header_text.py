"""Text of headers: Latin-1 on the wire (RFC 9110 §5.5), UTF-8 where somebody wrote that."""

from __future__ import annotations


def read_utf8(text: str) -> str:
    """Return Latin-1 header text as the UTF-8 that its bytes are; what is none stays as it is."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
