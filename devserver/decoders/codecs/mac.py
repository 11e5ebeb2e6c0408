"""Message authentication codes, and their comparison in constant time."""

from __future__ import annotations

import hmac

from session_inspector.devserver.decoders.codecs.text import to_utf8


def mac(key: bytes, text: str | bytes, digest: str = "sha256") -> bytes:
    """Return an HMAC."""
    return hmac.digest(key, _to_bytes(text), digest)


def is_same(one: bytes | str, other: bytes | str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(_to_bytes(one), _to_bytes(other))


def _to_bytes(text: str | bytes) -> bytes:
    if isinstance(text, str):
        return to_utf8(text)
    return text
