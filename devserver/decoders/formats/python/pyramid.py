"""Pyramid's SignedCookieSessionFactory: HMAC-SHA512, then JSON of `[renewed, created, state]`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    check_signature,
    stamp_end,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    is_plausible_stamp,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url, to_base64url
from session_inspector.devserver.decoders.codecs.json_text import compact_json, parse_json
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.pickles import read_pickled_value
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.traits import Traits

TIMEOUT = 1200
SALT = "pyramid.session."
DIGEST = 64
SHAPE = re.compile(r"[A-Za-z0-9_-]{104,}={0,2}")
PICKLE = b"\x80"
STARTS = (b"[1", PICKLE)
SEAM = 84
"""The character from which base64 holds the last byte of the digest, and the first of the list."""
WHY = "base64url of 64 bytes and JSON of [renewed, created, state], as Pyramid signs sessions"
WRONG = "the HMAC is of another secret or salt, or the content was changed"


class PyramidDecoder:
    """`session` of Pyramid; before 2.0 a pickle, which is read and not loaded."""

    name = "pyramid"
    traits = Traits(reads="last", cookie_names=("session",), stamp_life=TIMEOUT)

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a digest and a list of two time stamps and a session."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        raw = from_base64url(value) or b""
        digest = raw[:DIGEST]
        content = raw[DIGEST:]
        found = _read_list(content)
        if found is None:
            raise DecodeError("its content is no list of a session", code="tampered")
        renewed, created, state = found
        check = check_signature(
            material.secrets,
            [SALT, *material.salts],
            lambda secret, salt: is_same(mac(to_utf8(salt + secret), content, "sha512"), digest),
            WRONG,
            readable=lambda: state,
        )
        return Decoded(
            format="Pyramid",
            cookies=(name,),
            payload=state,
            key_index=check.key_index,
            unverified=check.unverified,
            size=len(value),
            salt=check.salt,
            issued=created,
            updated=renewed,
            notes=("signed, not encrypted: anybody can read it",),
        ).with_end(
            stamp_end(renewed, material, TIMEOUT), "timeout from `renewed` in it", material.now
        )

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session, as JSON."""
        content = compact_json([found.updated, found.issued, found.payload])
        digest = mac(to_utf8(found.salt + secrets[0]), content, "sha512")
        return {found.cookies[0]: to_base64url(digest + content)}


def _claim_cookie(name: str, value: str) -> Claim | None:
    if not (from_base64url(value[SEAM : SEAM + 8]) or b"")[1:].startswith(STARTS):
        return NOT_MINE  # found without a look at all of a long value
    if not SHAPE.fullmatch(value):
        return NOT_MINE
    content = (from_base64url(value) or b"")[DIGEST:]
    if not content.startswith(STARTS) or _read_list(content) is None:
        return NOT_MINE
    return looks_like(WHY)


def _read_list(content: bytes) -> tuple[float, float, JsonObject] | None:
    """Return (renewed, created, state), None for anything else."""
    try:
        found = _read_value(content)
    except (ValueError, DecodeError):
        return None
    if not isinstance(found, list) or len(found) != 3:
        return None
    renewed = to_number(found[0])
    created = to_number(found[1])
    state = found[2]
    if renewed is None or created is None or not isinstance(state, dict):
        return None
    if is_plausible_stamp(renewed) and is_plausible_stamp(created):
        return renewed, created, state
    return None


def _read_value(content: bytes) -> Json:
    if content.startswith(PICKLE):
        return read_pickled_value(content)
    return parse_json(content)
