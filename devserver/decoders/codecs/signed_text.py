"""Text with its HMAC-SHA256 behind a dot, in the dialects of base64 that libraries write.

better-auth, Hono                      text.base64 with padding
React Router, @fastify/session         text.base64 without padding
"""

from __future__ import annotations

import re

from session_inspector.devserver.decoders.codecs.base64_text import to_base64
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8

_PADDED = re.compile(r"[A-Za-z0-9+/]{43}=")
_BARE = re.compile(r"[A-Za-z0-9+/]{43}")


def split_padded(value: str) -> tuple[str, str] | None:
    """Return (text, signature) of a value whose signature is padded, None for any other."""
    return _split(_PADDED, value)


def split_bare(value: str) -> tuple[str, str] | None:
    """Return (text, signature) of a value whose signature is not padded, None for any other."""
    return _split(_BARE, value)


def sign_padded(text: str, secret: str) -> str:
    """Return a text with its signature."""
    return f"{text}.{_digest(text, secret)}"


def sign_bare(text: str, secret: str) -> str:
    """Return a text with its signature, without padding."""
    return sign_padded(text, secret).rstrip("=")


def has_signature(text: str, signature: str, secret: str) -> bool:
    """Check a signature, padded or not."""
    return is_same(_digest(text, secret).rstrip("="), signature.rstrip("="))


def _digest(text: str, secret: str) -> str:
    return to_base64(mac(to_utf8(secret), text))


def _split(pattern: re.Pattern[str], value: str) -> tuple[str, str] | None:
    text, dot, signature = value.rpartition(".")
    if not dot or not pattern.fullmatch(signature):
        return None
    return text, signature
