"""zlib streams inside cookies; a bomb is refused."""

from __future__ import annotations

import zlib

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.codecs.limits import LARGEST

MARK = "."
"""What itsdangerous and Django write before packed content."""


def deflate_if_shorter(raw: bytes) -> tuple[str, bytes]:
    """Return (".", packed) where that is shorter, else ("", raw), as itsdangerous and Django do."""
    packed = zlib.compress(raw)
    if len(packed) < len(raw) - 1:
        return MARK, packed
    return "", raw


def inflate(raw: bytes) -> bytes:
    """Return what zlib packed. Raises: DecodeError (tampered for garbage, too_large for bombs)."""
    try:
        packer = zlib.decompressobj()
        found = packer.decompress(raw, LARGEST)
    except zlib.error as error:
        raise DecodeError(f"its compressed content is damaged: {error}", code="tampered") from error
    if packer.unconsumed_tail:
        raise DecodeError(
            f"it unpacks to more than {LARGEST} bytes: no session, a bomb", code="too_large"
        )
    return found


def peek(raw: bytes, size: int) -> bytes:
    """Return the first bytes of what zlib packed; empty: it is damaged."""
    try:
        return zlib.decompressobj().decompress(raw, size)
    except zlib.error:
        return b""
