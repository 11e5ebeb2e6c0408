"""The encrypted cookie value: compact JWE, `dir` with A256GCM, byte for byte as the SDK's.

    eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0 . (no key) . iv . ciphertext . tag
    {"enc":"A256GCM","alg":"dir"}                      12 B   JSON + exp    16 B

The key is HKDF-SHA256(secret, salt "", info "JWE CEK"); the header text is the AAD. This is the
short path on AES-GCM itself (tests/benchmarks/sealing.py); tests check it against joserfc.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass

import pybase64
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from session_inspector.devserver.cookies.jstext import parse_json, stringify
from session_inspector.devserver.cookies.secret_bytes import to_secret_bytes
from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.numbers import FURTHEST, is_number
from session_inspector.devserver.core.values import Json, JsonObject, Seconds

HEADER = b"eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0"
_START = f"{HEADER.decode()}.."
_HEADER: JsonObject = {"enc": "A256GCM", "alg": "dir"}
_IV_END = len(_START) + 16
_TAG = 22
"""Characters of the 16 bytes of a tag."""
_FILL = bytes(2)
_AS = "AA"
"""Two zero bytes, and characters: what fills a group up is cut off again."""
TOLERANCE = 15
"""Seconds of clock tolerance; the SDK's callers cannot change it."""
ENCRYPTION_INFO = b"JWE CEK"
SIGNING_INFO = b"JWS Cookie Signing"


def derive_key(secret: str, info: bytes) -> bytes:
    """Return 32 bytes; the secret is its UTF-8 text, hexadecimal is not decoded.

    Raises: ValueError for an empty secret.
    """
    if not secret:
        raise ValueError('"ikm" must be at least one byte in length')
    return HKDF(SHA256(), 32, salt=b"", info=info).derive(to_secret_bytes(secret))


class KeyRing:
    """Secrets of which the first seals and all open; their keys are derived once."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets:
            raise ValueError("a key ring needs at least one secret")
        self.ciphers = [AESGCM(derive_key(secret, ENCRYPTION_INFO)) for secret in secrets]
        self.signing_keys = [derive_key(secret, SIGNING_INFO) for secret in secrets]


@dataclass(slots=True, kw_only=True)  # one for each request: frozen ones cost three times as much
class OpenedSeal:
    """A sealed value, opened."""

    payload: JsonObject
    header: JsonObject
    key_index: int
    """Which secret opened it; 0 is the one that seals."""
    text: bytes
    """The payload as it was sealed."""


def seal(
    payload: JsonObject, ring: KeyRing, *, exp: Seconds | None = None, iv: bytes | None = None
) -> str:
    """Return the compact JWE of a payload.

    `exp` (Unix seconds) goes last, or in the place of one that is there. `iv` is for tests only:
    an IV that is used twice with one key gives the plaintext away.
    """
    if exp is not None:
        payload = {**payload, "exp": exp}
    return seal_text(stringify(payload), ring, iv=iv)


def seal_text(text: bytes, ring: KeyRing, *, iv: bytes | None = None) -> str:
    """Return the compact JWE of any bytes."""
    iv = iv or os.urandom(12)
    sealed = ring.ciphers[0].encrypt(iv, text, HEADER)
    size = len(text)
    filled = size + -size % 3
    raw = iv + sealed
    if filled != size:
        raw = b"%b%b%b%b" % (iv, sealed[:size], _FILL[size - filled :], sealed[size:])
    # all three in one go: up to the tag there are whole groups of 3 bytes, 4 characters each
    encoded = pybase64.b64encode_as_string(raw, b"-_")
    ciphertext = encoded[16 : 16 + (size * 4 + 2) // 3]
    tag = 16 + filled // 3 * 4
    return f"{_START}{encoded[:16]}.{ciphertext}.{encoded[tag : tag + 22]}"


def replace_exp(opened: bytes, old: Json, exp: Seconds) -> bytes | None:
    """Return an opened payload's text with another `exp`, None when `exp` is not plainly last.

    What we and the SDK seal is JSON.stringify's text with exp at its end: a rolled session need
    not be written anew.
    """
    if type(old) is not int or type(exp) is not int:
        return None
    ending = b',"exp":%d}' % old
    if not opened.endswith(ending):
        return None
    return b'%b,"exp":%d}' % (opened[: -len(ending)], exp)


def open_sealed(
    token: str, ring: KeyRing, *, now: Seconds, is_timeless: bool = False
) -> OpenedSeal:
    """Open a sealed value, with the checks and codes of jose.

    Valid while exp > floor(now) - 15. `is_timeless` leaves exp and nbf unchecked.
    Raises: SealError; an expired one carries its payload.
    """
    text, header, index = open_text(token, ring)
    payload = _parse_claims(text)
    if not is_timeless:
        _check_times(payload, math.floor(now))
    return OpenedSeal(payload=payload, header=header, key_index=index, text=text)


def open_text(token: str, ring: KeyRing) -> tuple[bytes, JsonObject, int]:
    """Return the bytes in a compact JWE, its header, and the index of the secret.

    Raises: SealError.
    """
    protected, header, iv, sealed = _take_apart_ours(token) or _take_apart(token)
    text, index = _decrypt(ring, iv, sealed, protected)
    return text, header, index


def protected_header(token: str) -> JsonObject | None:
    """Return the header of a compact JWE without opening it, None when it is none."""
    try:
        return _take_apart(token)[1]
    except SealError:
        return None


def _take_apart_ours(token: str) -> tuple[bytes, JsonObject, bytes, bytes] | None:
    """Return what _take_apart does, None for whatever is not just as we and the SDK write it."""
    end = len(token) - _TAG - 1
    if end <= _IV_END or not token.startswith(_START):
        return None
    if token[_IV_END] != "." or token[end] != ".":
        return None
    missing = (_IV_END + 1 - end) % 4
    if missing == 3 or "+" in token or "/" in token:  # of these the library warns, so far
        return None
    ends = f"{_AS[:missing]}{token[end + 1 :]}=="
    try:
        # all three in one go: with what is missing, whole groups stand before the tag; a dot or a
        # `=` between them is an error
        raw = pybase64.b64decode(
            f"{token[len(_START) : _IV_END]}{token[_IV_END + 1 : end]}{ends}", b"-_", True
        )
    except ValueError:
        return None
    sealed = raw[12:]
    if missing:
        sealed = raw[12 : -16 - missing] + raw[-16:]
    return HEADER, dict(_HEADER), raw[:12], sealed


def _take_apart(token: str) -> tuple[bytes, JsonObject, bytes, bytes]:
    parts = token.split(".")
    if len(parts) != 5 or not token.isascii():
        raise SealError("Invalid Compact JWE", code="ERR_JWE_INVALID")
    protected, key, iv, ciphertext, tag = parts
    header = _parse_header(protected)
    if key:
        raise SealError("Encountered unexpected JWE Encrypted Key", code="ERR_JWE_INVALID")
    sealed = _decode_lenient(ciphertext) + _decode_lenient(tag)
    return protected.encode(), header, _decode_lenient(iv), sealed


def _parse_header(protected: str) -> JsonObject:
    try:
        header = parse_json(_decode_lenient(protected))
    except ValueError:
        header = None
    if not isinstance(header, dict):
        raise SealError("JWE Protected Header is invalid", code="ERR_JWE_INVALID")
    if "crit" in header:
        _refuse_crit(header["crit"])
    _check_parameter(header, "alg", "dir", "JWE Algorithm")
    _check_parameter(header, "enc", "A256GCM", "JWE Encryption Algorithm")
    return header


def _check_parameter(header: JsonObject, name: str, known: str, what: str) -> None:
    found = header.get(name)
    if not isinstance(found, str) or not found:
        raise SealError(f"missing {what} ({name}) in JWE Header", code="ERR_JWE_INVALID")
    if found != known:
        raise SealError(
            f'Invalid or unsupported "{name}" ({what}) header value', code="ERR_JOSE_NOT_SUPPORTED"
        )


def _refuse_crit(crit: Json) -> None:
    if not isinstance(crit, list) or not crit or not all(isinstance(n, str) and n for n in crit):
        raise SealError(
            '"crit" (Critical) Header Parameter MUST be an array of non-empty strings',
            code="ERR_JWE_INVALID",
        )
    raise SealError(
        f'Extension Header Parameter "{crit[0]}" is not recognized', code="ERR_JOSE_NOT_SUPPORTED"
    )


def _decrypt(ring: KeyRing, iv: bytes, sealed: bytes, protected: bytes) -> tuple[bytes, int]:
    if len(iv) != 12:
        raise SealError("Invalid Initialization Vector length", code="ERR_JWE_INVALID")
    if len(sealed) >= 16:
        for index, cipher in enumerate(ring.ciphers):
            try:
                return cipher.decrypt(iv, sealed, protected), index
            except InvalidTag:
                continue
    raise SealError("decryption operation failed", code="ERR_JWE_DECRYPTION_FAILED")


def _parse_claims(text: bytes) -> JsonObject:
    try:
        payload = parse_json(text)
    except ValueError:
        payload = None
    if not isinstance(payload, dict):
        raise SealError("JWT Claims Set must be a top-level JSON object", code="ERR_JWT_INVALID")
    return payload


def _check_times(payload: JsonObject, now: int) -> None:
    if "nbf" not in payload and "iat" not in payload:
        exp = payload.get("exp")
        if type(exp) is int and now - TOLERANCE < exp < FURTHEST:
            return  # as in nearly every cookie
    for name in ("iat", "nbf", "exp"):
        if name not in payload:
            continue
        value = payload[name]
        if not is_number(value):
            raise _claim_error(f'"{name}" claim must be a number', payload)
        if name == "nbf" and value > now + TOLERANCE:
            raise _claim_error('"nbf" claim timestamp check failed', payload)
        if name == "exp" and value <= now - TOLERANCE:
            raise SealError(
                '"exp" claim timestamp check failed', code="ERR_JWT_EXPIRED", payload=payload
            )


def _claim_error(message: str, payload: JsonObject) -> SealError:
    return SealError(message, code="ERR_JWT_CLAIM_VALIDATION_FAILED", payload=payload)


def to_base64url(raw: bytes) -> str:
    """Return base64url without padding, by the fast library."""
    return pybase64.b64encode_as_string(raw, altchars=b"-_").rstrip("=")


def _decode_lenient(text: str) -> bytes:
    """Decode base64url, with or without padding; `+` and `/` are taken, as jose takes them.

    Raises: SealError when it is neither.
    """
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return pybase64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except ValueError as error:
        raise SealError("a part is not base64url", code="ERR_JWE_INVALID") from error
