"""Texts as bytes."""

from __future__ import annotations

from session_inspector.devserver.cookies.secret_bytes import to_secret_bytes


def to_utf8(text: str) -> bytes:
    """Return a text's bytes, those of a secret that is no text as they are.

    Any other lone surrogate becomes a question mark.
    """
    return to_secret_bytes(text)


def is_text(raw: bytes) -> bool:
    """Check whether bytes are printable ASCII: a text that was signed is no ciphertext."""
    return raw.isascii() and raw.decode("ascii").isprintable()
