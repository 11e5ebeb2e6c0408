"""Rails: encrypted cookies (AES-GCM, older AES-CBC) and signed ones, in their _rails envelope.

What is inside is JSON or Ruby Marshal. Marshal is a program for Ruby's loader: it is never loaded,
only shown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    with_any_secret,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    could_be,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.aes import TAG, decrypt_cbc, decrypt_gcm
from session_inspector.devserver.decoders.codecs.base64_text import from_base64, to_base64
from session_inspector.devserver.decoders.codecs.json_text import (
    compact_json,
    object_member,
    parse_json,
    parse_object,
)
from session_inspector.devserver.decoders.codecs.kdf import pbkdf2
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.timestamp import from_iso
from session_inspector.devserver.decoders.evidence import NO_SECRET
from session_inspector.devserver.decoders.no_json import check_strict
from session_inspector.devserver.decoders.traits import Traits

ENCRYPTED = "authenticated encrypted cookie"
SIGNED = "signed cookie"
OLD = "encrypted cookie"
OLD_SIGNED = "signed encrypted cookie"
ROUNDS = 1000
DIGESTS = ("sha256", "sha1")
"""Of the key: Rails 7's default, then that of older ones."""
GCM = re.compile(r"[A-Za-z0-9+/]+={0,2}--[A-Za-z0-9+/]{16}--[A-Za-z0-9+/]{22}==")
VERIFIED = re.compile(r"([A-Za-z0-9+/]+={0,2})--([0-9a-f]{40}|[0-9a-f]{64})")
INNER = re.compile(rb"[A-Za-z0-9+/]+={0,2}--[A-Za-z0-9+/]{22}==")
"""What older Rails signed: AES-CBC's ciphertext and IV."""
MARSHAL = b"\x04\x08"
ENVELOPE = b'"_rails"'
NAMES = re.compile(r"_\w+_session")
RACK = "rack.session"
"""Rack's own name, under which Rails keeps nothing."""
_ISO = "%Y-%m-%dT%H:%M:%S.000Z"


WRONG_SEAL = "another secret_key_base sealed it, or ciphertext, IV or tag was changed"
WRONG_DIGEST = "the digest is of another secret_key_base, or the content was changed"


@dataclass(frozen=True, slots=True)
class _Opened:
    text: bytes
    how: str


class RailsDecoder:
    """_APP_session, and anything else from cookies.encrypted or cookies.signed."""

    name = "rails"
    traits = Traits(
        json="strict",
        reads="first",
        cookie_names=("_app_session",),
        is_percent_encoded=True,
        visitor_members=frozenset({"session_id", "_csrf_token", "flash"}),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim the three parts of AES-GCM, and signed text that Rails can have written."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        if not material.secrets and not GCM.fullmatch(value):
            return _read_signed(name, value, material)
        open_with = _open_verified
        why = WRONG_DIGEST
        if GCM.fullmatch(value):
            open_with = _open_gcm
            why = WRONG_SEAL
        opened, index = with_any_secret(material.secrets, lambda s: open_with(value, s), why)
        return _describe(name, value, opened, index, material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session, in the envelope it had.

        Raises: DecodeError for Ruby Marshal and for the older AES-CBC.
        """
        if "__marshal__" in found.payload or "AES-256-CBC" in found.format:
            raise DecodeError(
                "Ruby Marshal and AES-CBC of older Rails are only read here", code="not_sealable"
            )
        text = _wrap(found, compact_json(found.payload))
        digest = "sha1" if "PBKDF2 SHA1" in found.format else "sha256"
        if "AES-256-GCM" in found.format:
            value = _seal_gcm(text, pbkdf2(digest, secrets[0], ENCRYPTED, ROUNDS, 32))
        else:
            kind = "sha1" if "HMAC-SHA1" in found.format else "sha256"
            value = _sign(text, pbkdf2(digest, secrets[0], SIGNED, ROUNDS, 64), kind)
        return {found.cookies[0]: value}


def _seal_gcm(text: bytes, key: bytes) -> str:
    iv = os.urandom(12)
    sealed = AESGCM(key).encrypt(iv, text, None)
    parts = (sealed[:-TAG], iv, sealed[-TAG:])
    return "--".join(to_base64(part) for part in parts)


def _sign(text: bytes, key: bytes, digest: str) -> str:
    content = to_base64(text)
    return f"{content}--{mac(key, content, digest).hex()}"


def _wrap(found: Decoded, text: bytes) -> bytes:
    """Return a text in the envelope that the cookie had, with its new end."""
    if "purpose" not in found.header:
        return text
    ends: str | None = None
    if found.expires is not None:
        ends = datetime.fromtimestamp(found.expires, UTC).strftime(_ISO)
    inside: JsonObject = {
        "message": to_base64(text),
        "exp": ends,
        "pur": found.header["purpose"],
    }
    return compact_json({"_rails": inside})


def _claim_cookie(name: str, value: str) -> Claim | None:
    if GCM.fullmatch(value):
        return looks_like("ciphertext, an IV of 12 and a tag of 16 bytes, with -- between them")
    match = VERIFIED.fullmatch(value)
    if match is None:
        return NOT_MINE
    raw = from_base64(match[1]) or b""
    is_bare = raw.startswith((b"{", MARSHAL)) and ENVELOPE not in raw
    if (is_bare and not NAMES.fullmatch(name)) or name == RACK:
        return could_be("base64, --, and a digest in hexadecimal, as Rack signs sessions too", 0.4)
    if raw.startswith((b"{", MARSHAL)) or INNER.fullmatch(raw):
        return looks_like("base64 of what Rails writes, --, and a digest in hexadecimal", 0.9)
    return could_be("base64, --, and a digest in hexadecimal", 0.4)


def _read_signed(name: str, value: str, material: Material) -> Decoded:
    """Return what anybody can read of a signed cookie. Raises: DecodeError (no_secret)."""
    raw = from_base64(value.partition("--")[0]) or b""
    if INNER.fullmatch(raw):
        raise DecodeError("no secret was given; nothing of it opens without one", code="no_secret")
    opened = _Opened(raw, "signed")
    return replace(_describe(name, value, opened, None, material), unverified=NO_SECRET)


def _open_gcm(value: str, secret: str) -> _Opened | None:
    text, iv, tag = (from_base64(part) or b"" for part in value.split("--"))
    for digest in DIGESTS:
        key = pbkdf2(digest, secret, ENCRYPTED, ROUNDS, 32)
        found = decrypt_gcm(key, iv, text + tag)
        if found is not None:
            return _Opened(found, f"AES-256-GCM, PBKDF2 {digest.upper()}")
    return None


def _open_verified(value: str, secret: str) -> _Opened | None:
    """Check a signed cookie, or an older AES-CBC one, whose digest has a key of its own."""
    match = VERIFIED.fullmatch(value)
    if match is None:
        return None
    raw = from_base64(match[1]) or b""
    kind = "sha1" if len(match[2]) == 40 else "sha256"
    for digest in DIGESTS:
        key = pbkdf2(digest, secret, SIGNED, ROUNDS, 64)
        if is_same(mac(key, match[1], kind).hex(), match[2]):
            return _Opened(raw, f"signed, HMAC-{kind.upper()}, PBKDF2 {digest.upper()}")
        key = pbkdf2(digest, secret, OLD_SIGNED, ROUNDS, 64)
        if is_same(mac(key, match[1], kind).hex(), match[2]):
            return _open_cbc(raw, pbkdf2(digest, secret, OLD, ROUNDS, 32))
    return None


def _open_cbc(raw: bytes, key: bytes) -> _Opened | None:
    text, _, iv = raw.decode("latin-1").partition("--")
    found = decrypt_cbc(key, from_base64(iv), from_base64(text))
    if found is None:
        return None
    return _Opened(found, "AES-256-CBC")


def _describe(
    name: str, value: str, opened: _Opened, index: int | None, material: Material
) -> Decoded:
    whole = parse_object(opened.text)
    check_strict(whole, is_verified=index is not None)
    envelope = object_member(whole, "_rails")
    text = opened.text
    message = envelope.get("message")
    if isinstance(message, str):
        text = from_base64(message) or b""
    header: JsonObject = {}
    purpose = envelope.get("pur")
    if purpose is not None:
        if index is not None:  # unverified, it proves nothing
            _check_purpose(name, str(purpose), text)
        header["purpose"] = purpose
    payload, notes = _read_content(text)
    return Decoded(
        format=f"Rails ({opened.how})",
        cookies=(name,),
        header=header,
        payload=payload,
        key_index=index,
        size=len(value),
        text="" if payload else text.decode("utf-8", "replace"),
        notes=notes,
    ).with_end(from_iso(envelope.get("exp")), "exp in its envelope", material.now)


def _check_purpose(name: str, purpose: str, text: bytes) -> None:
    """Raises: DecodeError (wrong_name) for a cookie that was made under another name."""
    if purpose == f"cookie.{name}":
        return
    raise DecodeError(
        f"it opens, but was made for {purpose.removeprefix('cookie.')}, not for {name}:"
        " Rails reads nothing from it",
        code="wrong_name",
        payload=parse_object(text) or {},
        cookie_name=purpose.removeprefix("cookie."),
    )


def _read_content(text: bytes) -> tuple[JsonObject, tuple[str, ...]]:
    """Return (content, notes)."""
    if text.startswith(MARSHAL):
        shown: JsonObject = {"__marshal__": to_base64(text)}
        why = "Ruby Marshal: loading it could run code, so it is shown in base64 and not loaded"
        return shown, (why,)
    try:
        found = parse_json(text)
    except ValueError:
        return {}, ("its content is no JSON",)
    if isinstance(found, dict):
        return found, ()
    return {"value": found}, ()
