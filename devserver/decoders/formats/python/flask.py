"""Flask's session cookie, what apps sign with itsdangerous, and Flask-Session's ids and rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.base import (
    Check,
    CookieGroup,
    Decoded,
    Material,
    check_signature,
    find_row,
    refuse_secrets,
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
from session_inspector.devserver.decoders.codecs.deflate import deflate_if_shorter, inflate
from session_inspector.devserver.decoders.codecs.json_text import (
    compact_json,
    parse_object,
    parse_readable,
)
from session_inspector.devserver.decoders.codecs.mac import is_same
from session_inspector.devserver.decoders.codecs.messagepack import unpack
from session_inspector.devserver.decoders.codecs.timestamp import from_timestamp, to_timestamp
from session_inspector.devserver.decoders.evidence import NO_ROW, NO_SECRET
from session_inspector.devserver.decoders.formats.python.itsdangerous_key import (
    DIGESTS,
    HMAC,
    SERIALIZER_SALT,
    SigningKey,
    find_signing_key,
)
from session_inspector.devserver.decoders.formats.python.json_style import find_style
from session_inspector.devserver.decoders.shared_shape import WRONG_ID
from session_inspector.devserver.decoders.traits import Traits

MAX_AGE = 2_678_400
SALT = "cookie-session"
ID_SALT = "flask-session"
SHAPE = re.compile(
    r"(\.?)([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{5,8})\.([A-Za-z0-9_-]{27}|[A-Za-z0-9_-]{38}"
    r"|[A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{64}|[A-Za-z0-9_-]{86})"
)
SIGNED_ID = re.compile(r"([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{27})")
BARE_ID = re.compile(r"[A-Za-z0-9_-]{43}")
SIGNATURE_PARTS = tuple(size + 1 for size in DIGESTS)
"""Characters of the last part and the dot before it, by digest."""
PICKLE = b"\x80"
OBJECT = (b'{"', b"{}")
"""How a JSON object starts, whatever became of its rest."""
ZLIB = b"\x78"
WHY = "signed JSON of itsdangerous: base64, a time stamp, an HMAC"
WRONG = "the signature is of another secret or salt, or content or time stamp was changed"
READABLE = "signed, not encrypted: anybody can read it"
USUAL = SigningKey(SALT)
FLASK_RULE = "PERMANENT_SESSION_LIFETIME from its time stamp"
OWN_RULE = "max_age from its time stamp"
PLAIN = looks_like(WHY, 0.9)
SPACED = could_be(f"{WHY}; but its JSON has spaces, and Flask writes none", 0.6)
DEFLATED = looks_like(f"a dot, zlib, {WHY}", 1.0)
SAMPLE = 256
"""Characters of the base64 that show how the JSON in it is written."""
WHY_SIGNED_ID = "43 characters and the 27 of an HMAC-SHA1, as itsdangerous signs an id"
WHY_BARE_ID = "43 characters of base64url, as secrets.token_urlsafe() makes them"


VISITOR_MEMBERS = frozenset({"_permanent", "_flashes", "_fresh", "_remember", "csrf_token"})
"""Of Flask, and of Flask-Login and Flask-WTF."""


class FlaskDecoder:
    """`session` of Flask: tagged JSON, perhaps deflated, a time stamp, an HMAC-SHA1."""

    name = "flask"
    traits = Traits(
        json="lenient",
        reads="first",
        cookie_names=("session",),
        stamp_life=MAX_AGE,
        is_stamp_life_told=True,
        is_issued_anew=True,
        visitor_members=VISITOR_MEMBERS,
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim signed JSON; Starlette's looks the same, but is written with spaces."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        match = SHAPE.fullmatch(value)
        if match is None:
            raise DecodeError("it has not the three parts of a signed session", code="truncated")
        key, index = _check_cookie(value, match, material)
        payload = parse_object(_unpack(match))
        if payload is None:
            raise DecodeError("it opens, but holds no JSON object", code="not_a_session")
        found = Decoded(
            format="Flask",
            cookies=(name,),
            header=_describe_key(key),
            payload=payload,
            key_index=index,
            unverified=NO_SECRET if index is None else None,
            size=len(value),
            salt=key.salt,
            issued=from_timestamp(match[3]),
        )
        if key.derivation == HMAC and key.salt != SERIALIZER_SALT:
            return _as_flask(found, material)
        return _as_own(found, key, material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session."""
        mark, raw = deflate_if_shorter(compact_json(found.payload))
        text = f"{mark}{to_base64url(raw)}.{to_timestamp(found.issued or 0)}"
        key = SigningKey(
            found.salt,
            str(found.header.get("key_derivation") or HMAC),
            str(found.header.get("digest") or USUAL.digest),
        )
        return {found.cookies[0]: f"{text}.{key.sign(text, secrets[0])}"}


def _describe_key(key: SigningKey) -> JsonObject:
    """Return what differs from Flask's own options."""
    found: JsonObject = {}
    if key.digest != USUAL.digest:
        found["digest"] = key.digest
    if key.derivation != HMAC:
        found["key_derivation"] = key.derivation
    return found


def _as_flask(found: Decoded, material: Material) -> Decoded:
    kind = "no _permanent in it: Flask sets it for the browser's session"
    if found.payload.get("_permanent") is True:
        kind = "renewed at each request"
    ends = stamp_end(found.issued or 0, material, MAX_AGE)
    return replace(found, notes=(READABLE, kind)).with_end(ends, FLASK_RULE, material.now)


def _as_own(found: Decoded, key: SigningKey, material: Material) -> Decoded:
    """Return what an app signed by itself: only the app knows how old it may be."""
    how = f"signed by itsdangerous with {key.derivation} and the salt {key.salt!r}, not as Flask"
    own = replace(found, format="itsdangerous", notes=(READABLE, how))
    if isinstance(material.max_age, (int, float)):
        ends = (found.issued or 0) + material.max_age
        return own.with_end(ends, OWN_RULE, material.now)
    return own


def sign(text: str, secret: str, salt: str = SALT) -> str:
    """Return the signature of a text: itsdangerous with "hmac" derivation (SHA-1)."""
    return SigningKey(salt).sign(text, secret)


def _claim_cookie(name: str, value: str) -> Claim | None:
    """Claim itsdangerous' three parts with a session in them; its signer signs other things too."""
    if not any(value[-size : -size + 1] == "." for size in SIGNATURE_PARTS):
        return NOT_MINE  # found without a look at all of a long value
    match = SHAPE.fullmatch(value)
    if match is None or not is_plausible_stamp(from_timestamp(match[3])):
        return NOT_MINE
    start = from_base64url(match[2][:SAMPLE]) or b""
    if match[1]:
        return DEFLATED if start.startswith(ZLIB) else NOT_MINE
    if not start.startswith(OBJECT):
        return NOT_MINE
    if find_style(start) == "spaced":
        return SPACED
    return PLAIN


def _check_cookie(
    value: str, match: re.Match[str], material: Material
) -> tuple[SigningKey, int | None]:
    """Return the key that signed it, and which secret; None: no secret was given.

    Raises: DecodeError (wrong_secret), with what is readable.
    """
    if not material.secrets:
        return SigningKey(SALT, HMAC, DIGESTS[len(match[4])]), None
    text = value.rpartition(".")[0]
    found = find_signing_key(text, match[4], material.secrets, [SALT, *material.salts])
    if found is not None:
        return found
    raise refuse_secrets(material.secrets, WRONG, parse_readable(_unpack(match)))


def _unpack(match: re.Match[str]) -> bytes:
    raw = from_base64url(match[2]) or b""
    if match[1]:
        return inflate(raw)
    return raw


class FlaskSessionDecoder:
    """Flask-Session: the cookie is an id, bare or signed; the row is msgpack or JSON."""

    name = "flask-session"
    traits = Traits(
        json="strict",
        reads="first",
        cookie_names=("session",),
        visitor_members=VISITOR_MEMBERS,
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a signed id; 43 characters of base64url are anybody's."""
        return strongest_cookie(cookies, _claim_id)

    def decode(self, material: Material) -> Decoded:
        """Return the id, and its row when there is one. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_id)
        match = SIGNED_ID.fullmatch(value)
        if match is None:
            return _open_stored(name, value, value, Check(unverified=NO_ROW), material)
        check = check_signature(
            material.secrets,
            [ID_SALT],
            lambda secret, salt: is_same(sign(match[1], secret, salt), match[2]),
            WRONG_ID,
        )
        return _open_stored(name, value, match[1], check, material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an id; the session itself is the store's."""
        key = str(found.payload.get("id") or found.session_id)
        if found.size > len(found.session_id):
            return {found.cookies[0]: f"{key}.{sign(key, secrets[0], ID_SALT)}"}
        return {found.cookies[0]: key}


def row_of(row: bytes) -> JsonObject:
    """Return the session in a row: JSON or msgpack. Raises: DecodeError; never unpickles."""
    if row[:1] == PICKLE and row[-1:] == b".":
        raise DecodeError(
            "the row is a Python pickle: loading one runs whatever it says, so it is not loaded",
            code="unsafe_serialisation",
        )
    found: Json = parse_object(row)
    if found is None:
        found = unpack(row)
    if not isinstance(found, dict):
        raise DecodeError("the row is neither JSON nor msgpack of a session", code="not_a_session")
    return found


def _claim_id(name: str, value: str) -> Claim | None:
    if SIGNED_ID.fullmatch(value):
        return looks_like(WHY_SIGNED_ID, 0.9)
    if BARE_ID.fullmatch(value):
        return could_be(WHY_BARE_ID, 0.4)
    return NOT_MINE


def _open_stored(name: str, value: str, key: str, check: Check, material: Material) -> Decoded:
    """Return the session of an id, with its row when there is one."""
    row = find_row(material, key)
    payload: JsonObject = {"id": key}
    unverified = check.unverified
    if row is not None:
        payload = row_of(row)
        if unverified == NO_ROW:
            unverified = None
    notes: tuple[str, ...] = ()
    if "." not in value:
        notes = ("the id is not signed: whoever guesses one is in",)
    return Decoded(
        format="Flask-Session",
        cookies=(name,),
        payload=payload,
        key_index=check.key_index,
        unverified=unverified,
        size=len(value),
        session_id=key,
        notes=notes,
    )
