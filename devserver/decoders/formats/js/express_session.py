"""express-session: a signed id (cookie-signature); the session is in a store, often Redis."""

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
from session_inspector.devserver.decoders.codecs.base64_text import to_base64
from session_inspector.devserver.decoders.codecs.json_text import (
    object_member,
    parse_js_object,
)
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.codecs.timestamp import from_iso
from session_inspector.devserver.decoders.shared_shape import check_id, describe_value
from session_inspector.devserver.decoders.traits import Traits

MARK = "s:"
SIGNED = re.compile(r"s:(.+)\.([A-Za-z0-9+/]{43})", re.DOTALL)
CUT = re.compile(r"s:([A-Za-z0-9_-]{28,128})\.([A-Za-z0-9+/]{1,42})")
ID = re.compile(r"[A-Za-z0-9_-]{28,128}")
"""What express-session draws (32 characters), and what apps draw instead: a UUID, hexadecimal
digits. csurf draws 24 characters, which cookie-parser may sign in the same way."""
NOT_SESSION = (
    "it looks like a value that Express signed (cookie-parser, res.cookie with `signed`), no"
    " session's id; its secret verifies it"
)
WAS_CUT = "it was cut: a signature has 43 characters, and its end is missing"
IN_STORE = "the session is in a store, by this id"


VISITOR_MEMBERS = frozenset({"flash", "csrfSecret", "csrfToken", "_csrf", "returnTo", "messages"})
"""Of connect-flash, csurf, csrf-sync, @fastify/csrf-protection and Passport."""


class ExpressSessionDecoder:
    """connect.sid: `s:`, the id, a dot, HMAC-SHA256 of the id under the plain secret."""

    name = "express-session"
    traits = Traits(
        json="strict",
        reads="first",
        cookie_names=("connect.sid",),
        is_percent_encoded=True,
        visitor_members=VISITOR_MEMBERS,
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim `s:`, an id and a digest; cookie-parser signs other values in the same way."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Return the session of the id, or the id alone. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        if CUT.fullmatch(value):
            raise DecodeError(WAS_CUT, code="truncated")
        key, _, signature = value.removeprefix(MARK).rpartition(".")
        is_id = name in self.traits.cookie_names or ID.fullmatch(key) is not None
        check = check_id(
            material,
            lambda secret: is_same(sign(key, secret), signature),
            DecodeError(NOT_SESSION, code="not_a_session"),
            is_mine=is_id,
        )
        if not is_id:
            return describe_value(
                "cookie-parser", "Express (signed value)", (name, value), key, check
            )
        row = find_row(material, key)
        payload: JsonObject = {"id": key}
        ends: float | None = None
        notes: tuple[str, ...] = (IN_STORE,)
        if row is not None:
            payload, ends = row_of(row)
            notes = ()
        return Decoded(
            format="express-session",
            cookies=(name,),
            payload=payload,
            key_index=check.key_index,
            unverified=check.unverified,
            size=len(value),
            session_id=key,
            notes=notes,
        ).with_end(ends, "cookie.expires in its row", material.now)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an id; the session itself is the store's."""
        key = str(found.payload.get("id") or found.session_id)
        return {found.cookies[0]: f"{MARK}{key}.{sign(key, secrets[0])}"}


def sign(text: str, secret: str) -> str:
    """Return the signature of a text: standard base64 without padding."""
    return to_base64(mac(to_utf8(secret), text)).rstrip("=")


def row_of(row: bytes) -> tuple[JsonObject, float | None]:
    """Return (session without its cookie object, its end) of a row. Raises: DecodeError."""
    found = parse_js_object(row)
    if found is None:
        raise DecodeError("the row is no JSON object", code="not_a_session")
    payload = {name: value for name, value in found.items() if name != "cookie"}
    return payload, from_iso(object_member(found, "cookie").get("expires"))


def _claim_cookie(name: str, value: str) -> Claim | None:
    match = SIGNED.fullmatch(value)
    if match is None and CUT.fullmatch(value):
        return looks_like("s:, an id, a dot, and the beginning of an HMAC-SHA256")
    if match is None:
        return NOT_MINE
    if name in ExpressSessionDecoder.traits.cookie_names or ID.fullmatch(match[1]):
        return looks_like("s:, an id, a dot, and the 43 characters of an HMAC-SHA256")
    return could_be("s:, a text, a dot, and a digest, as Express signs any cookie", 0.6)
