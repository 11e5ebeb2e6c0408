"""iron-session v8 (and iron of hapi): Fe26.2 seals, AES-256-CBC with an HMAC over all fields."""

from __future__ import annotations

import os
from collections.abc import Sequence

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
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.aes import decrypt_cbc, encrypt_cbc
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url, to_base64url
from session_inspector.devserver.decoders.codecs.json_text import compact_json, parse_object
from session_inspector.devserver.decoders.codecs.kdf import pbkdf2
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.traits import Traits

PREFIX = "Fe26.2"
VERSION = "~2"
SKEW = 60
"""Seconds past its end at which a seal is still taken."""
FIELDS = 8
PASSWORD_ID = 1
"""Place of the password's id among the fields."""
END = 5
"""Place of the end."""
DIALECTS = (
    "or another library's seal: without ~2 it is not of iron-session 8, and others derive the key"
    " with more rounds"
)
BEFORE_V8 = "(before v8)"


class IronDecoder:
    """Fe26.2*password id*salt*iv*ciphertext*end*salt*mac, then ~2."""

    name = "iron-session"
    # of equal names it reads the first of a request, but the last of Next.js' cookies()
    traits = Traits(reads="")

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim whatever starts as a seal."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the first seal. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        text, mark, version = value.partition("~")
        fields = _split_seal(text)
        try:
            inside, index = _open_seal(fields, material)
        except DecodeError as error:
            if mark or error.code != "wrong_secret":
                raise
            raise DecodeError(f"{error.message}; {DIALECTS}", code="not_certain") from error
        ends = _parse_end(fields[END])
        persistent = inside.get("persistent")
        format_name = "iron-session"
        payload = inside
        if not mark and isinstance(persistent, dict):
            format_name = f"iron-session {BEFORE_V8}"
            payload = persistent
        notes: tuple[str, ...] = ()
        if ends is None:
            notes = ("the seal never ends (ttl 0)",)
        return Decoded(
            format=format_name,
            cookies=(name,),
            header={"password_id": fields[PASSWORD_ID], "version": version},
            payload=payload,
            key_index=index,
            size=len(value),
            notes=notes,
        ).with_end(ends, "the seal's end", material.now, SKEW)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session; it is never in chunks."""
        is_old = BEFORE_V8 in found.format
        payload = found.payload
        if is_old:
            payload = {"persistent": found.payload}
        value = seal(
            compact_json(payload),
            secrets[0],
            ends=found.expires,
            password_id=str(found.header.get("password_id") or "1"),
        )
        if is_old:
            value = value.removesuffix(VERSION)
        return {found.cookies[0]: value}


def seal(payload: bytes, password: str, *, ends: float | None, password_id: str = "1") -> str:
    """Return a seal; `ends` in Unix seconds, None: never."""
    salt = os.urandom(32).hex()
    mac_salt = os.urandom(32).hex()
    iv = os.urandom(16)
    sealed = encrypt_cbc(_derive_key(password, salt), iv, payload)
    end = ""
    if ends is not None:
        end = str(int(ends * 1000))
    start = f"{PREFIX}*{password_id}*{salt}"
    base = f"{start}*{to_base64url(iv)}*{to_base64url(sealed)}*{end}"
    digest = to_base64url(mac(_derive_key(password, mac_salt), base))
    return f"{base}*{mac_salt}*{digest}{VERSION}"


def _claim_cookie(name: str, value: str) -> Claim | None:
    if not value.startswith(f"{PREFIX}*"):
        return NOT_MINE
    rate = 1.0 if value.endswith(VERSION) else 0.9
    return looks_like(f"it starts with {PREFIX}*, as iron's seals do", rate)


def _split_seal(text: str) -> list[str]:
    """Return the fields of a seal. Raises: DecodeError (truncated)."""
    fields = text.split("*")
    if len(fields) != FIELDS:
        raise DecodeError(
            f"a seal has eight parts, this has {len(fields)}: it was cut", code="truncated"
        )
    return fields


def _open_seal(fields: list[str], material: Material) -> tuple[JsonObject, int]:
    """Return (content, index of the secret). Raises: DecodeError."""
    raw, index = with_any_secret(
        material.secrets,
        lambda secret: _unseal(fields, secret),
        "its HMAC is of another password than these (it names password"
        f" {fields[PASSWORD_ID]!r}), or a field was changed: ciphertext, end or salt",
    )
    inside = parse_object(raw)
    if inside is None:
        raise DecodeError("it opens, but holds no JSON object", code="not_a_session")
    return inside, index


def _unseal(fields: list[str], password: str) -> bytes | None:
    _, _, salt, iv, sealed, _, mac_salt, digest = fields
    expected = mac(_derive_key(password, mac_salt), "*".join(fields[:6]))
    if not is_same(to_base64url(expected), digest):
        return None
    return decrypt_cbc(_derive_key(password, salt), from_base64url(iv), from_base64url(sealed))


def _derive_key(password: str, salt: str) -> bytes:
    return pbkdf2("sha1", password, salt, 1, 32)


def _parse_end(text: str) -> float | None:
    """Return Unix seconds of a seal's milliseconds, None for a seal without end."""
    if text.isascii() and text.isdigit() and len(text) < 18:
        return int(text) / 1000
    return None
