"""Starlette's SessionMiddleware, and starsessions over it: base64, a time stamp, an HMAC-SHA1.

starsessions may encrypt what is inside (Fernet or AES-GCM) with a second secret.
"""

from __future__ import annotations

import hashlib
import os
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    limit,
    with_any_secret,
)
from session_inspector.devserver.decoders.codecs.keys import (
    compact,
    from_base64,
    from_base64url,
    is_same,
    mac,
    parse_object,
    stamp,
    to_base64url,
    utf8,
)

MAX_AGE = 1_209_600
SALT = "itsdangerous.Signer"
BARE = re.compile(r"[0-9a-f]{32}")
SHAPE = re.compile(r"([A-Za-z0-9+/]*={0,2})\.([A-Za-z0-9_-]{5,8})\.([A-Za-z0-9_-]{27})")


class StarletteDecoder:
    """`session` of Starlette, FastAPI and starsessions' cookie store."""

    name = "starlette"

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 0.9 for padded standard base64, 0.5 where it could be Flask's as well."""
        return max((_rate(*pair) for pair in cookies.items()), default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = max(material.cookies.items(), key=lambda pair: _rate(*pair))
        if BARE.fullmatch(value):
            return _stored(name, value, material)
        match = SHAPE.fullmatch(value)
        if match is None:
            raise DecodeError("it has not the three parts of a signed session", code="truncated")
        salts = [SALT, *material.salts]
        signed = value.rpartition(".")[0]
        salt, index = with_any_secret(
            material.secrets,
            lambda secret: next(
                (s for s in salts if is_same(sign(signed, secret, s), match[3])), None
            ),
            "the signature is of another secret, or content or time stamp was changed",
            readable=lambda: parse_object(from_base64(match[1]) or b""),
        )
        issued = float(int.from_bytes(from_base64url(match[2]) or b"", "big"))
        payload, how, notes = content_of(from_base64(match[1]) or b"", material)
        found = _decoded(name, value, payload, how, index, issued, notes, material)
        return replace(found, salt=salt)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session, encrypted again where it was."""
        if found.session_id:
            return {found.cookies[0]: found.session_id}
        raw = compact(found.payload)
        if "(Fernet)" in found.format:
            raw = _fernet_key(secrets).encrypt(raw)
        elif "(AES-GCM)" in found.format:
            nonce = os.urandom(12)
            raw = nonce + _aes_key(secrets).encrypt(nonce, raw, None)
        text = f"{b64encode(raw).decode()}.{stamp(found.issued or 0)}"
        return {found.cookies[0]: f"{text}.{sign(text, secrets[0], found.salt)}"}


def _fernet_key(secrets: Sequence[str]) -> Fernet:
    for secret in secrets:
        if len(from_base64url(secret) or b"") == 32:
            return Fernet(secret.encode())
    raise DecodeError("none of the secrets is a Fernet key", code="not_sealable")


def _aes_key(secrets: Sequence[str]) -> AESGCM:
    for secret in reversed(secrets):
        for key in (from_base64(secret), from_base64url(secret), utf8(secret)):
            if key is not None and len(key) in (16, 24, 32):
                return AESGCM(key)
    raise DecodeError("none of the secrets is an AES key", code="not_sealable")


def _rate(name: str, value: str) -> float:
    if BARE.fullmatch(value):
        return 0.6 if name == "session" else -1.0
    match = SHAPE.fullmatch(value)
    if match is None:
        return -1.0
    return 0.9 if set("=+/") & set(match[1]) else 0.5


def sign(text: str, secret: str, salt: str = SALT) -> str:
    """Return the signature of a text: itsdangerous with "django-concat" (SHA-1)."""
    # the format's own derivation: a MAC needs no resistance to collisions
    key = hashlib.sha1(utf8(f"{salt}signer{secret}"), usedforsecurity=False).digest()
    return to_base64url(mac(key, text, "sha1"))


def content_of(raw: bytes, material: Material) -> tuple[JsonObject, str, tuple[str, ...]]:
    """Return (payload, how it was encrypted, notes)."""
    plain = parse_object(raw)
    if plain is not None:
        return plain, "", ()
    for secret in material.secrets:
        for how, opened in (("Fernet", _fernet(raw, secret)), ("AES-GCM", _aes_gcm(raw, secret))):
            inside = parse_object(opened) if opened is not None else None
            if inside is not None:
                return inside, how, (f"encrypted with {how}",)
    raise DecodeError(
        "the signature is right; the content is encrypted, and none of the secrets is its"
        " encryption key. Give that as well",
        code="wrong_secret",
    )


def _fernet(raw: bytes, secret: str) -> bytes | None:
    try:
        return Fernet(secret.encode()).decrypt(raw)
    except (InvalidToken, ValueError, UnicodeEncodeError):
        return None


def _aes_gcm(raw: bytes, secret: str) -> bytes | None:
    for key in (from_base64(secret), from_base64url(secret), utf8(secret)):
        if key is None or len(key) not in (16, 24, 32) or len(raw) < 28:
            continue
        try:
            return AESGCM(key).decrypt(raw[:12], raw[12:], None)
        except InvalidTag:
            continue
    return None


def _decoded(
    name: str,
    value: str,
    payload: JsonObject,
    how: str,
    index: int,
    issued: float,
    notes: tuple[str, ...],
    material: Material,
) -> Decoded:
    meta = payload.get("__metadata__")
    span, rule = limit(material, MAX_AGE), "max_age from its time stamp"
    ends = issued + span if span is not None else None
    if isinstance(meta, dict):
        created, lifetime = to_number(meta.get("created")), to_number(meta.get("lifetime"))
        if created is not None and lifetime:
            ends, rule = created + lifetime, "__metadata__.created + lifetime"
    family = "starsessions" if isinstance(meta, dict) else "Starlette"
    return Decoded(
        format=f"{family} ({how})" if how else family,
        cookies=(name,),
        payload=payload,
        key_index=index,
        size=len(value),
        issued=issued,
        notes=("signed, not encrypted: anybody can read it",) if not how else notes,
    ).with_end(ends, rule, material.now)


def _stored(name: str, key: str, material: Material) -> Decoded:
    """Return the row of starsessions' Redis store, by its bare id."""
    row = next((row for full, row in material.rows.items() if full.endswith(key)), None)
    payload: JsonObject = {"id": key}
    if row is not None:
        payload, _, _ = content_of(row, material)
    meta = payload.get("__metadata__")
    inside: JsonObject = meta if isinstance(meta, dict) else {}
    created, lifetime = to_number(inside.get("created")), to_number(inside.get("lifetime"))
    ends = created + lifetime if created is not None and lifetime else None
    return Decoded(
        format="starsessions (id)",
        cookies=(name,),
        payload=payload,
        size=len(key),
        issued=created,
        session_id=key,
        notes=("the id is not signed; the session is in a store",),
    ).with_end(ends, "__metadata__.created + lifetime", material.now)
