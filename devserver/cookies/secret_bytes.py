r"""Secrets that are bytes, carried as text: what is no UTF-8 stands as surrogates (PEP 383).

So a secret is a `str` everywhere, and `to_secret_bytes` gives back the very bytes.
"""

from __future__ import annotations


def to_secret_text(raw: bytes) -> str:
    """Return bytes as the text that a secret is carried as."""
    return raw.decode("utf-8", "surrogateescape")


def to_secret_bytes(text: str) -> bytes:
    """Return the bytes of a secret; any other lone surrogate becomes a question mark."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def show_secret(text: str) -> str:
    """Return a secret as people write it: bytes that are no text as `b'…'`."""
    raw = to_secret_bytes(text)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return repr(raw)
