"""WorkOS AuthKit: `wos-session`, iron's seal of tokens and a user; the access token ends first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Material
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.formats.js.iron import IronDecoder
from session_inspector.devserver.decoders.subject import token_claims
from session_inspector.devserver.decoders.traits import Traits

NAME = "wos-session"
WHY = "named wos-session, and iron's seal, as AuthKit seals a session"


class WorkosDecoder:
    """`wos-session`; the password is WORKOS_COOKIE_PASSWORD."""

    name = "workos"
    traits = Traits(json="strict", cookie_names=(NAME,), is_issued_anew=True)

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim iron's seal under WorkOS' name."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the seal, and read the access token's clocks. Raises: DecodeError."""
        mine = {n: v for n, v in material.cookies.items() if _claim_cookie(n, v) is not None}
        found = IronDecoder().decode(replace(material, cookies=mine or material.cookies))
        token = found.payload.get("accessToken")
        if not isinstance(token, str):
            raise DecodeError(
                "a seal that opens, and holds no accessToken of WorkOS",
                code="not_a_session",
                payload=found.payload,
            )
        claims = token_claims(token)
        ends = to_number(claims.get("exp"))
        notes = found.notes
        if ends is not None:
            state = "lives" if material.now < ends else "is over, and renewed by the refresh token"
            notes = (*notes, f"its access token (exp {int(ends)}) {state}")
        return replace(
            found,
            format="WorkOS AuthKit",
            issued=to_number(claims.get("iat")),
            session_id=str(claims.get("sid") or ""),
            notes=notes,
        )

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session: iron's seal. Raises: DecodeError."""
        return IronDecoder().seal(found, secrets)


def _claim_cookie(name: str, value: str) -> Claim | None:
    if name == NAME and value.startswith("Fe26.2*"):
        return looks_like(WHY, 1.1)
    return NOT_MINE
