"""/auth/backchannel-logout: the provider names sessions that are over.

Source: OpenID Connect Back-Channel Logout; docs/sdk.md, Back-channel logout.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from starlette.responses import PlainTextResponse, Response

from session_inspector.devserver.client.discovery import DISCOVERY_FAILED
from session_inspector.devserver.client.failures import report_step_failure
from session_inspector.devserver.client.id_token import read_unverified_claims
from session_inspector.devserver.client.relying_party import (
    RelyingParty,
    RequestContext,
    text_response,
)
from session_inspector.devserver.core.errors import OAuthError, SealError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import LOGOUT_EVENT, Json, JsonObject
from session_inspector.devserver.session.data_store import LogoutTokenStore

LARGEST = 65_536
"""Bytes of a request's body."""
UNENDING = 86_400
"""Seconds for which a logout token without exp is remembered."""
# the SDK's texts
NO_STORE = "A session data store is not configured."
NOT_SUPPORTED = "Back-channel logout is not supported by the session data store."
NO_TOKEN = "Missing `logout_token` in the request body."
FOREIGN = "Logout token issuer does not match the configured domain."
NO_DISCOVERY = "Discovery failed for the OpenID Connect configuration."
# ours
INVALID = "Invalid logout token: "
CLAIMS_REFUSED = "invalid_logout_token"


async def backchannel_logout(rp: RelyingParty, context: RequestContext) -> Response:
    """Delete the sessions a logout token means: 204; 400, 403 or 500 with a text.

    Raises: SealError in compat mode, where the SDK lets verification errors out of the handler.
    """
    if rp.store is None:
        return _refuse(rp, context, NO_STORE, "no_store", 500)
    if not isinstance(rp.store, LogoutTokenStore):
        return _refuse(rp, context, NOT_SUPPORTED, "not_supported", 500)
    token = await _read_logout_token(context)
    if token is None:
        return _refuse(rp, context, NO_TOKEN, "no_token", 400)
    if _is_foreign(rp, token):
        _refuse(rp, context, FOREIGN, "foreign_issuer", 403)
        return PlainTextResponse(FOREIGN, 403, {"content-type": "text/plain"})
    try:
        tolerance = 0 if rp.config.compat else None  # the SDK has none here
        claims = await rp.issuer.verify(token, kind="logout token", tolerance=tolerance)
        check_logout_claims(claims, compat=rp.config.compat)
    except OAuthError as error:
        refusal = _refuse(rp, context, INVALID + error.message, error.code, 400)
        if rp.config.compat:
            return _refuse_as_sdk(token, error)
        return refusal
    if rp.config.compat or _is_first(rp, claims):
        await _delete_sessions(rp, rp.store, context, claims)
    # else: a provider that saw no answer sends a token again, and so does a thief; it was carried
    # out once, and whoever logged in since then stays
    return Response(status_code=204)


def _refuse_as_sdk(token: str, error: OAuthError) -> Response:
    """Return the SDK's answer: its text for claims that are no logout token's, and no discovery.

    Raises: SealError for what does not verify.
    """
    if error.code == DISCOVERY_FAILED:
        return PlainTextResponse(NO_DISCOVERY, 400, {"content-type": "text/plain"})
    if error.code == CLAIMS_REFUSED:
        return PlainTextResponse(error.message, 400, {"content-type": "text/plain"})
    if token.count(".") != 2:
        raise SealError("Invalid Compact JWS", code="ERR_JWS_INVALID") from error
    raise SealError(error.message, code="ERR_JWT_INVALID") from error


def _refuse(
    rp: RelyingParty, context: RequestContext, text: str, code: str, status: int
) -> Response:
    """Report a logout token that is not carried out, and answer."""
    report_step_failure(rp, context, OAuthError(text, code=code), step="logout_token")
    return text_response(text, status)


async def _read_logout_token(context: RequestContext) -> str | None:
    """Return the token of a form, None when there is none or the body is too large."""
    body = await context.request.body()
    if len(body) > LARGEST:
        return None
    fields = parse_qs(body.decode("utf-8", "replace"))
    tokens = fields.get("logout_token", [])
    if not tokens:
        return None
    return tokens[0]


async def _delete_sessions(
    rp: RelyingParty, store: LogoutTokenStore, context: RequestContext, claims: JsonObject
) -> None:
    await rp.engine.delete_by_logout_token(
        store,
        sub=_text_claim(claims, "sub"),
        sid=_text_claim(claims, "sid"),
        iss=_text_claim(claims, "iss"),
        cause=context.cause,
    )


def check_logout_claims(claims: JsonObject, *, compat: bool = False) -> None:
    """Check what makes a token a logout token (Back-Channel Logout §2.6), in the SDK's order.

    The SDK takes null and a list for the event's object. Raises: OAuthError.
    """
    problem = _find_problem(claims, compat)
    if problem:
        raise OAuthError(problem, code=CLAIMS_REFUSED)


def _find_problem(claims: JsonObject, compat: bool) -> str:
    """Return what is wrong with the claims, in the SDK's words; empty: nothing."""
    if "sid" not in claims and "sub" not in claims:
        return 'either "sid" or "sub" (or both) claims must be present'
    for name in ("sid", "sub"):
        if name in claims and not isinstance(claims[name], str):
            return f'"{name}" claim must be a string'
    if "nonce" in claims:
        return '"nonce" claim is prohibited'
    if "events" not in claims:
        return '"events" claim is missing'
    return _find_event_problem(claims["events"], compat)


def _find_event_problem(events: Json, compat: bool) -> str:
    if not isinstance(events, (dict, list)):
        return '"events" claim must be an object'
    if isinstance(events, list) or LOGOUT_EVENT not in events:
        return f'"{LOGOUT_EVENT}" member is missing in the "events" claim'
    event = events[LOGOUT_EVENT]
    if isinstance(event, dict) or (compat and (event is None or isinstance(event, list))):
        return ""
    return f'"{LOGOUT_EVENT}" member in the "events" claim must be an object'


def _is_first(rp: RelyingParty, claims: JsonObject) -> bool:
    """Return whether a token is used for the first time; one without a jti always is."""
    jti = _text_claim(claims, "jti")
    if jti is None:
        return True
    now = rp.clock.now()
    ends = to_number(claims.get("exp"))
    if ends is None:
        ends = now + UNENDING
    return rp.replay_cache.accept_once(jti, until=ends + rp.issuer.tolerance, now=now)


def _is_foreign(rp: RelyingParty, token: str) -> bool:
    """Return whether the token, not verified yet, names another issuer's domain."""
    try:
        issuer = read_unverified_claims(token).get("iss")
        if not isinstance(issuer, str):
            return False
        domain = urlsplit(issuer).hostname
    except (OAuthError, ValueError):
        return False
    return domain is not None and domain != urlsplit(rp.issuer.url).hostname


def _text_claim(claims: JsonObject, name: str) -> str | None:
    found = claims.get(name)
    if not isinstance(found, str):
        return None
    return found
