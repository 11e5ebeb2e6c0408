"""Keys of Redis: bytes there, texts here; what is no UTF-8 comes back as the same bytes."""

from __future__ import annotations

UNKNOWN_BYTES = "surrogateescape"


def key_text(key: bytes | str) -> str:
    """Return a key as text."""
    if isinstance(key, str):
        return key
    return key.decode("utf-8", UNKNOWN_BYTES)


def key_bytes(key: bytes | str) -> bytes:
    """Return a key as the store has it; a lone surrogate that no key has is no error."""
    if isinstance(key, bytes):
        return key
    try:
        return key.encode("utf-8", UNKNOWN_BYTES)
    except UnicodeEncodeError:
        return key.encode("utf-8", "replace")
