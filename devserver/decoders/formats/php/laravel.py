"""Laravel: encrypted cookies, bound to their name; the value is a session id, or a second name."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
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
    looks_like,
)
from session_inspector.devserver.decoders.codecs.aes import (
    BLOCK,
    TAG,
    decrypt_cbc,
    decrypt_gcm,
    encrypt_cbc,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64, to_base64
from session_inspector.devserver.decoders.codecs.json_text import compact_json, parse_object
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.codecs.timestamp import drop_unknown_times
from session_inspector.devserver.decoders.no_json import check_strict
from session_inspector.devserver.decoders.traits import Traits

PREFIX = "base64:"
CSRF_NAME = "XSRF-TOKEN"
ID = re.compile(r"[A-Za-z0-9]{40}")
BOUND = re.compile(r"([0-9a-f]{40})\|(.*)", re.DOTALL)


START = "eyJpdiI6"
"""What every such cookie starts with: base64 of `{"iv":`."""


@dataclass(frozen=True, slots=True)
class _Opened:
    text: str
    key: bytes
    cipher: str


class LaravelDecoder:
    """laravel_session, and any other cookie of EncryptCookies."""

    name = "laravel"
    traits = Traits(
        json="strict",
        reads="first",
        cookie_names=("laravel_session",),
        is_percent_encoded=True,
        visitor_members=frozenset({"_token", "_previous", "_flash"}),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim base64 of JSON with iv, value and mac."""
        if any(_read_fields(value) for value in cookies.values()):
            return looks_like("base64 of JSON with iv, value and mac or tag")
        return NOT_MINE

    def decode(self, material: Material) -> Decoded:
        """Open the session's cookie, and the one that it names. Raises: DecodeError."""
        ours = {n: v for n, v in material.cookies.items() if _read_fields(v)}
        if not ours:
            raise DecodeError("none of these has iv, value and mac", code="not_a_session")
        name, value = min(
            ours.items(), key=lambda pair: (pair[0] == CSRF_NAME, bool(ID.fullmatch(pair[0])))
        )
        opened, index = _open_first(name, value, material)
        key = _strip_binding(name, opened)
        second = ours.get(key)
        if second is None:
            return _open_stored(name, value, key, opened, index, material)
        inner, _ = _open_cookie(second, material)
        text = _strip_binding(key, inner)
        payload: JsonObject = parse_object(text) or {}
        return Decoded(
            format=f"Laravel (cookie driver, {inner.cipher})",
            cookies=(name, key),
            payload=payload,
            key_index=index,
            size=len(value) + len(second),
            session_id=key,
            text=text,
            notes=("data is serialised PHP: shown as text, never unserialised",),
        ).with_end(to_number(payload.get("expires")), "expires in its second cookie", material.now)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session, bound to their names."""
        key = key_of(secrets[0])
        first = found.cookies[0]
        if len(found.cookies) == 1:
            return {first: _seal_cookie(first, str(found.payload.get("id")), key, found)}
        second = found.cookies[1]
        payload = found.payload | drop_unknown_times({"expires": found.expires})
        text = compact_json(payload).decode()
        return {
            first: _seal_cookie(first, second, key, found),
            second: _seal_cookie(second, text, key, found),
        }


def key_of(secret: str) -> bytes:
    """Return the key of an APP_KEY: the bytes behind `base64:`, else the text's."""
    if secret.startswith(PREFIX):
        return from_base64(secret.removeprefix(PREFIX)) or b""
    return to_utf8(secret)


def prefix_of(name: str, key: bytes) -> str:
    """Return the digest that binds a value to its cookie's name."""
    return hmac.new(key, to_utf8(f"{name}v2"), hashlib.sha1).hexdigest()


def _open_first(name: str, value: str, material: Material) -> tuple[_Opened, int]:
    """Open a cookie. Raises: DecodeError; not_a_session for one that is none by its name."""
    try:
        return _open_cookie(value, material)
    except DecodeError as error:
        if name != CSRF_NAME:
            raise
        raise DecodeError(
            "a CSRF token that Laravel encrypted, no session; with its APP_KEY it opens",
            code="not_a_session",
        ) from error


def _open_stored(
    name: str, value: str, key: str, opened: _Opened, index: int, material: Material
) -> Decoded:
    if key in material.cookies:
        raise DecodeError(
            f"{name} opens and names {key}, which is no encrypted cookie: it was cut or changed",
            code="tampered",
        )
    return Decoded(
        format=f"Laravel ({opened.cipher})",
        cookies=(name,),
        payload={"id": key},
        key_index=index,
        size=len(value),
        session_id=key,
        text=key,
        notes=("the session is in a store, by this id",),
    )


def _seal_cookie(name: str, text: str, key: bytes, found: Decoded) -> str:
    raw = to_utf8(f"{prefix_of(name, key)}|{text}")
    seal_fields = _seal_cbc
    if "GCM" in found.format:
        seal_fields = _seal_gcm
    return to_base64(compact_json(seal_fields(raw, key)))


def _seal_gcm(raw: bytes, key: bytes) -> JsonObject:
    iv = os.urandom(12)
    sealed = AESGCM(key).encrypt(iv, raw, None)
    return {
        "iv": to_base64(iv),
        "value": to_base64(sealed[:-TAG]),
        "mac": "",
        "tag": to_base64(sealed[-TAG:]),
    }


def _seal_cbc(raw: bytes, key: bytes) -> JsonObject:
    iv = os.urandom(BLOCK)
    start = to_base64(iv)
    sealed = to_base64(encrypt_cbc(key, iv, raw))
    digest = mac(key, start + sealed).hex()
    return {"iv": start, "value": sealed, "mac": digest, "tag": ""}


def _read_fields(value: str) -> dict[str, str] | None:
    """Return iv, value, mac and tag of an encrypted cookie, None for anything else."""
    if not value.startswith(START):
        return None
    found = parse_object(from_base64(value) or b"")
    if not found or not {"iv", "value", "mac"} <= set(found):
        return None
    return {name: str(member) for name, member in found.items()}


def _open_cookie(value: str, material: Material) -> tuple[_Opened, int]:
    fields = _read_fields(value)
    if fields is None:
        raise DecodeError("it is no base64 of {iv, value, mac}: it was cut", code="truncated")
    check_strict(parse_object(from_base64(value) or b""), is_verified=False)
    why = "another APP_KEY sealed it, or iv, value or mac was changed"
    return with_any_secret(material.secrets, lambda secret: _decrypt(fields, secret), why)


def _decrypt(fields: dict[str, str], secret: str) -> _Opened | None:
    key = key_of(secret)
    iv = from_base64(fields["iv"])
    sealed = from_base64(fields["value"])
    tag = from_base64(fields.get("tag", ""))
    if len(key) not in (16, 32) or not iv or not sealed:
        return None
    if tag:
        mode = "GCM"
        text = decrypt_gcm(key, iv, sealed + tag)
    else:
        mode = "CBC"
        text = _decrypt_checked(fields, key, iv, sealed)
    if text is None:
        return None
    return _Opened(text.decode("utf-8", "replace"), key, f"AES-{len(key) * 8}-{mode}")


def _decrypt_checked(fields: dict[str, str], key: bytes, iv: bytes, sealed: bytes) -> bytes | None:
    expected = mac(key, fields["iv"] + fields["value"]).hex()
    if not is_same(expected, fields.get("mac", "")):
        return None
    return decrypt_cbc(key, iv, sealed)


def _strip_binding(name: str, opened: _Opened) -> str:
    """Return the value without the digest that binds it to the cookie's name."""
    match = BOUND.fullmatch(opened.text)
    if match is None:
        return opened.text
    if not is_same(prefix_of(name, opened.key), match[1]):
        raise DecodeError(
            f"it opens, but was made for a cookie of another name than {name}: Laravel reads"
            " nothing from it",
            code="wrong_name",
            payload={"value": match[2]},
        )
    return match[2]
