"""Keys and encodings that several formats share."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import json
import re
import zlib
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject

LARGEST = 4_000_000
"""Bytes that may come out of a compressed value: a bomb is no session."""
_URL = re.compile(r"[A-Za-z0-9_-]*={0,2}")
_STD = re.compile(r"[A-Za-z0-9+/]*={0,2}")


@lru_cache(maxsize=512)
def hkdf(secret: str, salt: str, info: str, length: int) -> bytes:
    """Return an HKDF-SHA256 key (RFC 5869) of texts in UTF-8."""
    kdf = HKDF(hashes.SHA256(), length, utf8(salt), utf8(info))
    return kdf.derive(utf8(secret))


@lru_cache(maxsize=512)
def pbkdf2(digest: str, secret: str, salt: str, rounds: int, length: int) -> bytes:
    """Return a PBKDF2 key (RFC 8018) of texts in UTF-8."""
    return hashlib.pbkdf2_hmac(digest, utf8(secret), utf8(salt), rounds, length)


def utf8(text: str) -> bytes:
    """Return a text's bytes; a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace")


def mac(key: bytes, text: str | bytes, digest: str = "sha256") -> bytes:
    """Return an HMAC."""
    return hmac.new(key, utf8(text) if isinstance(text, str) else text, digest).digest()


def is_same(one: bytes | str, other: bytes | str) -> bool:
    """Compare in constant time."""
    left, right = (utf8(x) if isinstance(x, str) else x for x in (one, other))
    return hmac.compare_digest(left, right)


def from_base64url(text: str) -> bytes | None:
    """Return the bytes of base64url, padded or not; None for anything else."""
    if not _URL.fullmatch(text):
        return None
    bare = text.rstrip("=")
    try:
        return urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return None


def from_base64(text: str) -> bytes | None:
    """Return the bytes of standard base64, padded or not; None for anything else."""
    if not _STD.fullmatch(text):
        return None
    bare = text.rstrip("=")
    try:
        return b64decode(bare + "=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return None


def to_base64url(raw: bytes) -> str:
    """Return base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def parse_json(raw: bytes | str) -> Json:
    """Return the JSON value of a text.

    Raises: ValueError for what is none, or nests too deep.
    """
    try:
        found: Json = json.loads(raw)
    except RecursionError as error:
        raise ValueError("it nests too deep") from error
    return found


def parse_object(raw: bytes | str) -> JsonObject | None:
    """Return a JSON object, None for anything else."""
    try:
        found = parse_json(raw)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def stamp(moment: float) -> str:
    """Return a time stamp as itsdangerous writes it."""
    whole = int(moment)
    return to_base64url(whole.to_bytes(max(1, (whole.bit_length() + 7) // 8), "big"))


def compact(value: Json) -> bytes:
    """Return JSON without spaces, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def deflated(raw: bytes) -> tuple[str, bytes]:
    """Return (".", packed) where that is shorter, else ("", raw), as itsdangerous and Django do."""
    packed = zlib.compress(raw)
    return (".", packed) if len(packed) < len(raw) - 1 else ("", raw)


def shown(raw: bytes) -> JsonObject:
    """Return what a signed, readable format holds.

    Raises: DecodeError (tampered): no secret is needed to see that the content was changed.
    """
    found = parse_object(raw)
    if found is None:
        raise DecodeError(
            "its content is no JSON: the content was changed or cut, whatever the secret is",
            code="tampered",
        )
    return found


def inflate(raw: bytes) -> bytes:
    """Return what zlib packed. Raises: DecodeError (not_decoded) for garbage and for bombs."""
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
