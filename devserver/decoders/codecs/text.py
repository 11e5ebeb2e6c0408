"""Texts as bytes."""

from __future__ import annotations


def to_utf8(text: str) -> bytes:
    """Return a text's bytes; a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace")
