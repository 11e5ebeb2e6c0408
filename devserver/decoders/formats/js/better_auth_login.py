"""better-auth's cookie of a login under way: the signed `state` of its authorization request.

It is 32 characters drawn by lot and a padded HMAC-SHA256, as its session token is: only the name
tells them apart.
"""

from __future__ import annotations

import re

from session_inspector.devserver.core.errors import DecodeError
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
from session_inspector.devserver.decoders.codecs.signed_text import split_padded
from session_inspector.devserver.decoders.formats.js import better_auth_cache as caches
from session_inspector.devserver.decoders.traits import Traits

NAME = re.compile(r"(?:^|.*[.-])(?:oauth_)?state")
LIBRARY = "better-auth."
STATE = re.compile(r"[A-Za-z0-9_-]{32}")
WHY_NAMED = "named better-auth.state, 32 characters, a dot and a padded HMAC-SHA256"
WHY_BARE = "named state, 32 characters, a dot and a padded HMAC-SHA256"
WRONG = "the signature is of another secret, or the state was changed"


class BetterAuthLoginDecoder:
    """`better-auth.state`."""

    name = "better-auth-login"
    traits = Traits(
        json="strict",
        reads="first",
        cookie_names=("better-auth.state", "__Secure-better-auth.state"),
        is_percent_encoded=True,
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a signed text of that size by its name."""
        return strongest_cookie(cookies, claim_state)

    def decode(self, material: Material) -> Decoded:
        """Return the state. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, claim_state)
        state, _, _ = value.rpartition(".")
        if claim_state(name, value) is None:
            raise DecodeError("it is no signed state", code="not_a_session")
        check = check_signature(
            material.secrets, [""], lambda secret, _: caches.is_signed(state, value, secret), WRONG
        )
        return Decoded(
            format="better-auth (login)",
            role="transaction",
            cookies=(name,),
            payload={"state": state},
            key_index=check.key_index,
            unverified=check.unverified,
            size=len(value),
        )


def claim_state(name: str, value: str) -> Claim | None:
    """Return the claim on one cookie."""
    if NAME.fullmatch(name) is None:
        return NOT_MINE
    parts = split_padded(value)
    if parts is None or STATE.fullmatch(parts[0]) is None:
        return NOT_MINE
    if LIBRARY in name:
        return looks_like(WHY_NAMED)
    return could_be(WHY_BARE, 0.7)
