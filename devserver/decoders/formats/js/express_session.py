"""express-session: a signed id (cookie-signature); the session is in a store, often Redis."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    with_any_secret,
)
from session_inspector.devserver.decoders.codecs.keys import is_same, mac, parse_object, utf8

MARK = "s:"
DIGEST = 43


class ExpressSessionDecoder:
    """connect.sid: `s:`, the id, a dot, HMAC-SHA256 of the id under the plain secret."""

    name = "express-session"

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 1 when a value starts with `s:` and ends in a digest."""
        return 1.0 if any(_is_signed(value) for value in cookies.values()) else -1.0

    def decode(self, material: Material) -> Decoded:
        """Return the session of the id, or the id alone. Raises: DecodeError."""
        name, value = next((n, v) for n, v in material.cookies.items() if _is_signed(v))
        key, _, signature = value.removeprefix(MARK).rpartition(".")
        _, index = with_any_secret(
            material.secrets,
            lambda secret: is_same(sign(key, secret), signature) or None,
            "the signature is of another secret, or the id was changed",
        )
        row = next((row for full, row in material.rows.items() if full.endswith(key)), None)
        payload: JsonObject = {"id": key}
        ends: float | None = None
        if row is not None:
            payload, ends = row_of(row)
        return Decoded(
            format="express-session",
            cookies=(name,),
            payload=payload,
            key_index=index,
            size=len(value),
            session_id=key,
            notes=() if row is not None else ("the session is in a store, by this id",),
        ).with_end(ends, "cookie.expires in its row", material.now)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an id; the session itself is the store's."""
        key = str(found.payload.get("id") or found.session_id)
        return {found.cookies[0]: f"{MARK}{key}.{sign(key, secrets[0])}"}


def sign(text: str, secret: str) -> str:
    """Return the signature of a text: standard base64 without padding."""
    return b64encode(mac(utf8(secret), text)).rstrip(b"=").decode()


def row_of(row: bytes) -> tuple[JsonObject, float | None]:
    """Return (session without its cookie object, its end) of a row. Raises: DecodeError."""
    found = parse_object(row)
    if found is None:
        raise DecodeError("the row is no JSON object", code="not_a_session")
    cookie = found.get("cookie")
    ends = cookie.get("expires") if isinstance(cookie, dict) else None
    payload = {name: value for name, value in found.items() if name != "cookie"}
    if not isinstance(ends, str):
        return payload, None
    try:
        return payload, datetime.fromisoformat(ends).timestamp()
    except (ValueError, OverflowError):
        return payload, None


def _is_signed(value: str) -> bool:
    key, dot, signature = value.rpartition(".")
    return value.startswith(MARK) and bool(dot) and len(key) > 2 and len(signature) == DIGEST
