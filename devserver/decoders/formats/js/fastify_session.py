"""@fastify/session, and what @fastify/cookie signs: an id, a dot, an HMAC-SHA256; no `s:` in front.

The session is in a store, in the rows of express-session's stores.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    find_row,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    could_be,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.signed_text import (
    has_signature,
    sign_bare,
    split_bare,
)
from session_inspector.devserver.decoders.formats.js.express_session import MARK, row_of
from session_inspector.devserver.decoders.shared_shape import check_id, describe_value
from session_inspector.devserver.decoders.traits import Traits

NAME = "sessionId"
ID = re.compile(r"[A-Za-z0-9_-]{32}")
"""24 random bytes in base64url."""
BETTER_AUTH = ".session_token"
"""The end of its cookie's name: without its padding its token has this shape."""
OTHER_ID = re.compile(r"[A-Za-z0-9_-]{16,128}")
"""What an application's own idGenerator draws; with the cookie's name it is one."""
LONGEST_TEXT = 4096
ROW_END = "cookie.expires in its row"
NOT_SESSION = (
    "a text, a dot and 43 characters: @fastify/cookie signs so, and others; with its secret it is"
    " verified"
)


class FastifySessionDecoder:
    """sessionId: 32 characters, a dot, 43 of standard base64."""

    name = "fastify-session"
    traits = Traits(
        json="strict",
        reads="first",
        cookie_names=(NAME,),
        is_percent_encoded=True,
        visitor_members=frozenset({"flash", "_csrf"}),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim an id with its signature by name and structure together."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Return the session of the id, or the id alone. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        text, signature = split_bare(value) or (value, "")
        is_id = _is_id(name, text)
        check = check_id(
            material,
            lambda secret: has_signature(text, signature, secret),
            DecodeError(NOT_SESSION, code="not_certain"),
            is_mine=is_id,
        )
        if not is_id:
            label = "@fastify/cookie (signed value)"
            return describe_value("@fastify/cookie", label, (name, value), text, check)
        row = find_row(material, text)
        payload: JsonObject = {"id": text}
        ends: float | None = None
        notes: tuple[str, ...] = ("the session is in a store, by this id",)
        if row is not None:
            payload, ends = row_of(row)
            notes = ()
        return Decoded(
            format="@fastify/session",
            cookies=(name,),
            payload=payload,
            key_index=check.key_index,
            unverified=check.unverified,
            size=len(value),
            session_id=text,
            notes=notes,
        ).with_end(ends, ROW_END, material.now)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an id, or of a signed value; the session is the store's."""
        text = str(found.payload.get("id") or found.session_id)
        if found.role == "token":
            text = str(found.payload["value"])
        return {found.cookies[0]: sign_bare(text, secrets[0])}


def _claim_cookie(name: str, value: str) -> Claim | None:
    if len(value) > LONGEST_TEXT or value.startswith(MARK) or name.endswith(BETTER_AUTH):
        return NOT_MINE
    parts = split_bare(value)
    if parts is None or "." in parts[0]:
        return NOT_MINE
    if ID.fullmatch(parts[0]) and name == NAME:
        return looks_like("an id of 32 characters, a dot and an HMAC-SHA256, named sessionId")
    if name == NAME and _is_id(name, parts[0]):
        return looks_like("an id, a dot and an HMAC-SHA256, named sessionId", 0.9)
    if ID.fullmatch(parts[0]):
        return looks_like("an id of 32 characters, a dot and an HMAC-SHA256", 0.9)
    return could_be("a text, a dot and 43 characters of standard base64", 0.1)


def _is_id(name: str, text: str) -> bool:
    pattern = OTHER_ID if name == NAME else ID
    return pattern.fullmatch(text) is not None
