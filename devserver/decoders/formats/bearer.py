"""A JWT after the word Bearer: the header that FastAPI's OAuth2 examples keep in a cookie."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Material
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.text import unquote_cookie
from session_inspector.devserver.decoders.formats.jwt import TokenDecoder
from session_inspector.devserver.decoders.traits import Traits

WORD: Final = "Bearer"
SCHEME: Final = re.compile(r"(bearer(?: |\+))(eyJ[A-Za-z0-9._=-]*)", re.IGNORECASE)
"""RFC 6750, section 2.1; a plus stands for the space where a form's encoding wrote it."""


class BearerDecoder:
    """A cookie with the value of an Authorization header."""

    name = "bearer"
    traits = Traits(is_quoted=True, is_issued_anew=True)
    _tokens = TokenDecoder()

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim the word Bearer and a token with a header in JSON."""
        return strongest_cookie(cookies, self._claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Read the token as any other. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, self._claim_cookie)
        scheme, token = _split(value)
        found = self._tokens.decode(replace(material, cookies={name: token}))
        note = f"it stands after the word {scheme.strip(' +')}"
        salt = f"{scheme}{found.salt}"
        return replace(found, size=len(value), salt=salt, notes=(*found.notes, note))

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return an edited token after the same word. Raises: DecodeError (not_sealable)."""
        scheme = found.salt[: len(WORD) + 1]
        key_name = found.salt.removeprefix(scheme)
        (sealed,) = self._tokens.seal(replace(found, salt=key_name), secrets).values()
        return {found.cookies[0]: f"{scheme}{sealed}"}

    def _claim_cookie(self, name: str, value: str) -> Claim | None:
        scheme, token = _split(value)
        if not scheme or self._tokens.claim({name: token}) is None:
            return NOT_MINE
        return looks_like("the word Bearer, and the header of a token", 0.8)


def _split(value: str) -> tuple[str, str]:
    """Return (`Bearer `, the token); both empty for anything else."""
    match = SCHEME.fullmatch(unquote_cookie(value))
    if match is None:
        return "", ""
    return match[1], match[2]
