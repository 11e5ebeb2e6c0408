"""Rack::Session::Cookie of Rack 1 and 2: base64, --, and an HMAC by the secret itself.

    BAh7…--da39…          Marshal, the default; shown and never loaded
    eyJ…--da39…           JSON
    eJyr…--da39…          zlib of JSON

Rails signs in the same shape, with a key that it derives from its secret_key_base.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.errors import DecodeError
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
    could_be,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64, to_base64
from session_inspector.devserver.decoders.codecs.deflate import inflate
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.content import write_content
from session_inspector.devserver.decoders.traits import Traits

NAME = "rack.session"
SHAPE = re.compile(
    r"([A-Za-z0-9+/]+={0,2})--([0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})"
)
DIGESTS = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
"""Digits of a digest to the option `hmac`; SHA-1 is the default."""
MARSHAL = b"\x04\x08"
ZIP = b"\x78"
WHY = "base64 of Marshal or JSON, --, and a digest in hexadecimal, as Rack 1 and 2 sign sessions"
WRONG = "the digest is of another secret, or the content was changed"
SHOWN = "Ruby's Marshal: shown in base64, never loaded"


@dataclass(frozen=True, slots=True)
class _Signed:
    text: str
    """In base64."""
    content: bytes
    digest: str

    @property
    def algorithm(self) -> str:
        return DIGESTS[len(self.digest)]

    def is_of(self, secret: str) -> bool:
        return is_same(mac(to_utf8(secret), self.text, self.algorithm).hex(), self.digest)


class RackCookieDecoder:
    """`rack.session` of Sinatra, Roda and others before rack-session 2.0."""

    name = "rack-cookie"
    traits = Traits(
        json="lenient",
        reads="first",
        cookie_names=(NAME,),
        is_percent_encoded=True,
        visitor_members=frozenset({"session_id", "csrf", "tracking", "flash"}),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a digest behind Marshal or JSON: for sure under its name, Rails signs alike."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        signed = _split(value)
        if signed is None:
            raise DecodeError("its content is neither Marshal nor JSON", code="tampered")
        payload, notes = _read_content(signed.content)
        check = check_signature(
            material.secrets,
            [""],
            lambda secret, salt: signed.is_of(secret),
            WRONG,
            readable=lambda: payload,
        )
        return Decoded(
            format=f"Rack::Session::Cookie (HMAC-{signed.algorithm.upper()})",
            cookies=(name,),
            header={"digest": signed.algorithm, "is_zipped": signed.content.startswith(ZIP)},
            payload=payload,
            content=_unpack(signed.content),
            key_index=check.key_index,
            unverified=check.unverified,
            size=len(value),
            session_id=str(payload.get("session_id") or ""),
            notes=(
                *notes,
                "signed, not encrypted: anybody can read it",
                "it holds no time: only Max-Age ends it",
            ),
        )

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session; Marshal as it was. Raises: DecodeError."""
        content = write_content(found, found.payload, lambda raw: _read_content(raw)[0])
        if found.header.get("is_zipped"):
            content = zlib.compress(content)
        text = to_base64(content)
        digest = mac(to_utf8(secrets[0]), text, str(found.header["digest"]))
        return {found.cookies[0]: f"{text}--{digest.hex()}"}


def _split(value: str) -> _Signed | None:
    """Return text and digest of a value; None where neither Marshal nor JSON is before it."""
    match = SHAPE.fullmatch(value)
    if match is None:
        return None
    content = from_base64(match[1]) or b""
    if not content.startswith((MARSHAL, b"{", ZIP)):
        return None
    return _Signed(match[1], content, match[2])


def _unpack(content: bytes) -> bytes:
    """Return JSON or Marshal. Raises: DecodeError (tampered, too_large)."""
    if content.startswith(ZIP):
        return inflate(content)
    return content


def _read_content(content: bytes) -> tuple[JsonObject, tuple[str, ...]]:
    """Return (session, notes). Raises: DecodeError (not_a_session)."""
    if content.startswith(MARSHAL):
        return {"__marshal__": to_base64(content)}, (SHOWN,)
    found = parse_object(_unpack(content))
    if found is None:
        raise DecodeError("its content is no JSON", code="not_a_session")
    return found, ()


def _claim_cookie(name: str, value: str) -> Claim | None:
    if _split(value) is None:
        return NOT_MINE
    if name == NAME:
        return looks_like(f"named {NAME}, and {WHY}")
    return could_be(WHY, 0.4)
