"""Base64, in both alphabets."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode

from session_inspector.devserver.core.errors import DecodeError

_URL = re.compile(r"[A-Za-z0-9_-]*={0,2}")
_STANDARD = re.compile(r"[A-Za-z0-9+/]*={0,2}")


def from_base64url(text: str) -> bytes | None:
    """Return the bytes of base64url, padded or not; None for anything else."""
    if not _URL.fullmatch(text):
        return None
    try:
        return urlsafe_b64decode(_pad(text))
    except ValueError:
        return None


def from_base64(text: str) -> bytes | None:
    """Return the bytes of standard base64, padded or not; None for anything else."""
    if not _STANDARD.fullmatch(text):
        return None
    try:
        return b64decode(_pad(text))
    except ValueError:
        return None


def check_padding(text: str, reader: str) -> None:
    """Refuse base64 that lost its end. Raises: DecodeError (truncated); `reader`: who would too."""
    if len(text) % 4:
        raise DecodeError(
            f"it was cut: its base64 has {len(text)} characters, and {reader} reads fours only"
            " (the = at its end belongs to it)",
            code="truncated",
        )


def is_padded_base64(text: str) -> bool:
    """Check that a text is standard base64 with the padding that it needs."""
    return len(text) % 4 == 0 and _STANDARD.fullmatch(text) is not None


def to_base64url(raw: bytes) -> str:
    """Return base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def to_base64(raw: bytes) -> str:
    """Return standard base64 with its padding."""
    return b64encode(raw).decode()


def _pad(text: str) -> str:
    bare = text.rstrip("=")
    return bare + "=" * (-len(bare) % 4)
