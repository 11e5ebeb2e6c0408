"""Rails: encrypted cookies (AES-GCM, older AES-CBC) and signed ones, in their _rails envelope.

What is inside is JSON or Ruby Marshal. Marshal is a program for Ruby's loader: it is never loaded,
only shown.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.padding import PKCS7

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    with_any_secret,
)
from session_inspector.devserver.decoders.codecs.keys import (
    compact,
    from_base64,
    is_same,
    mac,
    parse_json,
    parse_object,
    pbkdf2,
)

ENCRYPTED, SIGNED = "authenticated encrypted cookie", "signed cookie"
OLD, OLD_SIGNED = "encrypted cookie", "signed encrypted cookie"
ROUNDS = 1000
DIGESTS = ("sha256", "sha1")
"""Of the key: Rails 7's default, then that of older ones."""
GCM = re.compile(r"[A-Za-z0-9+/]+={0,2}--[A-Za-z0-9+/]{16}--[A-Za-z0-9+/]{22}==")
VERIFIED = re.compile(r"([A-Za-z0-9+/]+={0,2})--([0-9a-f]{40}|[0-9a-f]{64})")
MARSHAL = b"\x04\x08"
_ISO = "%Y-%m-%dT%H:%M:%S.000Z"


@dataclass(frozen=True, slots=True)
class _Opened:
    text: bytes
    how: str


class RailsDecoder:
    """_APP_session, and anything else from cookies.encrypted or cookies.signed."""

    name = "rails"

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 1 for the three parts of AES-GCM, 0.9 for text and hexadecimal digest."""
        return max((_rate(value) for value in cookies.values()), default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = max(material.cookies.items(), key=lambda pair: _rate(pair[1]))
        if GCM.fullmatch(value):
            why = "another secret_key_base sealed it, or ciphertext, IV or tag was changed"
            opened, index = with_any_secret(material.secrets, lambda s: _gcm(value, s), why)
        else:
            why = "the digest is of another secret_key_base, or the content was changed"
            opened, index = with_any_secret(material.secrets, lambda s: _verified(value, s), why)
        return _decoded(name, value, opened, index, material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session, in the envelope it had.

        Raises: DecodeError for Ruby Marshal and for the older AES-CBC.
        """
        name = found.cookies[0]
        if "__marshal__" in found.payload or "AES-256-CBC" in found.format:
            raise DecodeError(
                "Ruby Marshal and AES-CBC of older Rails are only read here", code="not_sealable"
            )
        text = _enveloped(found, compact(found.payload))
        digest = "sha1" if "PBKDF2 SHA1" in found.format else "sha256"
        if "AES-256-GCM" in found.format:
            iv = os.urandom(12)
            key = pbkdf2(digest, secrets[0], ENCRYPTED, ROUNDS, 32)
            sealed = AESGCM(key).encrypt(iv, text, None)
            parts = (sealed[:-16], iv, sealed[-16:])
            return {name: "--".join(b64encode(part).decode() for part in parts)}
        shown = b64encode(text).decode()
        kind = "sha1" if "HMAC-SHA1" in found.format else "sha256"
        key = pbkdf2(digest, secrets[0], SIGNED, ROUNDS, 64)
        return {name: f"{shown}--{mac(key, shown, kind).hex()}"}


def _enveloped(found: Decoded, text: bytes) -> bytes:
    if "purpose" not in found.header:
        return text
    ends = found.expires
    at = None if ends is None else datetime.fromtimestamp(ends, UTC).strftime(_ISO)
    inside: JsonObject = {
        "message": b64encode(text).decode(),
        "exp": at,
        "pur": found.header["purpose"],
    }
    return compact({"_rails": inside})


def _rate(value: str) -> float:
    if GCM.fullmatch(value):
        return 1.0
    return 0.9 if VERIFIED.fullmatch(value) else -1.0


def _gcm(value: str, secret: str) -> _Opened | None:
    text, iv, tag = (from_base64(part) or b"" for part in value.split("--"))
    for digest in DIGESTS:
        key = pbkdf2(digest, secret, ENCRYPTED, ROUNDS, 32)
        try:
            found = AESGCM(key).decrypt(iv, text + tag, None)
        except (InvalidTag, ValueError):
            continue
        return _Opened(found, f"AES-256-GCM, PBKDF2 {digest.upper()}")
    return None


def _verified(value: str, secret: str) -> _Opened | None:
    """Check a signed cookie, or an older AES-CBC one, whose digest has a key of its own."""
    match = VERIFIED.fullmatch(value)
    if match is None:
        return None
    raw = from_base64(match[1]) or b""
    for digest in DIGESTS:
        kinds = ("sha1",) if len(match[2]) == 40 else ("sha256",)
        for kind in kinds:
            key = pbkdf2(digest, secret, SIGNED, ROUNDS, 64)
            if is_same(mac(key, match[1], kind).hex(), match[2]):
                how = f"signed, HMAC-{kind.upper()}, PBKDF2 {digest.upper()}"
                return _Opened(raw, how)
            key = pbkdf2(digest, secret, OLD_SIGNED, ROUNDS, 64)
            if is_same(mac(key, match[1], kind).hex(), match[2]):
                found = _cbc(raw, pbkdf2(digest, secret, OLD, ROUNDS, 32))
                return _Opened(found, "AES-256-CBC") if found is not None else None
    return None


def _cbc(raw: bytes, key: bytes) -> bytes | None:
    text, _, iv = raw.decode("latin-1").partition("--")
    sealed, start = from_base64(text), from_base64(iv)
    if not sealed or not start or len(start) != 16 or len(sealed) % 16:
        return None
    cipher = Cipher(algorithms.AES256(key), modes.CBC(start)).decryptor()
    unpadder = PKCS7(128).unpadder()
    try:
        return unpadder.update(cipher.update(sealed) + cipher.finalize()) + unpadder.finalize()
    except ValueError:
        return None


def _decoded(name: str, value: str, opened: _Opened, index: int, material: Material) -> Decoded:
    envelope = (parse_object(opened.text) or {}).get("_rails")
    meta: JsonObject = envelope if isinstance(envelope, dict) else {}
    message, purpose = meta.get("message"), meta.get("pur")
    text = (from_base64(message) or b"") if isinstance(message, str) else opened.text
    if purpose is not None and purpose != f"cookie.{name}":
        raise DecodeError(
            f"it opens, but was made for {str(purpose).removeprefix('cookie.')}, not for {name}:"
            " Rails reads nothing from it",
            code="wrong_name",
            payload=parse_object(text) or {},
        )
    ends = _moment(meta.get("exp"))
    payload, notes = _payload(text)
    return Decoded(
        format=f"Rails ({opened.how})",
        cookies=(name,),
        header={"purpose": purpose} if purpose is not None else {},
        payload=payload,
        key_index=index,
        size=len(value),
        text="" if payload else text.decode("utf-8", "replace"),
        notes=notes,
    ).with_end(ends, "exp in its envelope", material.now)


def _payload(text: bytes) -> tuple[JsonObject, tuple[str, ...]]:
    if text.startswith(MARSHAL):
        shown: JsonObject = {"__marshal__": b64encode(text).decode()}
        why = "Ruby Marshal: loading it could run code, so it is shown in base64 and not loaded"
        return shown, (why,)
    try:
        found = parse_json(text)
    except ValueError:
        return {}, ("its content is no JSON",)
    return (found, ()) if isinstance(found, dict) else ({"value": found}, ())


def _moment(text: object) -> float | None:
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None
