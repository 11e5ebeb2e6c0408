"""The session that a login makes, from the provider's answer and the ID token's claims. Pure."""

from __future__ import annotations

from session_inspector.devserver.client.tokens.token_sets import drop_absent_but_end, expiry_after
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.session.policy import (
    CEILING_LEEWAY,
    ceiling_from_claim,
    epoch,
)


def make_session(
    answer: JsonObject, claims: JsonObject, transaction: JsonObject, now: Seconds
) -> JsonObject:
    """Return a session, members in the SDK's order; what is absent is left out."""
    tokens: dict[str, Json] = {
        "accessToken": answer["access_token"],
        "idToken": answer.get("id_token"),
        "scope": answer.get("scope"),
        "requestedScope": transaction.get("scope"),
        "audience": transaction.get("audience"),
        "refreshToken": answer.get("refresh_token"),
        "expiresAt": expiry_after(answer, now),
    }
    return {
        "user": claims,
        "tokenSet": drop_absent_but_end(tokens),
        "internal": _make_internal(claims, now),
    }


def _make_internal(claims: JsonObject, now: Seconds) -> JsonObject:
    internal: JsonObject = {}
    if "sid" in claims:
        internal["sid"] = claims["sid"]
    internal["createdAt"] = epoch(now)
    ceiling = ceiling_from_claim(claims.get("session_expiry"))
    if ceiling is not None:
        internal["sessionExpiresAt"] = ceiling
    return internal


def is_born_expired(claims: JsonObject, now: Seconds) -> bool:
    """Return whether the provider's own limit of the session is reached at login already."""
    ceiling = ceiling_from_claim(claims.get("session_expiry"))
    if ceiling is None:
        return False
    issued = claims.get("iat")
    if not isinstance(issued, int):
        issued = epoch(now)
    return ceiling <= issued + CEILING_LEEWAY
