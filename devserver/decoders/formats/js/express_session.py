"""express-session: a signed id (cookie-signature); the session is in a store, often Redis."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    find_row,
    with_any_secret,
)
from session_inspector.devserver.decoders.codecs.base64_text import to_base64
from session_inspector.devserver.decoders.codecs.json_text import object_member, parse_object
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.codecs.timestamp import from_iso
from session_inspector.devserver.decoders.traits import Traits

MARK = "s:"
DIGEST = 43
"""Characters of the signature."""
IN_STORE = "the session is in a store, by this id"


class ExpressSessionDecoder:
    """connect.sid: `s:`, the id, a dot, HMAC-SHA256 of the id under the plain secret."""

    name = "express-session"
    traits = Traits(reads="first", cookie_names=("connect.sid",), is_percent_encoded=True)

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 1 when a value starts with `s:` and ends in a digest."""
        if any(_is_signed(value) for value in cookies.values()):
            return 1.0
        return -1.0

    def decode(self, material: Material) -> Decoded:
        """Return the session of the id, or the id alone. Raises: DecodeError."""
        name, value = next((n, v) for n, v in material.cookies.items() if _is_signed(v))
        key, _, signature = value.removeprefix(MARK).rpartition(".")
        _, index = with_any_secret(
            material.secrets,
            lambda secret: is_same(sign(key, secret), signature) or None,
            "the signature is of another secret, or the id was changed",
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
            key_index=index,
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
    found = parse_object(row)
    if found is None:
        raise DecodeError("the row is no JSON object", code="not_a_session")
    payload = {name: value for name, value in found.items() if name != "cookie"}
    return payload, from_iso(object_member(found, "cookie").get("expires"))


def _is_signed(value: str) -> bool:
    key, dot, signature = value.rpartition(".")
    return value.startswith(MARK) and bool(dot) and len(key) > 2 and len(signature) == DIGEST
