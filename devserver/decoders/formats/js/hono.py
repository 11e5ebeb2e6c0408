"""Hono's signed cookies, and better-call's: any text, a dot, a padded HMAC-SHA256.

Hono has no sessions of its own: what is in a signed cookie is the application's.
"""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.errors import DecodeError
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
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.json_text import compact_json, parse_js_object
from session_inspector.devserver.decoders.codecs.signed_text import (
    has_signature,
    sign_padded,
    split_padded,
)
from session_inspector.devserver.decoders.traits import Traits

WHY = "a text, a dot and the 44 characters of a padded HMAC-SHA256, as Hono signs any cookie"
NOT_CERTAIN = (
    "it has the shape of what Hono and better-call sign, and no session's: with its secret it is"
    " verified"
)


class HonoDecoder:
    """setSignedCookie of Hono."""

    name = "hono"
    traits = Traits(json="strict", reads="first", is_percent_encoded=True)

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim nothing for certain: any text is signed so."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Verify a signed value. Raises: DecodeError (not_certain) without its secret."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        text, signature = split_padded(value) or (value, "")
        try:
            _, index = with_any_secret(
                material.secrets,
                lambda secret: has_signature(text, signature, secret) or None,
                "the signature is of another secret, or the value was changed",
            )
        except DecodeError as error:
            raise DecodeError(NOT_CERTAIN, code="not_certain") from error
        content = parse_js_object(text.encode())
        return Decoded(
            format="Hono (signed value)",
            role="session" if content is not None else "token",
            cookies=(name,),
            payload={"value": text} if content is None else content,
            key_index=index,
            size=len(value),
            signed_text="" if content is not None else text,
            notes=("signed, not encrypted: anybody can read it",),
        )

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited value."""
        text = compact_json(found.payload).decode()
        if found.role == "token":
            text = str(found.payload["value"])
        return {found.cookies[0]: sign_padded(text, secrets[0])}


def _claim_cookie(name: str, value: str) -> Claim | None:
    if split_padded(value) is None:
        return NOT_MINE
    return could_be(WHY, 0.25)
