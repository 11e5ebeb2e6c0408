"""aiohttp-session's EncryptedCookieStorage: a Fernet token of `{"created", "session"}`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
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
    check_padding,
    from_base64url,
    to_base64url,
)
from session_inspector.devserver.decoders.codecs.json_text import (
    compact_json,
    object_member,
    parse_object,
)
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.traits import Traits

SEALED_AT = "sealed_at"
NAME = "AIOHTTP_SESSION"
SHAPE = re.compile(r"gAAAA[A-Za-z0-9_-]{90,}={0,2}")
SMALLEST = 73
"""Bytes of the smallest Fernet token: version, stamp, IV, one block, HMAC."""
BLOCK = 16
KEY_SIZE = 32
WHY = "a Fernet token: version 0x80, a time stamp, blocks and an HMAC"
WRONG = "its HMAC is of another Fernet key, or a part was changed"


class AiohttpSessionDecoder:
    """`AIOHTTP_SESSION`. Its stamp is readable without a key; others write Fernet as well."""

    name = "aiohttp-session"
    traits = Traits(
        json="lenient", reads="last", cookie_names=(NAME,), clock_members=frozenset({SEALED_AT})
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a Fernet token, for sure under its name only."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        stamp = _read_stamp(value)
        if stamp is None:
            raise DecodeError("it has not the parts of a Fernet token", code="truncated")
        check_padding(value, "Fernet")
        raw, index = with_any_secret(
            material.secrets,
            lambda secret: _open(value, secret),
            WRONG,
            readable=lambda: {SEALED_AT: stamp},
        )
        found = parse_object(raw)
        if found is None or "session" not in found:
            raise DecodeError(
                "a Fernet token that opens, and holds no session of aiohttp-session",
                code="not_a_session",
                payload=found,
            )
        ends = None
        if isinstance(material.max_age, (int, float)):
            ends = stamp + material.max_age
        return Decoded(
            format="aiohttp-session",
            cookies=(name,),
            payload=object_member(found, "session"),
            key_index=index,
            size=len(value),
            issued=to_number(found.get("created")),
            updated=stamp,
        ).with_end(ends, "max_age from the token's time stamp", material.now)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session."""
        content = compact_json(content_of(found))
        for key in _fernet_keys(secrets[0]):
            at = int(found.updated or 0)
            return {found.cookies[0]: key.encrypt_at_time(content, at).decode()}
        raise DecodeError("the secret is no Fernet key of 32 bytes", code="not_sealable")


def content_of(found: Decoded) -> JsonObject:
    """Return what each storage of the library keeps of an edited session."""
    return {"created": int(found.issued or 0), "session": found.payload}


def _fernet_keys(secret: str) -> list[Fernet]:
    """Return what a secret can mean: a key in base64url, or 32 bytes."""
    found: list[Fernet] = []
    texts = [to_utf8(secret)]
    if len(to_utf8(secret)) == KEY_SIZE:
        texts.append(to_base64url(to_utf8(secret)).encode() + b"=")
    for text in texts:
        try:
            found.append(Fernet(text))
        except ValueError:
            continue
    return found


def _open(value: str, secret: str) -> bytes | None:
    for key in _fernet_keys(secret):
        try:
            return key.decrypt(value)
        except InvalidToken:
            continue
    return None


def _read_stamp(value: str) -> float | None:
    """Return the time stamp of a Fernet token, None for anything else."""
    if not SHAPE.fullmatch(value):
        return None
    raw = from_base64url(value) or b""
    if len(raw) < SMALLEST or (len(raw) - SMALLEST) % BLOCK:
        return None
    stamp = int.from_bytes(raw[1:9], "big")
    if is_plausible_stamp(stamp):
        return float(stamp)
    return None


def _claim_cookie(name: str, value: str) -> Claim | None:
    if _read_stamp(value) is None:
        return NOT_MINE
    if name == NAME:
        return looks_like(f"named {NAME}, and {WHY}")
    return could_be(WHY, 0.7)
