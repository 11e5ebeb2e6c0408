"""Auth.js and next-auth with database sessions: the cookie is the token of a row, drawn by lot."""

from __future__ import annotations

import re

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Material
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    could_be,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.codecs.timestamp import from_iso
from session_inspector.devserver.decoders.no_json import check_strict
from session_inspector.devserver.decoders.stored import StoredSession, open_stored
from session_inspector.devserver.decoders.traits import Traits

FORMAT = "Auth.js (database session)"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
HEX = re.compile(r"[0-9a-f]{64}")
"""next-auth's token where its runtime draws no UUID."""
NAME = "session-token"
WHY_NAMED = f"named {NAME}, and a random UUID (or 64 hexadecimal digits), as Auth.js draws tokens"
WHY_BARE = "a random UUID, as Auth.js draws the tokens of its database sessions"


class AuthjsDatabaseDecoder:
    """`authjs.session-token` of an app with an adapter: the key of a row of its `sessions`."""

    name = "authjs-database"
    traits = Traits(
        json="strict",
        reads="first",
        cookie_names=(
            "authjs.session-token",
            "__Secure-authjs.session-token",
            "next-auth.session-token",
            "__Secure-next-auth.session-token",
        ),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a token under its name; others draw UUIDs as well."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Return the token, and its row where there is one. Raises: DecodeError."""
        cookie = choose_cookie(material.cookies, _claim_cookie)
        if _claim_cookie(*cookie) is None:
            raise DecodeError("it is no token of a database session", code="not_a_session")
        return open_stored(FORMAT, cookie, (cookie[1],), material, row_of)


def row_of(row: bytes) -> StoredSession:
    """Return the session in a row, as its adapters write it. Raises: DecodeError."""
    found = parse_object(row)
    if found is None or "userId" not in found:
        raise DecodeError("the row is no JSON object with a userId", code="not_a_session")
    check_strict(found)
    data = {name: member for name, member in found.items() if name != "sessionToken"}
    return StoredSession(payload=data, expires=from_iso(found.get("expires")), ends_by="expires")


def _claim_cookie(name: str, value: str) -> Claim | None:
    is_uuid = UUID.fullmatch(value) is not None
    is_named = name.lower().endswith(NAME)
    if is_named and (is_uuid or HEX.fullmatch(value)):
        return looks_like(WHY_NAMED)
    if is_uuid:
        return could_be(WHY_BARE, 0.3)
    return NOT_MINE
