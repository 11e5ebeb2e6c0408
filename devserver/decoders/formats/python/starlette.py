"""Starlette's SessionMiddleware, and starsessions over it: base64, a time stamp, an HMAC-SHA1.

starsessions may encrypt what is inside (Fernet or AES-GCM) with a second secret.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    Check,
    CookieGroup,
    Decoded,
    Material,
    check_signature,
    find_row,
    stamp_end,
)
from session_inspector.devserver.decoders.claims import Claim, choose_cookie, strongest_cookie
from session_inspector.devserver.decoders.codecs.aes import KEY_SIZES, TAG, decrypt_gcm
from session_inspector.devserver.decoders.codecs.base64_text import (
    from_base64,
    from_base64url,
    to_base64,
    to_base64url,
)
from session_inspector.devserver.decoders.codecs.json_text import (
    object_member,
    parse_object,
    spaced_json,
)
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.codecs.timestamp import from_timestamp, to_timestamp
from session_inspector.devserver.decoders.evidence import NO_ROW, Unverified
from session_inspector.devserver.decoders.formats.python.starlette_shape import (
    BARE,
    NONCE,
    SHAPE,
    claim_starlette,
)
from session_inspector.devserver.decoders.traits import TimeMembers, Traits

MAX_AGE = 1_209_600
SALT = "itsdangerous.Signer"
FERNET = "Fernet"
AES_GCM = "AES-GCM"
META = "__metadata__"
META_RULE = "__metadata__.created + lifetime"
STAMP_RULE = "max_age from its time stamp"


@dataclass(frozen=True, slots=True)
class SessionContent:
    """What is inside a signed value or a row."""

    payload: JsonObject
    cipher: str = ""
    """What it was encrypted with; empty: not at all."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth knowing of it."""
        if not self.cipher:
            return ()
        return (f"encrypted with {self.cipher}",)


class StarletteDecoder:
    """`session` of Starlette, FastAPI and starsessions' cookie store."""

    name = "starlette"
    traits = Traits(
        json="lenient",
        reads="last",
        cookie_names=("session",),
        stamp_life=MAX_AGE,
        is_stamp_life_told=True,
        is_issued_anew=True,
        time_members=TimeMembers(
            inside=META, created="created", touched="last_access", lifetime="lifetime"
        ),
        visitor_members=frozenset({"csrf_token", "_messages"}),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim signed JSON in standard base64, or what starsessions encrypts."""
        return strongest_cookie(cookies, claim_starlette)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, claim_starlette)
        if BARE.fullmatch(value):
            return _open_stored(name, value, material)
        match = SHAPE.fullmatch(value)
        if match is None:
            raise DecodeError("it has not the three parts of a signed session", code="truncated")
        return _open_signed(name, value, match, material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session, encrypted again where it was."""
        if found.session_id:
            return {found.cookies[0]: found.session_id}
        raw = spaced_json(found.payload)
        if f"({FERNET})" in found.format:
            raw = _fernet_key(secrets).encrypt(raw)
        elif f"({AES_GCM})" in found.format:
            nonce = os.urandom(NONCE)
            raw = nonce + _aes_key(secrets).encrypt(nonce, raw, None)
        text = f"{to_base64(raw)}.{to_timestamp(found.issued or 0)}"
        return {found.cookies[0]: f"{text}.{sign(text, secrets[0], found.salt)}"}


def sign(text: str, secret: str, salt: str = SALT) -> str:
    """Return the signature of a text: itsdangerous with "django-concat" (SHA-1)."""
    # the format's own derivation: a MAC needs no resistance to collisions
    key = hashlib.sha1(to_utf8(f"{salt}signer{secret}"), usedforsecurity=False).digest()
    return to_base64url(mac(key, text, "sha1"))


def content_of(raw: bytes, material: Material) -> SessionContent:
    """Return what is inside, decrypted where one of the secrets does it. Raises: DecodeError."""
    plain = parse_object(raw)
    if plain is not None:
        return SessionContent(plain)
    for secret in material.secrets:
        for cipher, decrypt in CIPHERS:
            inside = parse_object(decrypt(raw, secret) or b"")
            if inside is not None:
                return SessionContent(inside, cipher)
    raise DecodeError(
        "the signature is right; the content is encrypted, and none of the secrets is its"
        " encryption key. Give that as well",
        code="wrong_secret",
    )


def _decrypt_fernet(raw: bytes, secret: str) -> bytes | None:
    try:
        return Fernet(to_utf8(secret)).decrypt(raw)
    except (InvalidToken, ValueError, UnicodeEncodeError):
        return None


def _decrypt_aes_gcm(raw: bytes, secret: str) -> bytes | None:
    if len(raw) < NONCE + TAG:
        return None
    for key in _possible_aes_keys(secret):
        found = decrypt_gcm(key, raw[:NONCE], raw[NONCE:])
        if found is not None:
            return found
    return None


CIPHERS: tuple[tuple[str, Callable[[bytes, str], bytes | None]], ...] = (
    (FERNET, _decrypt_fernet),
    (AES_GCM, _decrypt_aes_gcm),
)


def _possible_aes_keys(secret: str) -> list[bytes]:
    """Return what a secret can mean as a key: the bytes it encodes, or its text."""
    found = (from_base64(secret), from_base64url(secret), to_utf8(secret))
    return [key for key in found if key is not None and len(key) in KEY_SIZES]


def _fernet_key(secrets: Sequence[str]) -> Fernet:
    for secret in secrets:
        if len(from_base64url(secret) or b"") == 32:
            return Fernet(to_utf8(secret))
    raise DecodeError("none of the secrets is a Fernet key", code="not_sealable")


def _aes_key(secrets: Sequence[str]) -> AESGCM:
    for secret in reversed(secrets):
        for key in _possible_aes_keys(secret):
            return AESGCM(key)
    raise DecodeError("none of the secrets is an AES key", code="not_sealable")


def _open_signed(name: str, value: str, match: re.Match[str], material: Material) -> Decoded:
    check = _check_cookie(value, match, material)
    issued = from_timestamp(match[2])
    content = _read_content(match, check, material)
    meta = object_member(content.payload, META)
    format_name = "Starlette"
    if isinstance(content.payload.get(META), dict):
        format_name = "starsessions"
    if content.cipher:
        format_name = f"{format_name} ({content.cipher})"
    ends = _meta_end(meta)
    rule = META_RULE
    if ends is None:
        ends = stamp_end(issued, material, MAX_AGE)
        rule = STAMP_RULE
    return Decoded(
        format=format_name,
        cookies=(name,),
        payload=content.payload,
        key_index=check.key_index,
        unverified=check.unverified,
        size=len(value),
        issued=issued,
        salt=check.salt,
        notes=content.notes or ("signed, not encrypted: anybody can read it",),
    ).with_end(ends, rule, material.now)


def _read_content(match: re.Match[str], check: Check, material: Material) -> SessionContent:
    """Return what is inside. Raises: DecodeError (no_secret) for what is encrypted."""
    raw = from_base64(match[1]) or b""
    if check.unverified is not None and parse_object(raw) is None:
        raise DecodeError("no secret was given; nothing of it opens without one", code="no_secret")
    return content_of(raw, material)


def _check_cookie(value: str, match: re.Match[str], material: Material) -> Check:
    """Check the signature. Raises: DecodeError."""
    signed = value.rpartition(".")[0]

    return check_signature(
        material.secrets,
        [SALT, *material.salts],
        lambda secret, salt: is_same(sign(signed, secret, salt), match[3]),
        "the signature is of another secret, or content or time stamp was changed",
        readable=lambda: parse_object(from_base64(match[1]) or b""),
    )


def _meta_end(meta: JsonObject) -> float | None:
    """Return when starsessions ends a session by its own bookkeeping."""
    created = to_number(meta.get("created"))
    lifetime = to_number(meta.get("lifetime"))
    if created is None or not lifetime:
        return None
    return created + lifetime


def _open_stored(name: str, key: str, material: Material) -> Decoded:
    """Return the row of starsessions' Redis store, by its bare id."""
    row = find_row(material, key)
    payload: JsonObject = {"id": key}
    unverified: Unverified | None = NO_ROW
    if row is not None:
        payload = content_of(row, material).payload
        unverified = None
    meta = object_member(payload, META)
    return Decoded(
        format="starsessions (id)",
        cookies=(name,),
        payload=payload,
        unverified=unverified,
        size=len(key),
        issued=to_number(meta.get("created")),
        session_id=key,
        notes=("the id is not signed; the session is in a store",),
    ).with_end(_meta_end(meta), META_RULE, material.now)
