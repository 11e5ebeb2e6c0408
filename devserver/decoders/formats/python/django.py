"""Django's sessions: signed cookies, and ids whose row is signed (database) or pickled (cache)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase, digits

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    limit,
    with_any_secret,
)
from session_inspector.devserver.decoders.codecs.keys import (
    deflated,
    from_base64url,
    inflate,
    is_same,
    mac,
    parse_object,
    shown,
    to_base64url,
    utf8,
)
from session_inspector.devserver.decoders.codecs.pickles import read_pickle

MAX_AGE = 1_209_600
COOKIE_SALT = "django.contrib.sessions.backends.signed_cookies"
ROW_SALT = "django.contrib.sessions.SessionStore"
SHAPE = re.compile(r"(\.?)([A-Za-z0-9_-]+):([0-9A-Za-z]{1,8}):([A-Za-z0-9_-]{43})")
ID = re.compile(r"[a-z0-9]{32}")
BASE62 = digits + ascii_uppercase + ascii_lowercase
SESSION_NAME = "sessionid"


class DjangoDecoder:
    """`sessionid` of django.contrib.sessions, whatever its backend."""

    name = "django"

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 1 for a signed cookie, less for a bare id."""
        return max((_rate(n, v) for n, v in cookies.items()), default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = max(material.cookies.items(), key=lambda pair: _rate(*pair))
        if SHAPE.fullmatch(value):
            payload, (salt, index), issued = unsign(value, COOKIE_SALT, material)
            return replace(_decoded(name, value, payload, index, issued, material), salt=salt)
        return _stored(name, value, material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session; a stored one keeps its id."""
        if found.session_id:
            return {found.cookies[0]: found.session_id}
        # Django writes ASCII: it encodes the text as Latin-1
        dot, raw = deflated(json.dumps(found.payload, separators=(",", ":")).encode())
        text = f"{dot}{to_base64url(raw)}:{to_base62(int(found.issued or 0))}"
        return {found.cookies[0]: f"{text}:{sign(text, secrets[0], found.salt)}"}


def _rate(name: str, value: str) -> float:
    if SHAPE.fullmatch(value):
        return 1.0
    if not ID.fullmatch(value):
        return -1.0
    # 32 hexadecimal digits are rather somebody else's
    return 0.9 if name == SESSION_NAME else 0.3


def unsign(value: str, salt: str, material: Material) -> tuple[JsonObject, tuple[str, int], float]:
    """Return (payload, (salt, index of the secret), time stamp). Raises: DecodeError."""
    match = SHAPE.fullmatch(value)
    if match is None:
        raise DecodeError("it has not the three parts of a signed text", code="truncated")
    signed, raw = value.rpartition(":")[0], from_base64url(match[2]) or b""
    salts = [salt, *material.salts]
    used, index = with_any_secret(
        material.secrets,
        lambda secret: next((s for s in salts if is_same(sign(signed, secret, s), match[4])), None),
        "the signature is of another SECRET_KEY or salt, or content or time stamp was changed",
        readable=lambda: shown(inflate(raw) if match[1] else raw),
    )
    payload = parse_object((inflate(raw) if match[1] else raw).decode("latin-1"))
    if payload is None:
        raise DecodeError("it opens, but holds no JSON object", code="not_a_session")
    return payload, (used, index), float(from_base62(match[3]))


def sign(text: str, secret: str, salt: str) -> str:
    """Return Django's signature: HMAC-SHA256 under SHA256(salt + "signer" + secret)."""
    key = hashlib.sha256(utf8(f"{salt}signer{secret}")).digest()
    return to_base64url(mac(key, text))


def from_base62(text: str) -> int:
    """Return a number of Django's base 62."""
    found = 0
    for letter in text:
        found = found * 62 + BASE62.index(letter)
    return found


def to_base62(found: int) -> str:
    """Return a number in Django's base 62."""
    text = ""
    while found:
        found, rest = divmod(found, 62)
        text = BASE62[rest] + text
    return text or "0"


def _decoded(
    name: str, value: str, payload: JsonObject, index: int, issued: float, material: Material
) -> Decoded:
    span = limit(material, MAX_AGE)
    ends = issued + span if span is not None else None
    rule = "SESSION_COOKIE_AGE from its time stamp"
    is_custom = "_session_expiry" in payload
    notes = ["signed, not encrypted: anybody can read it"]
    if is_custom:
        notes.append(
            "_session_expiry changes the cookie's Max-Age; the server still checks only"
            " SESSION_COOKIE_AGE"
        )
    return Decoded(
        format="Django (signed cookies)",
        cookies=(name,),
        payload=payload,
        key_index=index,
        size=len(value),
        issued=issued,
        notes=tuple(notes),
    ).with_end(ends, rule, material.now)


def _stored(name: str, key: str, material: Material) -> Decoded:
    """Return the row of an id: the database's signed text before the cache's pickle."""
    rows = {full: row for full, row in material.rows.items() if full.endswith(key)}
    kind, index, issued = "id", 0, None
    payload: JsonObject = {"id": key}
    notes: tuple[str, ...] = ("the session is in a store, by this id",)
    row = next((r for full, r in rows.items() if "cache" not in full), None)
    cached = next((r for full, r in rows.items() if "cache" in full), None)
    if row is not None:
        payload, (_, index), issued = unsign(row.decode("latin-1"), ROW_SALT, material)
        kind = "cached_db" if cached is not None else "db"
        notes = ()
    elif cached is not None:
        kind, payload = "cache", read_pickle(cached)
        notes = ("the row is a pickle: its plain values were read, it was not loaded",)
    return Decoded(
        format=f"Django ({kind})",
        cookies=(name,),
        payload=payload,
        key_index=index,
        size=len(key),
        issued=issued,
        session_id=key,
        notes=notes,
    )
