"""aiohttp-session's NaClCookieStorage (a secretbox) and SimpleCookieStorage (plain JSON)."""

from __future__ import annotations

import os
from collections.abc import Sequence

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    with_any_secret,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    could_be,
    is_plausible_stamp,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.base64_text import (
    from_base64,
    is_padded_base64,
    to_base64,
)
from session_inspector.devserver.decoders.codecs.json_text import (
    compact_json,
    object_member,
    parse_object,
)
from session_inspector.devserver.decoders.codecs.salsa20 import (
    NONCE,
    TAG,
    given_keys,
    make_secretbox,
    open_secretbox,
)
from session_inspector.devserver.decoders.codecs.text import unquote_cookie
from session_inspector.devserver.decoders.evidence import NO_SEAL
from session_inspector.devserver.decoders.formats.python.aiohttp_session import NAME, content_of
from session_inspector.devserver.decoders.traits import Traits

SMALLEST = len(b'{"created": 1, "session": {}}')
"""Bytes of the JSON that the smallest session is."""
MEMBERS = {"created", "session"}
START = '{"created":'
WHY_SEALED = f"named {NAME}, and base64 of a nonce and a secretbox that hold a session"
WHY_PLAIN = "JSON of created and session, as aiohttp-session's plain storage writes"
WRONG = "its tag is of another key, or a byte was changed"
RULE = "max_age from `created`"


class AiohttpNaclDecoder:
    """`AIOHTTP_SESSION` of NaClCookieStorage; under another name it is any base64."""

    name = "aiohttp-session-nacl"
    traits = Traits(json="lenient", reads="last", cookie_names=(NAME,))

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim base64 that is long enough, under the library's name."""
        return strongest_cookie(cookies, _claim_sealed)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_sealed)
        sealed = from_base64(unquote_cookie(value)) or b""
        raw, index = with_any_secret(material.secrets, lambda secret: _open(sealed, secret), WRONG)
        found = parse_object(raw)
        if found is None or "session" not in found:
            raise DecodeError("it opens, but holds no session", code="not_a_session", payload=found)
        return _describe("aiohttp-session (NaCl)", name, value, found, material, index)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session. Raises: DecodeError for no key."""
        nonce = os.urandom(NONCE)
        for key in given_keys(secrets[0]):
            sealed = nonce + make_secretbox(compact_json(content_of(found)), nonce, key)
            return {found.cookies[0]: to_base64(sealed)}
        raise DecodeError("the secret is no key of 32 bytes", code="not_sealable")


class AiohttpPlainDecoder:
    """`AIOHTTP_SESSION` of SimpleCookieStorage: anybody can write one."""

    name = "aiohttp-session-plain"
    traits = Traits(json="lenient", reads="last", cookie_names=(NAME,))

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim an object of a time and a session, for sure under the library's name only."""
        return strongest_cookie(cookies, _claim_plain)

    def decode(self, material: Material) -> Decoded:
        """Read the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_plain)
        found = _read_plain(value)
        if found is None:
            raise DecodeError("it is no JSON of a session", code="not_a_session")
        return _describe("aiohttp-session (plain)", name, value, found, material, None)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session, as http.cookies quotes it."""
        text = compact_json(content_of(found), is_ascii=True).decode()
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace(",", "\\054")
        return {found.cookies[0]: f'"{escaped}"'}


def _claim_sealed(name: str, value: str) -> Claim | None:
    if name != NAME:
        return NOT_MINE
    bare = unquote_cookie(value)
    size = len(bare) * 3 // 4
    if size < NONCE + TAG + SMALLEST or not is_padded_base64(bare):
        return NOT_MINE
    return looks_like(WHY_SEALED)


def _claim_plain(name: str, value: str) -> Claim | None:
    if _read_plain(value) is None:
        return NOT_MINE
    if name == NAME:
        return looks_like(f"named {NAME}, and {WHY_PLAIN}")
    return could_be(WHY_PLAIN, 0.4)


def _read_plain(value: str) -> JsonObject | None:
    """Return the object of a time and a session, None for anything else."""
    bare = unquote_cookie(value)
    if not bare.startswith(START):
        return None
    found = parse_object(bare)
    if found is None or set(found) != MEMBERS or not isinstance(found["session"], dict):
        return None
    created = to_number(found["created"])
    if created is None or not is_plausible_stamp(created):
        return None
    return found


def _open(sealed: bytes, secret: str) -> bytes | None:
    for key in given_keys(secret):
        found = open_secretbox(sealed[NONCE:], sealed[:NONCE], key)
        if found is not None:
            return found
    return None


def _describe(
    kind: str, name: str, value: str, found: JsonObject, material: Material, index: int | None
) -> Decoded:
    created = to_number(found.get("created"))
    return Decoded(
        format=kind,
        cookies=(name,),
        payload=object_member(found, "session"),
        key_index=index,
        unverified=NO_SEAL if index is None else None,
        size=len(value),
        issued=created,
    ).with_end(_find_end(created, material), RULE, material.now)


def _find_end(created: Seconds | None, material: Material) -> Seconds | None:
    """Return when it ends by the app's max_age; its own it does not write into the cookie."""
    if created is None or not isinstance(material.max_age, (int, float)):
        return None
    return created + material.max_age
