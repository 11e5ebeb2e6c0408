"""/auth/backchannel-logout: the provider says which sessions are over (spec §10)."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from starlette.responses import PlainTextResponse, Response

from session_inspector.devserver.client.id_token import read_unverified_claims
from session_inspector.devserver.client.relying_party import (
    RelyingParty,
    RequestContext,
    text_response,
)
from session_inspector.devserver.core.errors import OAuthError, SealError
from session_inspector.devserver.core.values import LOGOUT_EVENT, JsonObject
from session_inspector.devserver.session.data_store import LogoutTokenStore

LARGEST = 65_536
UNENDING = 86_400
"""Seconds for which a logout token without exp is remembered."""
SAID = "Invalid logout token: "


async def backchannel_logout(rp: RelyingParty, context: RequestContext) -> Response:
    """Delete the sessions a logout token means: 204; 400, 403 or 500 with a text.

    Raises: SealError in compat mode, where the SDK lets verification errors out of the handler.
    """
    if rp.store is None:
        return text_response("A session data store is not configured.", 500)
    if not isinstance(rp.store, LogoutTokenStore):
        return text_response("Back-channel logout is not supported by the session data store.", 500)
    body = (await context.request.body())[: LARGEST + 1]
    tokens = parse_qs(body.decode("utf-8", "replace")).get("logout_token", [])
    if not tokens or len(body) > LARGEST:
        return text_response("Missing `logout_token` in the request body.", 400)
    if _is_foreign(rp, tokens[0]):
        text = "Logout token issuer does not match the configured domain."
        return PlainTextResponse(text, 403, {"content-type": "text/plain"})
    try:
        claims = await rp.issuer.verify(tokens[0], kind="logout token")
        check_logout_claims(claims)
    except OAuthError as error:
        if rp.config.compat and tokens[0].count(".") != 2:
            raise SealError("Invalid Compact JWS", code="ERR_JWS_INVALID") from error
        return text_response(SAID + error.message, 400)
    if not rp.config.compat and not _is_first(rp, claims):
        # a provider that saw no answer sends it again, a thief too: what it asked for is done,
        # and whoever logged in since then stays
        return Response(status_code=204)
    await rp.engine.delete_by_logout_token(
        rp.store,
        sub=_text(claims, "sub"),
        sid=_text(claims, "sid"),
        iss=_text(claims, "iss"),
        cause=context.cause,
    )
    return Response(status_code=204)


def check_logout_claims(claims: JsonObject) -> None:
    """Check what makes a token a logout token (Back-Channel Logout §2.6), in the SDK's order.

    Raises: OAuthError.
    """
    events = claims.get("events")
    if "sid" not in claims and "sub" not in claims:
        raise OAuthError('either "sid" or "sub" (or both) claims must be present')
    for name in ("sid", "sub"):
        if name in claims and not isinstance(claims[name], str):
            raise OAuthError(f'"{name}" claim must be a string')
    if "nonce" in claims:
        raise OAuthError('"nonce" claim is prohibited')
    if not isinstance(events, dict):
        raise OAuthError('"events" claim is missing')
    if not isinstance(events.get(LOGOUT_EVENT), dict):
        raise OAuthError(f'"events" claim must hold an object for {LOGOUT_EVENT}')


def _is_first(rp: RelyingParty, claims: JsonObject) -> bool:
    jti, expires, now = _text(claims, "jti"), claims.get("exp"), rp.clock.now()
    if jti is None:
        return True
    ends = expires if isinstance(expires, (int, float)) else now + UNENDING
    return rp.replay_cache.spend(jti, until=ends + rp.issuer.tolerance, now=now)


def _is_foreign(rp: RelyingParty, token: str) -> bool:
    """Say whether the token names, unverified, another issuer's domain."""
    try:
        issuer = read_unverified_claims(token).get("iss")
        named = urlsplit(issuer).hostname if isinstance(issuer, str) else None
    except (OAuthError, ValueError):
        return False
    return named is not None and named != urlsplit(rp.issuer.url).hostname


def _text(claims: JsonObject, name: str) -> str | None:
    found = claims.get(name)
    return found if isinstance(found, str) else None
