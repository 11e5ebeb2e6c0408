"""PASETO by its shape: version, purpose, payload; `public` is readable, `local` is sealed."""

from __future__ import annotations

import re

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Material
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.codecs.timestamp import from_iso
from session_inspector.devserver.decoders.evidence import Unverified
from session_inspector.devserver.decoders.traits import Traits

SHAPE = re.compile(r"v([1-4])\.(local|public)\.([A-Za-z0-9_-]{60,})(?:\.([A-Za-z0-9_-]+))?")
SIGNATURES = {"1": 256, "2": 64, "3": 96, "4": 64}
"""Bytes of the signature behind a public payload, by version."""
NO_KEY = Unverified(
    "no_key", "PASETO's keys are not tried here: it is recognised by its shape only"
)


class PasetoDecoder:
    """`v4.public.…`, `v4.local.…` and the older versions."""

    name = "paseto"
    traits = Traits(is_issued_anew=True)

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim version, purpose and base64url."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Read a public token. Raises: DecodeError (no_secret for a local one)."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        match = SHAPE.fullmatch(value)
        if match is None:
            raise DecodeError("it has not the parts of a PASETO", code="truncated")
        format_name = f"PASETO v{match[1]}.{match[2]}"
        payload: JsonObject = {}
        if match[2] == "public":
            payload = _read_public(match[1], match[3])
        footer = (from_base64url(match[4] or "") or b"").decode("utf-8", "replace")
        ends = from_iso(payload.get("exp"))
        return Decoded(
            format=format_name,
            role="token",
            cookies=(name,),
            header={"version": match[1], "purpose": match[2], "footer": footer},
            payload=payload,
            unverified=NO_KEY,
            size=len(value),
            issued=from_iso(payload.get("iat")),
        ).with_end(ends, "exp", material.now)


def _read_public(version: str, text: str) -> JsonObject:
    """Return the claims before the signature. Raises: DecodeError (tampered)."""
    raw = from_base64url(text) or b""
    found = parse_object(raw[: -SIGNATURES[version]])
    if found is None:
        raise DecodeError("its payload is no JSON object: it was changed or cut", code="tampered")
    return found


def _claim_cookie(name: str, value: str) -> Claim | None:
    if SHAPE.fullmatch(value):
        return looks_like("v, a version, local or public, and base64url, as PASETO writes")
    return NOT_MINE
