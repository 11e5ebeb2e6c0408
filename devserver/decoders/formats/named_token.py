"""JWTs whose issuer and claims tell the product: read as any JWT, and named for what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

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
from session_inspector.devserver.decoders.formats.jwt import TokenDecoder, claims_of, open_token
from session_inspector.devserver.decoders.traits import Traits


class NamedToken:
    """A decoder of one product's JWT; a subclass says which they are."""

    name = ""
    traits = Traits(is_issued_anew=True)
    format_name = ""
    why = ""
    notes: tuple[str, ...] = ()

    def is_own(self, name: str, claims: JsonObject) -> bool:
        """Check whether a token of this cookie's name, with these claims, is of the product."""
        raise NotImplementedError

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim the product's tokens by what is in them."""
        return strongest_cookie(cookies, self._claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Read the token; its issuer's public key verifies it. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, self._claim_cookie)
        if not claims_of(value):
            raise DecodeError("it is no JWT", code="truncated")
        found = open_token(name, value, material)
        return replace(found, format=self.format_name, notes=(*found.notes, *self.notes))

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return an edited token, where a secret signs it. Raises: DecodeError (not_sealable)."""
        return TokenDecoder().seal(found, secrets)

    def _claim_cookie(self, name: str, value: str) -> Claim | None:
        if not value.startswith("eyJ"):
            return NOT_MINE
        claims = claims_of(value)
        if claims and self.is_own(name, claims):
            return looks_like(self.why, 0.9)
        return NOT_MINE
