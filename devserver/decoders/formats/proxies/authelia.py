"""Authelia: an id; its row in Redis is AES-256-GCM under SHA-256 of the session's secret.

Inside is MessagePack of fasthttp/session: names and values; `UserSession` is JSON.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    find_row,
    with_any_secret,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.aes import decrypt_gcm
from session_inspector.devserver.decoders.codecs.base64_text import from_base64
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.codecs.messagepack import unpack
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.evidence import NO_ROW
from session_inspector.devserver.decoders.stored import IN_STORE
from session_inspector.devserver.decoders.traits import Traits

NAME = "authelia_session"
ID = re.compile(r"[A-Za-z0-9!#%*+/:=?@^_.~-]{32}")
NONCE = 12
USER = "UserSession"
WHY = "named authelia_session, with the 32 characters of its id"
WRONG = "AES-GCM refuses its digest as a key, or the row was changed"


class AutheliaDecoder:
    """`authelia_session`: an id, for 1 h, or 5 min without activity, by default."""

    name = "authelia"
    traits = Traits(json="strict", cookie_names=(NAME,))

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim an id under Authelia's name."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Return the id, and its row where there is one. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        found = Decoded(
            format="Authelia",
            cookies=(name,),
            payload={"id": value},
            unverified=NO_ROW,
            size=len(value),
            session_id=value,
            notes=(IN_STORE,),
        )
        row = find_row(material, value)
        if row is None:
            return found
        raw, index = with_any_secret(material.secrets, lambda secret: open_row(row, secret), WRONG)
        return replace(found, payload=read_content(raw), unverified=None, key_index=index, notes=())


def open_row(row: bytes, secret: str) -> bytes | None:
    """Return a row's content, None where the secret is another."""
    key = hashlib.sha256(to_utf8(secret)).digest()
    return decrypt_gcm(key, row[:NONCE], row[NONCE:])


def read_content(raw: bytes) -> JsonObject:
    """Return the user's session. Raises: DecodeError (not_a_session)."""
    found = unpack(raw)
    if isinstance(found, dict):
        user = found.get("KV", found)
        return _read_user(user) if isinstance(user, dict) else found
    raise DecodeError("the row holds no MessagePack of a session", code="not_a_session")


def _read_user(values: JsonObject) -> JsonObject:
    user = values.get(USER)
    return _as_object(user) or values


def _as_object(value: Json) -> JsonObject | None:
    if isinstance(value, str):
        return parse_object(value) or parse_object(from_base64(value) or b"")
    return value if isinstance(value, dict) else None


def _claim_cookie(name: str, value: str) -> Claim | None:
    if name == NAME and ID.fullmatch(value):
        return looks_like(WHY)
    return NOT_MINE
