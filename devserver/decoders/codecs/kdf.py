"""Keys derived from secrets. Each derivation is remembered: many cookies, few secrets."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from session_inspector.devserver.decoders.codecs.text import to_utf8


@lru_cache(maxsize=512)
def hkdf(secret: str, salt: str, info: str, length: int) -> bytes:
    """Return an HKDF-SHA256 key (RFC 5869) of texts in UTF-8."""
    kdf = HKDF(hashes.SHA256(), length, to_utf8(salt), to_utf8(info))
    return kdf.derive(to_utf8(secret))


@lru_cache(maxsize=512)
def pbkdf2(digest: str, secret: str, salt: str, rounds: int, length: int) -> bytes:
    """Return a PBKDF2 key (RFC 8018) of texts in UTF-8."""
    return hashlib.pbkdf2_hmac(digest, to_utf8(secret), to_utf8(salt), rounds, length)
