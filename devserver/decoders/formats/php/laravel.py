"""Laravel: encrypted cookies, bound to their name; the value is a session id, or a second name."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.padding import PKCS7

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
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
    parse_object,
    utf8,
)

PREFIX = "base64:"
ID = re.compile(r"[A-Za-z0-9]{40}")
BOUND = re.compile(r"([0-9a-f]{40})\|(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Opened:
    text: str
    key: bytes
    how: str


class LaravelDecoder:
    """laravel_session, and any other cookie of EncryptCookies."""

    name = "laravel"

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 1 for base64 of JSON with iv, value and mac."""
        return max((_rate(value) for value in cookies.values()), default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Open the session's cookie, and the one that it names. Raises: DecodeError."""
        ours = {n: v for n, v in material.cookies.items() if _rate(v) > 0}
        name, value = min(ours.items(), key=lambda pair: bool(ID.fullmatch(pair[0])))
        opened, index = _opened(value, material)
        key = _unbound(name, opened)
        second = ours.get(key)
        if second is None:
            return _stored(name, value, key, opened, index, material)
        inner, _ = _opened(second, material)
        text = _unbound(key, inner)
        payload: JsonObject = parse_object(text) or {}
        ends = to_number(payload.get("expires"))
        return Decoded(
            format=f"Laravel (cookie driver, {inner.how})",
            cookies=(name, key),
            payload=payload,
            key_index=index,
            size=len(value) + len(second),
            session_id=key,
            text=text,
            notes=("data is serialised PHP: shown as text, never unserialised",),
        ).with_end(ends, "expires in its second cookie", material.now)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session, bound to their names."""
        names = found.cookies
        if len(names) == 1:
            return {names[0]: _sealed(names[0], str(found.payload.get("id")), secrets, found)}
        times = {"expires": int(found.expires)} if found.expires is not None else {}
        text = compact(found.payload | times).decode()
        return {
            names[0]: _sealed(names[0], names[1], secrets, found),
            names[1]: _sealed(names[1], text, secrets, found),
        }


def _stored(
    name: str, value: str, key: str, opened: _Opened, index: int, material: Material
) -> Decoded:
    if key in material.cookies:
        raise DecodeError(
            f"{name} opens and names {key}, which is no encrypted cookie: it was cut or changed",
            code="tampered",
        )
    return Decoded(
        format=f"Laravel ({opened.how})",
        cookies=(name,),
        payload={"id": key},
        key_index=index,
        size=len(value),
        session_id=key,
        text=key,
        notes=("the session is in a store, by this id",),
    )


def _sealed(name: str, text: str, secrets: Sequence[str], found: Decoded) -> str:
    key = key_of(secrets[0])
    raw = utf8(f"{prefix_of(name, key)}|{text}")
    fields = {"iv": "", "value": "", "mac": "", "tag": ""}
    if "GCM" in found.format:
        iv = os.urandom(12)
        sealed = AESGCM(key).encrypt(iv, raw, None)
        sealed, fields["tag"] = sealed[:-16], b64encode(sealed[-16:]).decode()
    else:
        iv, padder = os.urandom(16), PKCS7(128).padder()
        cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
        sealed = cipher.update(padder.update(raw) + padder.finalize()) + cipher.finalize()
    fields["iv"], fields["value"] = b64encode(iv).decode(), b64encode(sealed).decode()
    if not fields["tag"]:
        fields["mac"] = mac(key, fields["iv"] + fields["value"]).hex()
    return b64encode(compact(dict(fields))).decode()


def _rate(value: str) -> float:
    if not value.startswith("eyJpdiI6"):
        return -1.0
    return 1.0 if _fields(value) else -1.0


def _fields(value: str) -> dict[str, str] | None:
    raw = from_base64(value)
    found = parse_object(raw) if raw else None
    if not found or not {"iv", "value"} <= set(found):
        return None
    return {name: str(member) for name, member in found.items()}


def key_of(secret: str) -> bytes:
    """Return the key of an APP_KEY: the bytes behind `base64:`, else the text's."""
    if secret.startswith(PREFIX):
        return from_base64(secret.removeprefix(PREFIX)) or b""
    return utf8(secret)


def _opened(value: str, material: Material) -> tuple[_Opened, int]:
    fields = _fields(value)
    if fields is None:
        raise DecodeError("it is no base64 of {iv, value, mac}: it was cut", code="truncated")
    why = "another APP_KEY sealed it, or iv, value or mac was changed"
    return with_any_secret(material.secrets, lambda secret: _decrypted(fields, secret), why)


def _decrypted(fields: dict[str, str], secret: str) -> _Opened | None:
    key, iv = key_of(secret), from_base64(fields["iv"])
    sealed, tag = from_base64(fields["value"]), from_base64(fields.get("tag", ""))
    if len(key) not in (16, 32) or not iv or not sealed:
        return None
    if tag:
        try:
            text = AESGCM(key).decrypt(iv, sealed + tag, None)
        except (InvalidTag, ValueError):
            return None
        return _Opened(text.decode("utf-8", "replace"), key, f"AES-{len(key) * 8}-GCM")
    expected = mac(key, fields["iv"] + fields["value"]).hex()
    if not is_same(expected, fields.get("mac", "")) or len(iv) != 16 or len(sealed) % 16:
        return None
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    unpadder = PKCS7(128).unpadder()
    try:
        padded = cipher.update(sealed) + cipher.finalize()
        text = unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        return None
    return _Opened(text.decode("utf-8", "replace"), key, f"AES-{len(key) * 8}-CBC")


def _unbound(name: str, opened: _Opened) -> str:
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


def prefix_of(name: str, key: bytes) -> str:
    """Return the digest that binds a value to its cookie's name."""
    return hmac.new(key, utf8(f"{name}v2"), hashlib.sha1).hexdigest()
