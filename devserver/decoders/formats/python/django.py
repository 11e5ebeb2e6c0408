"""Django's sessions: signed cookies, and ids whose row is signed (database) or pickled (cache)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    check_signature,
    stamp_end,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    could_be,
    is_plausible_stamp,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url, to_base64url
from session_inspector.devserver.decoders.codecs.deflate import deflate_if_shorter, inflate, peek
from session_inspector.devserver.decoders.codecs.json_text import parse_readable
from session_inspector.devserver.decoders.codecs.mac import is_same
from session_inspector.devserver.decoders.codecs.pickles import read_pickle
from session_inspector.devserver.decoders.codecs.text import unquote_cookie
from session_inspector.devserver.decoders.evidence import NO_ROW, Unverified
from session_inspector.devserver.decoders.formats.python.django_rows import read_cache_row
from session_inspector.devserver.decoders.formats.python.django_signing import (
    DUMPS_SALT,
    SIGNED,
    describe_dumped,
    from_base62,
    open_value,
    seal_value,
    sign,
    to_base62,
)
from session_inspector.devserver.decoders.traits import Traits

MAX_AGE = 1_209_600
COOKIE_SALT = "django.contrib.sessions.backends.signed_cookies"
ROW_SALT = "django.contrib.sessions.SessionStore"
SHAPE = re.compile(r"(\.?)([A-Za-z0-9_-]+):([0-9A-Za-z]{1,8}):([A-Za-z0-9_-]{43})")
ID = re.compile(r"[a-z0-9]{32}")
HEXADECIMAL = re.compile(r"[0-9a-f]{32}")
"""No key of Django, which draws from 36 letters: an md5, a uuid4().hex."""
PICKLE = b"\x80"
ZLIB = b"\x78"
WHY_SIGNED = "Django's signed text: base64url of JSON or a pickle, a time stamp in base 62, a MAC"
WHY_VALUE = "a value that Django's TimestampSigner signed: text, a time stamp in base 62, a MAC"
WHY_ID = "named sessionid, with 32 letters and digits that are more than hexadecimal"
WHY_LETTERS = "32 letters and digits"
SIGNED_SESSION = looks_like(WHY_SIGNED)
SIGNED_VALUE = looks_like(WHY_VALUE, 0.1)
ID_LENGTH = 32
SESSION_NAME = "sessionid"


EXPIRY_NOTE = (
    "_session_expiry changes the cookie's Max-Age; the server still checks only SESSION_COOKIE_AGE"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """A signed text, checked."""

    payload: JsonObject
    salt: str
    key_index: int | None
    issued: float
    """The time stamp."""
    unverified: Unverified | None = None
    is_pickle: bool = False


class DjangoDecoder:
    """`sessionid` of django.contrib.sessions, whatever its backend."""

    name = "django"
    traits = Traits(
        json="lenient",
        reads="last",
        cookie_names=(SESSION_NAME,),
        stamp_life=MAX_AGE,
        is_issued_anew=True,
        visitor_members=frozenset(
            {"_csrftoken", "_messages", "_language", "_session_expiry", "testcookie"}
        ),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim what Django's TimestampSigner signed, and ids; under its own name an id is one."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, written = choose_cookie(material.cookies, _claim_cookie)
        value = unquote_cookie(written)
        if _holds_session(value):
            return _open_signed(name, value, material)
        if SIGNED.fullmatch(value):
            return open_value(name, value, material)
        return _open_stored(name, value, material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session; a stored one keeps its id."""
        if found.session_id:
            return {found.cookies[0]: found.session_id}
        if found.role == "token" and found.salt != DUMPS_SALT:
            return {found.cookies[0]: seal_value(found, secrets[0])}
        # Django writes ASCII: it encodes the text as Latin-1
        text = json.dumps(found.payload, separators=(",", ":"))
        mark, raw = deflate_if_shorter(text.encode())
        signed = f"{mark}{to_base64url(raw)}:{to_base62(int(found.issued or 0))}"
        return {found.cookies[0]: f"{signed}:{sign(signed, secrets[0], found.salt)}"}


def unsign(value: str, salt: str, material: Material, *others: str) -> Unsigned:
    """Check and open a signed text; `others`: further salts of Django's. Raises: DecodeError."""
    match = SHAPE.fullmatch(value)
    if match is None:
        raise DecodeError("it has not the three parts of a signed text", code="truncated")
    is_packed = bool(match[1])
    raw = from_base64url(match[2]) or b""
    signed = value.rpartition(":")[0]
    salts = [salt, *material.salts, *others]
    content = _unpack(raw, is_packed)
    check = check_signature(
        material.secrets,
        salts,
        lambda secret, tried: is_same(sign(signed, secret, tried), match[4]),
        "the signature is of another SECRET_KEY or salt, or content or time stamp was changed",
        readable=lambda: _read_content(content),
    )
    return Unsigned(
        payload=_read_content(content),
        salt=check.salt,
        key_index=check.key_index,
        issued=to_number(from_base62(match[3])) or 0.0,
        unverified=check.unverified,
        is_pickle=content.startswith(PICKLE),
    )


def _read_content(content: bytes) -> JsonObject:
    """Return the JSON of a signed text, or the plain values of a pickle. Raises: DecodeError."""
    if content.startswith(PICKLE):
        return read_pickle(content)
    return parse_readable(content.decode("latin-1").encode())


def _claim_cookie(name: str, written: str) -> Claim | None:
    value = unquote_cookie(written)
    if len(value) == ID_LENGTH:
        return _claim_id(name, value)
    if ":" not in value:
        return NOT_MINE
    if _holds_session(value):
        return SIGNED_SESSION
    match = SIGNED.fullmatch(value)
    if match and is_plausible_stamp(from_base62(match[2])):
        return SIGNED_VALUE
    return NOT_MINE


def _claim_id(name: str, value: str) -> Claim | None:
    if not ID.fullmatch(value):
        return NOT_MINE
    if HEXADECIMAL.fullmatch(value):
        return could_be(WHY_LETTERS, 0.4 if name == SESSION_NAME else 0.2)
    if name == SESSION_NAME:
        return looks_like(WHY_ID, 0.9)
    return could_be(WHY_LETTERS, 0.3)


def _holds_session(value: str) -> bool:
    """Check for the signed text of a session: an object in JSON, a pickle, or either deflated."""
    match = SHAPE.fullmatch(value)
    if match is None or not is_plausible_stamp(from_base62(match[3])):
        return False
    start = from_base64url(match[2][:4]) or b""
    if match[1] and start.startswith(ZLIB):
        start = peek(from_base64url(match[2]) or b"", 2)
        return not start.startswith(b"[")  # as `messages` are; a damaged one may be a session
    return start.startswith((b'{"', b"{}", PICKLE))


def _unpack(raw: bytes, is_packed: bool) -> bytes:
    if is_packed:
        return inflate(raw)
    return raw


def _open_signed(name: str, value: str, material: Material) -> Decoded:
    found = unsign(value, COOKIE_SALT, material, DUMPS_SALT)
    if found.salt == DUMPS_SALT:
        return describe_dumped(
            Decoded(
                format="",
                cookies=(name,),
                payload=found.payload,
                key_index=found.key_index,
                size=len(value),
                salt=found.salt,
                issued=found.issued,
            )
        )
    notes = ["signed, not encrypted: anybody can read it"]
    if found.is_pickle:
        notes.append("a pickle: its plain values were read, it was not loaded")
    if "_session_expiry" in found.payload:
        notes.append(EXPIRY_NOTE)
    ends = stamp_end(found.issued, material, MAX_AGE)
    return Decoded(
        format="Django (signed cookies)",
        cookies=(name,),
        payload=found.payload,
        key_index=found.key_index,
        unverified=found.unverified,
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
        unverified=NO_ROW,
        notes=("the session is in a store, by this id",),
    )
    if row is not None:
        inside = unsign(row.decode("latin-1"), ROW_SALT, material)
        return replace(
            found,
            format="Django (db)" if cached is None else "Django (cached_db)",
            payload=inside.payload,
            key_index=inside.key_index,
            unverified=inside.unverified,
            issued=inside.issued,
            notes=(),
        )
    if cached is not None:
        inner = read_cache_row(cached)
        return replace(
            found,
            format="Django (cache)",
            payload=inner.payload,
            unverified=None,
            notes=(f"the row is {inner.note}",),
        )
    return found
