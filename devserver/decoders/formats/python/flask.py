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
    limit,
    with_any_secret,
)
from session_inspector.devserver.decoders.codecs.keys import (
    compact,
    deflated,
    from_base64url,
    inflate,
    is_same,
    mac,
    parse_object,
    shown,
    stamp,
    to_base64url,
    utf8,
)
from session_inspector.devserver.decoders.codecs.messagepack import unpack

MAX_AGE = 2_678_400
SALT, ID_SALT = "cookie-session", "flask-session"
SHAPE = re.compile(r"(\.?)([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{5,8})\.([A-Za-z0-9_-]{27})")
SIGNED_ID = re.compile(r"([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{27})")
BARE_ID = re.compile(r"[A-Za-z0-9_-]{43}")
PICKLE = b"\x80"
OBJECT = "e"
"""What the base64 of a JSON object starts with."""


class FlaskDecoder:
    """`session` of Flask: tagged JSON, perhaps deflated, a time stamp, an HMAC-SHA1."""

    name = "flask"

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 1 for a deflated one, 0.8 for a plain one (Starlette's look alike).

        Less for content that is no JSON: starsessions encrypts in the same shape.
        """
        return max((_rate(value) for value in cookies.values()), default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = max(material.cookies.items(), key=lambda pair: _rate(pair[1]))
        match = SHAPE.fullmatch(value)
        if match is None:
            raise DecodeError("it has not the three parts of a signed session", code="truncated")
        salts = [SALT, *material.salts]
        signed, raw = value.rpartition(".")[0], from_base64url(match[2]) or b""
        salt, index = with_any_secret(
            material.secrets,
            lambda secret: next(
                (s for s in salts if is_same(sign(signed, secret, s), match[4])), None
            ),
            "the signature is of another secret or salt, or content or time stamp was changed",
            readable=lambda: _readable(raw, is_deflated=bool(match[1])),
        )
        payload = parse_object(inflate(raw) if match[1] else raw)
        if payload is None:
            raise DecodeError("it opens, but holds no JSON object", code="not_a_session")
        issued = float(int.from_bytes(from_base64url(match[3]) or b"", "big"))
        span = limit(material, MAX_AGE)
        ends = issued + span if span is not None else None
        rule = "PERMANENT_SESSION_LIFETIME from its time stamp"
        is_permanent = payload.get("_permanent") is True
        kind = "renewed at each request" if is_permanent else "a browser-session cookie"
        return Decoded(
            format="Flask",
            cookies=(name,),
            payload=payload,
            key_index=index,
            size=len(value),
            salt=salt,
            issued=issued,
            notes=("signed, not encrypted: anybody can read it", kind),
        ).with_end(ends, rule, material.now)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session."""
        dot, raw = deflated(compact(found.payload))
        text = f"{dot}{to_base64url(raw)}.{stamp(found.issued or 0)}"
        return {found.cookies[0]: f"{text}.{sign(text, secrets[0], found.salt)}"}


def _rate(value: str) -> float:
    match = SHAPE.fullmatch(value)
    if match is None:
        return -1.0
    if match[1]:
        return 1.0
    return 0.8 if match[2].startswith(OBJECT) else 0.3


def _readable(raw: bytes, *, is_deflated: bool) -> JsonObject | None:
    """Return what anybody can read of it; None for what may be encrypted.

    Raises: DecodeError (tampered) for JSON or zlib that is broken.
    """
    if is_deflated:
        return shown(inflate(raw))
    return shown(raw) if raw.startswith((b'{"', b"{}")) else None


def sign(text: str, secret: str, salt: str = SALT) -> str:
    """Return the signature of a text: itsdangerous with "hmac" derivation (SHA-1)."""
    return to_base64url(mac(mac(utf8(secret), salt, "sha1"), text, "sha1"))


class FlaskSessionDecoder:
    """Flask-Session: the cookie is an id, bare or signed; the row is msgpack or JSON."""

    name = "flask-session"

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 0.9 for a signed id, 0.4 for 43 characters of base64url."""
        rated = [
            0.9 if SIGNED_ID.fullmatch(value) else 0.4
            for value in cookies.values()
            if SIGNED_ID.fullmatch(value) or BARE_ID.fullmatch(value)
        ]
        return max(rated, default=-1.0)

    def decode(self, material: Material) -> Decoded:
        """Return the id, and its row when there is one. Raises: DecodeError."""
        for name, value in material.cookies.items():
            match = SIGNED_ID.fullmatch(value)
            if match:
                _, index = with_any_secret(material.secrets, _signs(match), WRONG)
                return _stored(name, value, match[1], index, material)
        name, value = next((n, v) for n, v in material.cookies.items() if BARE_ID.fullmatch(v))
        return _stored(name, value, value, 0, material)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an id; the session itself is the store's."""
        key = str(found.payload.get("id") or found.session_id)
        is_signed = found.size > len(found.session_id)
        return {found.cookies[0]: f"{key}.{sign(key, secrets[0], ID_SALT)}" if is_signed else key}


WRONG = "the signature is of another secret, or the id was changed"


def _signs(match: re.Match[str]) -> Callable[[str], bool | None]:
    return lambda secret: is_same(sign(match[1], secret, ID_SALT), match[2]) or None


def _stored(name: str, value: str, key: str, index: int, material: Material) -> Decoded:
    row = next((row for full, row in material.rows.items() if full.endswith(key)), None)
    return Decoded(
        format="Flask-Session",
        cookies=(name,),
        payload={"id": key} if row is None else row_of(row),
        key_index=index,
        size=len(value),
        session_id=key,
        notes=() if "." in value else ("the id is not signed: whoever guesses one is in",),
    )


def row_of(row: bytes) -> JsonObject:
    """Return the session in a row: JSON or msgpack. Raises: DecodeError; never unpickles."""
    if row[:1] == PICKLE and row[-1:] == b".":
        raise DecodeError(
            "the row is a Python pickle: loading one runs whatever it says, so it is not loaded",
            code="unsafe_serialisation",
        )
    plain = parse_object(row)
    found: Json = plain if plain is not None else unpack(row)
    if not isinstance(found, dict):
        raise DecodeError("the row is neither JSON nor msgpack of a session", code="not_a_session")
    return found
