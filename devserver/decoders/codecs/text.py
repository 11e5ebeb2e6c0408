"""Texts as bytes."""

from __future__ import annotations


def to_utf8(text: str) -> bytes:
    """Return a text's bytes; a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace")


def is_text(raw: bytes) -> bool:
    """Check whether bytes are printable ASCII: a text that was signed is no ciphertext."""
    return raw.isascii() and raw.decode("ascii").isprintable()
