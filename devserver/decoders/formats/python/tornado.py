"""Tornado's signed values: Jupyter, JupyterHub, Streamlit; fields with their lengths, HMAC-SHA256.

2|1:KEY VERSION|10:STAMP|SIZE:NAME|SIZE:BASE64|HEX
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject, Seconds
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
from session_inspector.devserver.decoders.codecs.base64_text import from_base64, to_base64
from session_inspector.devserver.decoders.codecs.json_text import compact_json, parse_object
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8, unquote_cookie
from session_inspector.devserver.decoders.traits import Traits

MAX_AGE = 2_678_400
SHAPE = re.compile(
    r"(2\|[0-9]{1,3}:([0-9]{0,9})\|10:([0-9]{10})\|([0-9]{1,4}):([^|]*)\|([0-9]{1,6}):"
    r"([A-Za-z0-9+/]*={0,2})\|)([0-9a-f]{64})"
)
WHY = "2|, fields with their lengths, a time stamp and a SHA-256, as Tornado signs values"
WRONG = "its HMAC is of another cookie_secret, or name, stamp or content was changed"
STREAMLIT = "_streamlit_user"
HUB = ("jupyterhub-session-id", "jupyterhub-hub-login", "jupyterhub-user")
JUPYTER = re.compile(r"username-[\w.-]+-[0-9]{2,5}")


@dataclass(frozen=True, slots=True)
class _Value:
    signed: str
    key_version: str
    stamp: Seconds
    name: str
    content: bytes
    digest: str


class TornadoDecoder:
    """Any value of `set_signed_cookie`, version 2."""

    name = "tornado"
    traits = Traits(
        json="lenient",
        reads="last",
        cookie_names=("user", STREAMLIT, *HUB),
        stamp_life=MAX_AGE,
        is_issued_anew=True,
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim fields whose lengths are right."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        found = _split(value)
        if found is None:
            raise DecodeError("its fields have not the lengths that they name", code="truncated")
        payload, text = show_content(found.content)
        check = check_signature(
            material.secrets,
            [found.name],
            lambda secret, _: is_same(sign(found.signed, secret), found.digest),
            WRONG,
            readable=lambda: payload,
        )
        _check_name(name, found, material, payload, is_verified=check.unverified is None)
        return Decoded(
            format=_name_format(found.name),
            cookies=(name,),
            header={"name": found.name, "key_version": found.key_version},
            payload=payload,
            text=text,
            key_index=check.key_index,
            unverified=check.unverified,
            size=len(value),
            salt=found.name,
            issued=found.stamp,
            notes=("signed, not encrypted: anybody can read it",),
        ).with_end(
            stamp_end(found.stamp, material, MAX_AGE),
            "max_age_days from its time stamp",
            material.now,
        )

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited value, under the name that is signed in it."""
        content = found.text.encode() if found.text else compact_json(found.payload)
        fields = (
            str(found.header.get("key_version") or "0"),
            str(int(found.issued or 0)),
            found.salt,
            to_base64(content),
        )
        signed = "2|" + "".join(f"{len(field)}:{field}|" for field in fields)
        return {found.cookies[0]: signed + sign(signed, secrets[0])}


def sign(text: str, secret: str) -> str:
    """Return the HMAC of the fields in hexadecimal."""
    return mac(to_utf8(secret), text).hex()


def _claim_cookie(name: str, value: str) -> Claim | None:
    if _split(value) is None:
        return NOT_MINE
    return looks_like(WHY)


def _split(value: str) -> _Value | None:
    """Return the fields, None where a length is wrong."""
    match = SHAPE.fullmatch(unquote_cookie(value))
    if match is None:
        return None
    signed, version, stamp, name_size, name, size, content, digest = match.groups()
    is_whole = int(name_size) == len(name) and int(size) == len(content)
    raw = from_base64(content)
    if not is_whole or raw is None or not is_plausible_stamp(int(stamp)):
        return None
    return _Value(signed, version, int(stamp), name, raw, digest)


def _check_name(
    name: str, found: _Value, material: Material, payload: JsonObject, *, is_verified: bool
) -> None:
    """Raises: DecodeError (wrong_name) for a value that was made under another name."""
    if not is_verified or found.name in (name, *material.salts):
        return
    raise DecodeError(
        f"it was made under the cookie name {found.name!r}: Tornado reads nothing under another",
        code="wrong_name",
        payload=payload,
        cookie_name=found.name,
    )


def show_content(raw: bytes) -> tuple[JsonObject, str]:
    """Return (content, text where it is no JSON object)."""
    found = parse_object(raw)
    if found is not None:
        return found, ""
    text = raw.decode("utf-8", "replace")
    return {"value": text}, text


def _name_format(name: str) -> str:
    """Return the program that signs values under a name."""
    if name == STREAMLIT:
        return "Tornado (Streamlit)"
    if name in HUB:
        return "Tornado (JupyterHub)"
    if JUPYTER.fullmatch(name):
        return "Tornado (Jupyter Server)"
    return "Tornado"
