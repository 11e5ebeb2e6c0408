"""React Router and Remix: base64 of JSON, a dot, an HMAC-SHA256; or unsigned, without a secret.

The cookie holds the session (createCookieSessionStorage), or its id (file and memory storage, and
applications' own). createCookie writes any other value in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.base import (
    Check,
    CookieGroup,
    Decoded,
    Material,
    check_signature,
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
from session_inspector.devserver.decoders.codecs.base64_text import (
    from_base64,
    is_padded_base64,
    to_base64,
)
from session_inspector.devserver.decoders.codecs.json_text import (
    as_object,
    compact_json,
    object_member,
    parse_json,
    parse_object,
)
from session_inspector.devserver.decoders.codecs.signed_text import (
    has_signature,
    sign_bare,
    split_bare,
)
from session_inspector.devserver.decoders.codecs.timestamp import from_iso
from session_inspector.devserver.decoders.no_json import check_strict
from session_inspector.devserver.decoders.shared_shape import settle_signature
from session_inspector.devserver.decoders.traits import Traits

NAME = "__session"
ID = re.compile(r"[0-9a-f]{16}|[0-9a-z]{8}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What file and memory storage draw, and a UUID."""
FLASH = "__flash_"
STARTS = (b'{"', b"{}", b'"')
LONGEST_VALUE = 4096
CUT = "its JSON is cut or changed, whatever the secret is"
NOT_SESSION = (
    "it looks like a value that React Router's createCookie signed, no session; its secret"
    " verifies it"
)
UNSIGNED = "without a signature it is JSON in base64, as many write it: nobody can tell whose"
NO_TIME = "it has no end inside: only the cookie's Max-Age or Expires ends it"


class ReactRouterDecoder:
    """__session of React Router 7 and 8, and of Remix."""

    name = "react-router"
    traits = Traits(json="strict", reads="first", cookie_names=(NAME,), is_percent_encoded=True)

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim base64 of JSON with a signature; without one it could be anybody's."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Read the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        parts = split_bare(value)
        text = value if parts is None else parts[0]
        content = _read_content(text)
        if parts is None:
            raise DecodeError(UNSIGNED, code="not_certain", payload=as_object(content))
        is_session = isinstance(content, dict) or _is_id(name, content)
        check = _check_cookie(*parts, material, is_session=is_session)
        if isinstance(content, dict):
            return _describe_session(name, value, content, check)
        if isinstance(content, str) and is_session:
            return _describe_id(name, value, content, check, material)
        return _describe_value(name, value, content, check)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session."""
        content: Json = found.payload
        if found.session_id:
            content = found.payload.get("id", found.session_id)
        if found.role == "token":
            content = found.payload["value"]
        return {found.cookies[0]: sign_bare(to_base64(compact_json(content)), secrets[0])}


def _claim_cookie(name: str, value: str) -> Claim | None:
    parts = split_bare(value)
    text = value if parts is None else parts[0]
    if not is_padded_base64(text):
        return NOT_MINE
    if parts is not None and _is_other_json(text):
        return could_be("padded base64 of a value in JSON, a dot and an HMAC-SHA256", 0.5)
    if not _is_json(text):
        return NOT_MINE
    if parts is None:
        return could_be("padded base64 of JSON, without a signature", 0.2)
    if text.startswith("eyJ") or text == "e30=" or name == NAME:
        return looks_like("padded base64 of JSON, a dot, an HMAC-SHA256 in base64", 0.95)
    return could_be("padded base64 of a text in JSON, a dot and an HMAC-SHA256", 0.5)


def _is_json(text: str) -> bool:
    return (from_base64(text[:8]) or b"").startswith(STARTS)


def _is_other_json(text: str) -> bool:
    """Check for a list, a number, true, false or null, which createCookie writes as well."""
    if _is_json(text) or len(text) > LONGEST_VALUE:
        return False
    try:
        parse_json(from_base64(text) or b"")
    except ValueError:
        return False
    return True


def _read_content(text: str) -> Json:
    """Return the value in base64. Raises: DecodeError (tampered)."""
    try:
        return parse_json(from_base64(text) or b"")
    except ValueError as error:
        raise DecodeError(CUT, code="tampered") from error


def _is_id(name: str, content: Json) -> bool:
    return isinstance(content, str) and (name == NAME or ID.fullmatch(content) is not None)


def _check_cookie(text: str, signature: str, material: Material, *, is_session: bool) -> Check:
    """Check the signature. Raises: DecodeError; not_a_session for any other value."""

    def check() -> Check:
        return check_signature(
            material.secrets,
            [""],
            lambda secret, _: has_signature(text, signature, secret),
            "the signature is of another secret, or the content was changed",
            readable=lambda: parse_object(from_base64(text) or b""),
        )

    return settle_signature(
        check, DecodeError(NOT_SESSION, code="not_a_session"), is_mine=is_session
    )


def _describe_session(name: str, value: str, payload: JsonObject, check: Check) -> Decoded:
    notes = [NO_TIME]
    flashed = [key for key in payload if key.startswith(FLASH)]
    if flashed:
        notes.append(f"{', '.join(flashed)}: read once, then deleted (session.flash)")
    return Decoded(
        format="React Router",
        cookies=(name,),
        payload=payload,
        key_index=check.key_index,
        unverified=check.unverified,
        size=len(value),
        notes=tuple(notes),
    )


def _describe_id(name: str, value: str, key: str, check: Check, material: Material) -> Decoded:
    payload: JsonObject = {"id": key}
    ends: float | None = None
    notes: tuple[str, ...] = ("the session is in a file, in memory or a database, by this id",)
    row = parse_object(find_row(material, key) or b"")
    if row is not None:
        check_strict(row)
        payload = object_member(row, "data") or row
        ends = from_iso(row.get("expires"))
        notes = ()
    return Decoded(
        format="React Router (id)",
        cookies=(name,),
        payload=payload,
        key_index=check.key_index,
        unverified=check.unverified,
        size=len(value),
        session_id=key,
        notes=notes,
    ).with_end(ends, "expires in its row", material.now)


def _describe_value(name: str, value: str, content: Json, check: Check) -> Decoded:
    return Decoded(
        format="React Router (signed value)",
        role="token",
        cookies=(name,),
        payload={"value": content},
        key_index=check.key_index,
        unverified=check.unverified,
        size=len(value),
        notes=("what createCookie writes; no session by its content",),
    )
