"""iron-session v8 (and iron of hapi): Fe26.2 seals, AES-256-CBC with an HMAC over all fields."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
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
    from_base64url,
    is_same,
    mac,
    parse_object,
    pbkdf2,
    to_base64url,
)

PREFIX = "Fe26.2"
VERSION = "~2"
SKEW = 60
"""Seconds past its end at which a seal is still taken."""
SHORTEST = 32
TTL = 1_209_600


class IronDecoder:
    """Fe26.2*password id*salt*iv*ciphertext*end*salt*mac, then ~2."""

    name = "iron-session"

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 1 when there is a seal."""
        return 1.0 if any(value.startswith(f"{PREFIX}*") for value in cookies.values()) else -1.0

    def decode(self, material: Material) -> Decoded:
        """Open the first seal. Raises: DecodeError."""
        name, value = next((n, v) for n, v in material.cookies.items() if v.startswith(PREFIX))
        seal, mark, version = value.partition("~")
        fields = seal.split("*")
        if len(fields) != 8:
            raise DecodeError(
                f"a seal has eight parts, this has {len(fields)}: it was cut", code="truncated"
            )
        password, ends = fields[1], _moment(fields[5])
        raw, index = with_any_secret(
            material.secrets,
            lambda secret: _unsealed(fields, secret),
            f"its HMAC is of another password than these (it names password {password!r}), or a"
            " field was changed: ciphertext, end or salt",
        )
        inside = parse_object(raw)
        if inside is None:
            raise DecodeError("it opens, but holds no JSON object", code="not_a_session")
        persistent = inside.get("persistent")
        is_old = not mark and isinstance(persistent, dict)
        return Decoded(
            format=f"iron-session{' (before v8)' if is_old else ''}",
            cookies=(name,),
            header={"password_id": password, "version": version},
            payload=persistent if is_old and isinstance(persistent, dict) else inside,
            key_index=index,
            size=len(value),
            notes=() if ends is not None else ("the seal never ends (ttl 0)",),
        ).with_end(ends, "the seal's end", material.now, SKEW)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session; it is never in chunks."""
        is_old = "(before v8)" in found.format
        payload: JsonObject = {"persistent": found.payload} if is_old else found.payload
        value = seal(
            compact(payload),
            secrets[0],
            ends=found.expires,
            password_id=str(found.header.get("password_id") or "1"),
        )
        return {found.cookies[0]: value.removesuffix(VERSION) if is_old else value}


def seal(payload: bytes, password: str, *, ends: float | None, password_id: str = "1") -> str:
    """Return a seal; `ends` in Unix seconds, None: never."""
    salt, mac_salt, iv = os.urandom(32).hex(), os.urandom(32).hex(), os.urandom(16)
    padder = PKCS7(128).padder()
    padded = padder.update(payload) + padder.finalize()
    cipher = Cipher(algorithms.AES256(_key(password, salt)), modes.CBC(iv)).encryptor()
    text = to_base64url(cipher.update(padded) + cipher.finalize())
    end = "" if ends is None else str(int(ends * 1000))
    base = f"{PREFIX}*{password_id}*{salt}*{to_base64url(iv)}*{text}*{end}"
    digest = to_base64url(mac(_key(password, mac_salt), base))
    return f"{base}*{mac_salt}*{digest}{VERSION}"


def _unsealed(fields: list[str], password: str) -> bytes | None:
    expected = mac(_key(password, fields[6]), "*".join(fields[:6]))
    if not is_same(to_base64url(expected), fields[7]):
        return None
    iv, text = from_base64url(fields[3]), from_base64url(fields[4])
    if not iv or not text or len(iv) != 16 or len(text) % 16:
        return None
    cipher = Cipher(algorithms.AES256(_key(password, fields[2])), modes.CBC(iv)).decryptor()
    unpadder = PKCS7(128).unpadder()
    try:
        return unpadder.update(cipher.update(text) + cipher.finalize()) + unpadder.finalize()
    except ValueError:
        return None


def _key(password: str, salt: str) -> bytes:
    return pbkdf2("sha1", password, salt, 1, 32)


def _moment(text: str) -> float | None:
    return int(text) / 1000 if text.isascii() and text.isdigit() and len(text) < 18 else None
