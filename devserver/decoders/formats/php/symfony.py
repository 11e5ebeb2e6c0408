"""Symfony's remember-me cookie: class, user, end, and an HMAC-SHA256 under APP_SECRET.

The session itself is PHP's (`php_session.py`). The HMAC is of a digest of the user's properties
that the cookie has too, so it is verified without the user's row (Symfony 6.4 and later).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    check_signature,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    is_plausible_stamp,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64, to_base64
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.traits import Traits

SHAPE = re.compile(
    r"([A-Za-z_][\w.]{0,200}):([A-Za-z0-9_~-]{1,400}):([0-9]{10}):([A-Za-z0-9_~-]{88})"
)
DIGEST = 44
"""Characters of a SHA-256 in base64."""
TO_SYMFONY = str.maketrans("+/=", "-_~")
FROM_SYMFONY = str.maketrans("-_~", "+/=")
WHY = "a class, a user, a time stamp and two SHA-256 in base64, as Symfony remembers a user"
ENDS_TOO = "it also ends when the user's password or another signed property changes"
FIELDS = "digest_of_properties"
"""Of the user's signed properties, in the header of what was opened."""
OTHER_USER = (
    "its digest is of this user's properties (the password's hash), which the cookie does not hold:"
    " for another user it cannot be made here"
)
WRONG = "the HMAC is of another APP_SECRET, or user or end was changed"


class SymfonyDecoder:
    """`REMEMBERME`: makes a new session when the old one has ended."""

    name = "symfony"
    traits = Traits(
        json="strict", reads="first", cookie_names=("REMEMBERME",), is_percent_encoded=True
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim the four parts."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Return whom it remembers. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        match = _split(value)
        if match is None:
            raise DecodeError("it has not the four parts of REMEMBERME", code="truncated")
        user = (from_base64(match[2].translate(FROM_SYMFONY)) or b"").decode("utf-8", "replace")
        signature = match[4][:DIGEST]
        fields = match[4][DIGEST:]
        text = f"{fields}:{match[3]}:{user}"
        payload: JsonObject = {"username": user, "class": match[1].replace(".", "\\")}
        check = check_signature(
            material.secrets,
            [""],
            lambda secret, _: is_same(sign(text, secret), signature),
            WRONG,
            readable=lambda: payload,
        )
        return Decoded(
            format="Symfony (remember me)",
            role="token",
            cookies=(name,),
            header={FIELDS: fields, "username": user},
            payload=payload,
            key_index=check.key_index,
            unverified=check.unverified,
            size=len(value),
            notes=(ENDS_TOO, "its class is not signed"),
        ).with_end(to_number(int(match[3])), "the end in it", material.now)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie with another end, class or secret. Raises: DecodeError for a user."""
        user = str(found.payload["username"])
        if user != found.header["username"]:
            raise DecodeError(OTHER_USER, code="not_sealable")
        ends = int(found.expires or 0)
        fields = str(found.header[FIELDS])
        parts = (
            str(found.payload["class"]).replace("\\", "."),
            to_base64(to_utf8(user)).translate(TO_SYMFONY),
            str(ends),
            sign(f"{fields}:{ends}:{user}", secrets[0]) + fields,
        )
        return {found.cookies[0]: ":".join(parts)}


def sign(text: str, secret: str) -> str:
    """Return the HMAC of a text in Symfony's base64."""
    return to_base64(mac(to_utf8(secret), text)).translate(TO_SYMFONY)


def _split(value: str) -> re.Match[str] | None:
    """Return the parts; Symfony takes the whole in base64 as well."""
    if ":" not in value:
        value = (from_base64(value) or b"").decode("latin-1")
    match = SHAPE.fullmatch(value)
    if match is None or not is_plausible_stamp(int(match[3])):
        return None
    return match


def _claim_cookie(name: str, value: str) -> Claim | None:
    if _split(value) is None:
        return NOT_MINE
    return looks_like(WHY)
