"""Django's sessions: signed cookies, and ids whose row is signed (database) or pickled (cache)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase, ascii_uppercase, digits

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    stamp_end,
    with_any_salt,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url, to_base64url
from session_inspector.devserver.decoders.codecs.deflate import deflate_if_shorter, inflate
from session_inspector.devserver.decoders.codecs.json_text import parse_object, parse_readable
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.pickles import read_pickle
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.traits import Traits

MAX_AGE = 1_209_600
COOKIE_SALT = "django.contrib.sessions.backends.signed_cookies"
ROW_SALT = "django.contrib.sessions.SessionStore"
SHAPE = re.compile(r"(\.?)([A-Za-z0-9_-]+):([0-9A-Za-z]{1,8}):([A-Za-z0-9_-]{43})")
ID = re.compile(r"[a-z0-9]{32}")
BASE62 = digits + ascii_uppercase + ascii_lowercase
SESSION_NAME = "sessionid"


EXPIRY_NOTE = (
    "_session_expiry changes the cookie's Max-Age; the server still checks only SESSION_COOKIE_AGE"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """A signed text, checked."""

    payload: JsonObject
    salt: str
    key_index: int
    issued: float
    """The time stamp."""


class DjangoDecoder:
    """`sessionid` of django.contrib.sessions, whatever its backend."""

    name = "django"
    traits = Traits(reads="last", cookie_names=(SESSION_NAME,), stamp_life=MAX_AGE)

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 1 for a signed cookie, less for a bare id."""
        return max((_rate_cookie(*pair) for pair in cookies.items()), default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = max(material.cookies.items(), key=lambda pair: _rate_cookie(*pair))
        if SHAPE.fullmatch(value):
            return _open_signed(name, value, material)
        return _open_stored(name, value, material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session; a stored one keeps its id."""
        if found.session_id:
            return {found.cookies[0]: found.session_id}
        # Django writes ASCII: it encodes the text as Latin-1
        text = json.dumps(found.payload, separators=(",", ":"))
        mark, raw = deflate_if_shorter(text.encode())
        signed = f"{mark}{to_base64url(raw)}:{to_base62(int(found.issued or 0))}"
        return {found.cookies[0]: f"{signed}:{sign(signed, secrets[0], found.salt)}"}


def unsign(value: str, salt: str, material: Material) -> Unsigned:
    """Check and open a signed text. Raises: DecodeError."""
    match = SHAPE.fullmatch(value)
    if match is None:
        raise DecodeError("it has not the three parts of a signed text", code="truncated")
    is_packed = bool(match[1])
    raw = from_base64url(match[2]) or b""
    signed = value.rpartition(":")[0]
    salts = [salt, *material.salts]

    used, index = with_any_salt(
        material.secrets,
        salts,
        lambda secret, tried: is_same(sign(signed, secret, tried), match[4]),
        "the signature is of another SECRET_KEY or salt, or content or time stamp was changed",
        readable=lambda: parse_readable(_unpack(raw, is_packed)),
    )
    payload = parse_object(_unpack(raw, is_packed).decode("latin-1"))
    if payload is None:
        raise DecodeError("it opens, but holds no JSON object", code="not_a_session")
    issued = to_number(from_base62(match[3])) or 0.0
    return Unsigned(payload=payload, salt=used, key_index=index, issued=issued)


def sign(text: str, secret: str, salt: str) -> str:
    """Return Django's signature: HMAC-SHA256 under SHA256(salt + "signer" + secret)."""
    key = hashlib.sha256(to_utf8(f"{salt}signer{secret}")).digest()
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


def _rate_cookie(name: str, value: str) -> float:
    if SHAPE.fullmatch(value):
        return 1.0
    if not ID.fullmatch(value):
        return -1.0
    if name == SESSION_NAME:
        return 0.9
    return 0.3  # 32 hexadecimal digits are rather another framework's


def _unpack(raw: bytes, is_packed: bool) -> bytes:
    if is_packed:
        return inflate(raw)
    return raw


def _open_signed(name: str, value: str, material: Material) -> Decoded:
    found = unsign(value, COOKIE_SALT, material)
    notes = ["signed, not encrypted: anybody can read it"]
    if "_session_expiry" in found.payload:
        notes.append(EXPIRY_NOTE)
    ends = stamp_end(found.issued, material, MAX_AGE)
    return Decoded(
        format="Django (signed cookies)",
        cookies=(name,),
        payload=found.payload,
        key_index=found.key_index,
        size=len(value),
        issued=found.issued,
        salt=found.salt,
        notes=tuple(notes),
    ).with_end(ends, "SESSION_COOKIE_AGE from its time stamp", material.now)


def _open_stored(name: str, key: str, material: Material) -> Decoded:
    """Return the row of an id: the database's signed text before the cache's pickle."""
    rows = {full: row for full, row in material.rows.items() if full.endswith(key)}
    row = next((row for full, row in rows.items() if "cache" not in full), None)
    cached = next((row for full, row in rows.items() if "cache" in full), None)
    found = Decoded(
        format="Django (id)",
        cookies=(name,),
        payload={"id": key},
        size=len(key),
        session_id=key,
        notes=("the session is in a store, by this id",),
    )
    if row is not None:
        inside = unsign(row.decode("latin-1"), ROW_SALT, material)
        return replace(
            found,
            format="Django (db)" if cached is None else "Django (cached_db)",
            payload=inside.payload,
            key_index=inside.key_index,
            issued=inside.issued,
            notes=(),
        )
    if cached is not None:
        note = "the row is a pickle: its plain values were read, it was not loaded"
        payload = read_pickle(cached)
        return replace(found, format="Django (cache)", payload=payload, notes=(note,))
    return found
