"""Beaker: an HMAC-SHA1 in hexadecimal, then an id, or the session itself, perhaps encrypted."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Sequence
from dataclasses import replace

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject, fingerprint
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
from session_inspector.devserver.decoders.codecs.aes import BLOCK, TAG, decrypt_gcm
from session_inspector.devserver.decoders.codecs.base64_text import from_base64, to_base64
from session_inspector.devserver.decoders.codecs.deflate import inflate
from session_inspector.devserver.decoders.codecs.json_text import compact_json, parse_object
from session_inspector.devserver.decoders.codecs.kdf import pbkdf2
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.pickles import read_pickle
from session_inspector.devserver.decoders.codecs.text import to_utf8, unquote_cookie
from session_inspector.devserver.decoders.content import find_key, keep_content
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
    traits = Traits(json="lenient", reads="last", cookie_names=(NAME,))

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
        plain = _describe(found, _read_plain(content), "signed, not encrypted")
        return replace(plain, content=from_base64(content) or b"")

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session; a pickle goes back as it was.

        Raises: DecodeError (not_sealable).
        """
        content = _pack(found, secrets)
        return {found.cookies[0]: mac(to_utf8(secrets[0]), content, "sha1").hex() + content}


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
            opened = _describe(found, payload, "signed and encrypted")
            header: JsonObject = {"encrypt_key": fingerprint(secret)}
            return replace(opened, header=header, content=raw or b"")
    return replace(found, notes=(NO_KEY,))


def _pack(found: Decoded, secrets: Sequence[str]) -> str:
    """Return what stands behind the digest. Raises: DecodeError (not_sealable)."""
    if found.format == f"{FORMAT} (id)":
        return str(found.payload.get("id") or found.session_id)
    if not found.content:
        raise DecodeError(NO_KEY, code="not_sealable")
    if found.content.startswith(PICKLE):
        raw = keep_content(found, _unpack)
    else:
        raw = zlib.compress(compact_json(found.payload))
    mark = found.header.get("encrypt_key")
    if mark is None:
        return to_base64(raw)
    nonce = to_base64(os.urandom(BLOCK))
    key = pbkdf2("sha1", find_key(mark, secrets), secrets[0] + nonce, 1, KEY_SIZE)
    iv = os.urandom(IV)
    sealed = AESGCM(key).encrypt(iv, raw, None)
    return nonce + to_base64(iv + sealed[-TAG:] + sealed[:-TAG])


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
