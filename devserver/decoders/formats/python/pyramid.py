"""Pyramid's SignedCookieSessionFactory: an HMAC, then JSON of `[renewed, created, state]`.

SHA-512 unless the app names another `hashalg`: where the list begins shows which.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

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
DIGESTS = {64: "sha512", 48: "sha384", 32: "sha256", 28: "sha224", 20: "sha1", 16: "md5"}
"""By their bytes, the default first."""
DEFAULT = "sha512"
SHAPE = re.compile(r"[A-Za-z0-9_-]{40,}={0,2}")
PICKLE = b"\x80"
STARTS = (b"[1", PICKLE)
WHY = "base64url of a digest and JSON of [renewed, created, state], as Pyramid signs sessions"
WRONG = "the HMAC is of another secret or salt, or the content was changed"
_Session: TypeAlias = tuple[float, float, JsonObject]
"""When it was renewed and created, and its state."""


@dataclass(frozen=True, slots=True)
class _Signed:
    algorithm: str
    digest: bytes
    content: bytes
    session: _Session

    def is_of(self, key: str) -> bool:
        """Check the digest against a salt and a secret, one behind the other."""
        return is_same(mac(to_utf8(key), self.content, self.algorithm), self.digest)


class PyramidDecoder:
    """`session` of Pyramid; before 2.0 a pickle, which is read and not loaded."""

    name = "pyramid"
    traits = Traits(
        json="lenient",
        reads="last",
        cookie_names=("session",),
        stamp_life=TIMEOUT,
        visitor_members=frozenset({"_csrft_", "_f_*"}),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a digest and a list of two time stamps and a session."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        signed = _split(value)
        if signed is None:
            raise DecodeError("its content is no list of a session", code="tampered")
        renewed, created, state = signed.session
        check = check_signature(
            material.secrets,
            [SALT, *material.salts],
            lambda secret, salt: signed.is_of(salt + secret),
            WRONG,
            readable=lambda: state,
        )
        return Decoded(
            format="Pyramid",
            cookies=(name,),
            header=_describe_digest(signed.algorithm),
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
        algorithm = str(found.header.get("digest") or DEFAULT)
        digest = mac(to_utf8(found.salt + secrets[0]), content, algorithm)
        return {found.cookies[0]: to_base64url(digest + content)}


def _describe_digest(algorithm: str) -> JsonObject:
    if algorithm == DEFAULT:
        return {}
    return {"digest": algorithm}


def _claim_cookie(name: str, value: str) -> Claim | None:
    if _split(value) is None:
        return NOT_MINE
    return looks_like(WHY)


def _split(value: str) -> _Signed | None:
    """Return digest and session of a value; None where no list stands behind a digest."""
    sizes = [size for size in DIGESTS if _may_begin(value, size)]
    if not sizes or not SHAPE.fullmatch(value):
        return None  # found without a look at all of a long value
    raw = from_base64url(value) or b""
    for size in sizes:
        session = _read_list(raw[size:])
        if session is not None:
            return _Signed(DIGESTS[size], raw[:size], raw[size:], session)
    return None


def _may_begin(value: str, size: int) -> bool:
    """Check the first byte behind a digest of some bytes."""
    seam = size // 3 * 4
    start = from_base64url(value[seam : seam + 8]) or b""
    return start[size % 3 :].startswith(STARTS)


def _read_list(content: bytes) -> _Session | None:
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
