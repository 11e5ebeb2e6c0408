"""alexedwards/scs: 32 random bytes in base64url; the row is gob of a deadline and values."""

from __future__ import annotations

import hashlib
import re

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Material
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    could_be,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.base64_text import to_base64url
from session_inspector.devserver.decoders.codecs.json_text import object_member, parse_object
from session_inspector.devserver.decoders.codecs.serialised.gob import is_gob, read_gob
from session_inspector.devserver.decoders.codecs.timestamp import from_iso
from session_inspector.devserver.decoders.stored import StoredSession, open_stored
from session_inspector.devserver.decoders.traits import Traits

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
WHY = "43 characters of base64url, as scs makes them of 32 random bytes"
RULE = "Deadline in its row"


class ScsDecoder:
    """`session` of alexedwards/scs: a token. Its row may be under the token's SHA-256."""

    name = "scs"
    traits = Traits(json="strict", reads="first", cookie_names=("session",))

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim nothing for sure: 43 characters of base64url are anybody's."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Return the token, and its row where there is one. Raises: DecodeError."""
        cookie = choose_cookie(material.cookies, _claim_cookie)
        token = cookie[1]
        keys = (token, hash_token(token))
        return open_stored("scs", cookie, keys, material, row_of)


def hash_token(token: str) -> str:
    """Return the key of a token where `HashTokenInStore` is on."""
    return to_base64url(hashlib.sha256(token.encode("utf-8", "replace")).digest())


def row_of(row: bytes) -> StoredSession:
    """Return the session in a row. Raises: DecodeError (not_a_session, tampered)."""
    found = parse_object(row)
    if found is None and is_gob(row):
        shown = read_gob(row)
        found = shown if isinstance(shown, dict) else {}
    if not found or "Deadline" not in found:
        raise DecodeError("the row is no gob with a Deadline", code="not_a_session")
    return StoredSession(
        payload=object_member(found, "Values"),
        expires=from_iso(found["Deadline"]),
        ends_by=RULE,
        notes=("gob, read as structure",),
    )


def _claim_cookie(name: str, value: str) -> Claim | None:
    if TOKEN.fullmatch(value):
        return could_be(WHY, 0.3)
    return NOT_MINE
