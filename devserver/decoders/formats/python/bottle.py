"""Bottle's signed cookies: `!`, an HMAC in base64, `?`, and a pickle of name and value."""

from __future__ import annotations

import re
from collections.abc import Sequence

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject
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
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64, to_base64
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.pickles import read_pickled_value
from session_inspector.devserver.decoders.codecs.text import to_utf8, unquote_cookie
from session_inspector.devserver.decoders.content import keep_content
from session_inspector.devserver.decoders.traits import Traits

SHAPE = re.compile(r"!([A-Za-z0-9+/]{22,86}={0,2})\?(gA[A-Za-z0-9+/]+={0,2})")
"""The pickle starts with 0x80, as those of protocol 2 and later do."""
SHA256 = "sha256"
DIGESTS = {24: "md5", 28: "sha1", 40: "sha224", 44: SHA256, 64: "sha384", 88: "sha512"}
"""By their characters in base64: MD5 is of Bottle before 0.13, others are given as `digestmod`."""
WHY = "!, a digest in base64, ? and a pickle in base64, as Bottle signs cookies"
WRONG = "the HMAC is of another secret, or the content was changed"


class BottleDecoder:
    """Any cookie of `set_cookie(…, secret=…)`. Its pickle is read, never loaded."""

    name = "bottle"
    traits = Traits(json="lenient", reads="last", cookie_names=("account", "session"))

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim the two parts with their marks."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        match = SHAPE.fullmatch(unquote_cookie(value))
        if match is None:
            raise DecodeError("it has not the two parts of a signed cookie", code="truncated")
        signed_name, content = _read_content(match[2])
        payload = _to_payload(content)
        check = check_signature(
            material.secrets,
            [""],
            lambda secret, _: is_same(sign(match[2], secret, _digest_of(match[1])), match[1]),
            WRONG,
            readable=lambda: payload,
        )
        if check.unverified is None and signed_name not in (name, *material.salts):
            raise DecodeError(
                f"it was made under the cookie name {signed_name!r}: Bottle reads nothing under"
                " another",
                code="wrong_name",
                payload=payload,
                cookie_name=signed_name,
            )
        return Decoded(
            format="Bottle",
            cookies=(name,),
            header={"name": signed_name, "digest": _digest_of(match[1])},
            payload=payload,
            key_index=check.key_index,
            unverified=check.unverified,
            size=len(value),
            content=match[2].encode(),
            notes=(
                "signed, not encrypted; a pickle: read, not loaded. Whoever has the secret runs"
                " code in the server",
            ),
        )

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie signed with another secret. Raises: DecodeError for an edit."""
        text = keep_content(found, _show).decode()
        digest = sign(text, secrets[0], str(found.header.get("digest") or SHA256))
        return {found.cookies[0]: f"!{digest}?{text}"}


def _show(text: bytes) -> JsonObject:
    return _to_payload(_read_content(text.decode())[1])


def _digest_of(signature: str) -> str:
    """Return by which digest a signature is, told by its length; empty for none."""
    return DIGESTS.get(len(signature), "")


def sign(text: str, secret: str, digest: str = SHA256) -> str:
    """Return the HMAC of a text."""
    return to_base64(mac(to_utf8(secret), text, digest))


def _read_content(text: str) -> tuple[str, Json]:
    """Return (name, value) of a pickle. Raises: DecodeError."""
    found = read_pickled_value(from_base64(text) or b"")
    if not isinstance(found, list) or len(found) != 2:
        raise DecodeError("its pickle is no pair of name and value", code="not_a_session")
    return str(found[0]), found[1]


def _to_payload(content: Json) -> JsonObject:
    if isinstance(content, dict):
        return content
    return {"value": content}


def _claim_cookie(name: str, value: str) -> Claim | None:
    match = SHAPE.fullmatch(unquote_cookie(value))
    if match and _digest_of(match[1]):
        return looks_like(WHY)
    return NOT_MINE
