"""Flask's session cookie, and the signed ids and rows of Flask-Session."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    find_row,
    stamp_end,
    with_any_salt,
    with_any_secret,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url, to_base64url
from session_inspector.devserver.decoders.codecs.deflate import deflate_if_shorter, inflate
from session_inspector.devserver.decoders.codecs.json_text import (
    compact_json,
    parse_object,
    parse_readable,
)
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.messagepack import unpack
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.codecs.timestamp import from_timestamp, to_timestamp
from session_inspector.devserver.decoders.traits import Traits

MAX_AGE = 2_678_400
SALT = "cookie-session"
ID_SALT = "flask-session"
SHAPE = re.compile(r"(\.?)([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{5,8})\.([A-Za-z0-9_-]{27})")
SIGNED_ID = re.compile(r"([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{27})")
BARE_ID = re.compile(r"[A-Za-z0-9_-]{43}")
PICKLE = b"\x80"
OBJECT = "e"
"""What the base64 of a JSON object starts with."""


WRONG_ID = "the signature is of another secret, or the id was changed"


class FlaskDecoder:
    """`session` of Flask: tagged JSON, perhaps deflated, a time stamp, an HMAC-SHA1."""

    name = "flask"
    traits = Traits(reads="first", cookie_names=("session",), stamp_life=MAX_AGE)

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 1 for a deflated one, 0.8 for a plain one (Starlette's look alike).

        Less for content that is no JSON: starsessions encrypts in the same shape.
        """
        return max((_rate_cookie(value) for value in cookies.values()), default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = max(material.cookies.items(), key=lambda pair: _rate_cookie(pair[1]))
        match = SHAPE.fullmatch(value)
        if match is None:
            raise DecodeError("it has not the three parts of a signed session", code="truncated")
        salt, index = _check_signature(value, match, material)
        payload = parse_object(_unpack(match))
        if payload is None:
            raise DecodeError("it opens, but holds no JSON object", code="not_a_session")
        issued = from_timestamp(match[3])
        kind = "a browser-session cookie"
        if payload.get("_permanent") is True:
            kind = "renewed at each request"
        return Decoded(
            format="Flask",
            cookies=(name,),
            payload=payload,
            key_index=index,
            size=len(value),
            salt=salt,
            issued=issued,
            notes=("signed, not encrypted: anybody can read it", kind),
        ).with_end(
            stamp_end(issued, material, MAX_AGE),
            "PERMANENT_SESSION_LIFETIME from its time stamp",
            material.now,
        )

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session."""
        mark, raw = deflate_if_shorter(compact_json(found.payload))
        text = f"{mark}{to_base64url(raw)}.{to_timestamp(found.issued or 0)}"
        return {found.cookies[0]: f"{text}.{sign(text, secrets[0], found.salt)}"}


def sign(text: str, secret: str, salt: str = SALT) -> str:
    """Return the signature of a text: itsdangerous with "hmac" derivation (SHA-1)."""
    key = mac(to_utf8(secret), salt, "sha1")
    return to_base64url(mac(key, text, "sha1"))


def _rate_cookie(value: str) -> float:
    match = SHAPE.fullmatch(value)
    if match is None:
        return -1.0
    if match[1]:
        return 1.0
    if match[2].startswith(OBJECT):
        return 0.8
    return 0.3


def _check_signature(value: str, match: re.Match[str], material: Material) -> tuple[str, int]:
    """Return (salt, index of the secret). Raises: DecodeError."""
    signed = value.rpartition(".")[0]
    salts = [SALT, *material.salts]

    return with_any_salt(
        material.secrets,
        salts,
        lambda secret, salt: is_same(sign(signed, secret, salt), match[4]),
        "the signature is of another secret or salt, or content or time stamp was changed",
        readable=lambda: _parse_unverified(match),
    )


def _unpack(match: re.Match[str]) -> bytes:
    raw = from_base64url(match[2]) or b""
    if match[1]:
        return inflate(raw)
    return raw


def _parse_unverified(match: re.Match[str]) -> JsonObject | None:
    """Return what anybody can read of it; None for what may be encrypted.

    Raises: DecodeError (tampered) for JSON or zlib that is broken.
    """
    raw = _unpack(match)
    if match[1] or raw.startswith((b'{"', b"{}")):
        return parse_readable(raw)
    return None


class FlaskSessionDecoder:
    """Flask-Session: the cookie is an id, bare or signed; the row is msgpack or JSON."""

    name = "flask-session"
    traits = Traits(reads="first", cookie_names=("session",))

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 0.9 for a signed id, 0.4 for 43 characters of base64url."""
        return max((_rate_id(value) for value in cookies.values()), default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Return the id, and its row when there is one. Raises: DecodeError."""
        for name, value in material.cookies.items():
            match = SIGNED_ID.fullmatch(value)
            if match:
                _, index = with_any_secret(material.secrets, _id_checker(match), WRONG_ID)
                return _open_stored(name, value, match[1], index, material)
        name, value = next((n, v) for n, v in material.cookies.items() if BARE_ID.fullmatch(v))
        return _open_stored(name, value, value, 0, material)

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


def _rate_id(value: str) -> float:
    if SIGNED_ID.fullmatch(value):
        return 0.9
    if BARE_ID.fullmatch(value):
        return 0.4
    return -1.0


def _id_checker(match: re.Match[str]) -> Callable[[str], bool | None]:
    return lambda secret: is_same(sign(match[1], secret, ID_SALT), match[2]) or None


def _open_stored(name: str, value: str, key: str, index: int, material: Material) -> Decoded:
    row = find_row(material, key)
    payload: JsonObject = {"id": key}
    if row is not None:
        payload = row_of(row)
    notes: tuple[str, ...] = ()
    if "." not in value:
        notes = ("the id is not signed: whoever guesses one is in",)
    return Decoded(
        format="Flask-Session",
        cookies=(name,),
        payload=payload,
        key_index=index,
        size=len(value),
        session_id=key,
        notes=notes,
    )
