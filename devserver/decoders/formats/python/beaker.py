"""Beaker: an HMAC-SHA1 in hexadecimal, then an id, or the session itself, perhaps encrypted."""

from __future__ import annotations

import re
from dataclasses import replace

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    Check,
    CookieGroup,
    Decoded,
    Material,
    check_signature,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    could_be,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.aes import TAG, decrypt_gcm
from session_inspector.devserver.decoders.codecs.base64_text import from_base64
from session_inspector.devserver.decoders.codecs.deflate import inflate
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.codecs.kdf import pbkdf2
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.pickles import read_pickle
from session_inspector.devserver.decoders.codecs.text import to_utf8, unquote_cookie
from session_inspector.devserver.decoders.evidence import NO_SECRET
from session_inspector.devserver.decoders.traits import Traits

NAME = "beaker.session.id"
DIGEST = 40
SIGNED_ID = re.compile(r"[0-9a-f]{72}")
PACKED = re.compile(r"[0-9a-f]{40}(?:eJ|eN|eA|gA)[A-Za-z0-9+/]{10,}={0,2}")
SEALED = re.compile(r"[0-9a-f]{40}[A-Za-z0-9+/]{22}==[A-Za-z0-9+/]{20,}={0,2}")
NONCE = 24
"""Characters of the nonce in base64."""
KEY_SIZE = 32
IV = 12
"""Bytes of the IV before tag and text."""
PICKLE = b"\x80"
FORMAT = "Beaker"
WHY_ID = "a SHA-1 and an id in hexadecimal, as Beaker signs an id"
WHY_PACKED = "a SHA-1 in hexadecimal, then base64 of zlib or a pickle, as Beaker signs sessions"
WHY_SEALED = "a SHA-1 in hexadecimal, a nonce and a text in base64, as Beaker encrypts sessions"
WRONG = "the HMAC is of another secret or validate_key, or the content was changed"
NO_KEY = "the signature is right; the content is encrypted: give the encrypt_key as a secret too"


class BeakerDecoder:
    """`beaker.session.id` of Pylons, TurboGears and Bottle."""

    name = "beaker"
    traits = Traits(reads="last", cookie_names=(NAME,))

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a digest and what Beaker puts behind it."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        value = unquote_cookie(value)
        content = value[DIGEST:]
        if not SIGNED_ID.fullmatch(value) and not _is_packed(value):
            raise DecodeError("it has not the parts of a Beaker cookie", code="truncated")
        check = check_signature(
            material.secrets,
            [""],
            lambda secret, _: is_same(mac(to_utf8(secret), content, "sha1").hex(), value[:DIGEST]),
            WRONG,
            readable=lambda: _read_plain(content),
        )
        found = Decoded(
            format=FORMAT,
            cookies=(name,),
            key_index=check.key_index,
            unverified=check.unverified,
            size=len(value),
        )
        if SIGNED_ID.fullmatch(value):
            return replace(
                found, format=f"{FORMAT} (id)", payload={"id": content}, session_id=content
            )
        if SEALED.fullmatch(value):
            return _open_sealed(found, content, check, material)
        return _describe(found, _read_plain(content), "signed, not encrypted")


def _describe(found: Decoded, payload: JsonObject, note: str) -> Decoded:
    return replace(
        found,
        payload=payload,
        issued=to_number(payload.get("_creation_time")),
        updated=to_number(payload.get("_accessed_time")),
        session_id=str(payload.get("_id") or ""),
        notes=(note,),
    )


def _open_sealed(found: Decoded, content: str, check: Check, material: Material) -> Decoded:
    """Return the session inside. Raises: DecodeError (no_secret)."""
    if check.key_index is None:
        raise DecodeError(NO_SECRET.reason, code="no_secret")
    validate_key = material.secrets[check.key_index]
    sealed = from_base64(content[NONCE:]) or b""
    for secret in material.secrets:
        key = pbkdf2("sha1", secret, validate_key + content[:NONCE], 1, KEY_SIZE)
        raw = decrypt_gcm(key, sealed[:IV], sealed[IV + TAG :] + sealed[IV : IV + TAG])
        payload = _try_to_unpack(raw or b"")
        if payload is not None:
            return _describe(found, payload, "signed and encrypted")
    return replace(found, notes=(NO_KEY,))


def _try_to_unpack(raw: bytes) -> JsonObject | None:
    try:
        return _unpack(raw)
    except DecodeError:
        return None


def _read_plain(content: str) -> JsonObject:
    """Return a session that is not encrypted. Raises: DecodeError (tampered)."""
    if SIGNED_ID.fullmatch("0" * DIGEST + content):
        return {"id": content}
    if SEALED.fullmatch("0" * DIGEST + content):
        return {}
    return _unpack(from_base64(content) or b"")


def _unpack(raw: bytes) -> JsonObject:
    """Return a session that was packed as JSON with zlib, or as a pickle: read, not loaded."""
    if raw.startswith(PICKLE):
        return read_pickle(raw)
    found = parse_object(inflate(raw))
    if found is None:
        raise DecodeError("its content is no JSON object", code="tampered")
    return found


def _is_packed(value: str) -> bool:
    return PACKED.fullmatch(value) is not None or SEALED.fullmatch(value) is not None


def _claim_cookie(name: str, value: str) -> Claim | None:
    value = unquote_cookie(value)
    if SIGNED_ID.fullmatch(value):
        return looks_like(WHY_ID) if name == NAME else could_be(WHY_ID)
    if SEALED.fullmatch(value):
        return looks_like(WHY_SEALED)
    if PACKED.fullmatch(value):
        return looks_like(WHY_PACKED)
    return NOT_MINE
