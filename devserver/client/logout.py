"""/auth/logout: delete the session, then send the browser to the provider to end its own.

Source: docs/sdk.md, Logout.
"""

from __future__ import annotations

from starlette.responses import Response

from session_inspector.devserver.client.failures import failure_response, report_step_failure
from session_inspector.devserver.client.relying_party import (
    RelyingParty,
    RequestContext,
    add_query,
    redirect,
)
from session_inspector.devserver.cookies.js_values import (
    UNDEFINED,
    JsValue,
    get_member,
    is_truthy,
    to_text,
)
from session_inspector.devserver.core.errors import InputError, OAuthError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.policy import part

FAILED = "An error occurred while trying to initiate the logout request."
NO_OIDC = (
    "OIDC RP-Initiated Logout is not supported by the authorization server."
    " Enable it or use a different logout strategy."
)


async def logout(rp: RelyingParty, context: RequestContext) -> Response:
    """Log out: 307 to the provider; 500 with a text, the cookies cleared all the same."""
    session = await rp.engine.load(context.jars, cause=context.cause) or {}
    try:
        end_session = await rp.issuer.endpoint("end_session_endpoint")
        url = _make_logout_url(rp, context, session, end_session)
        if not url:
            raise OAuthError(NO_OIDC, code="unsupported")
    except (OAuthError, InputError) as error:
        report_step_failure(rp, context, error, step="logout")
        await _clear(rp, context)
        text = FAILED
        if error.code == "unsupported":
            text = NO_OIDC
        return context.finish(failure_response(rp, context, text, error))
    refresh_token = _read_member(rp, session, "tokenSet", "refreshToken")
    if refresh_token:
        await _revoke(rp, context, refresh_token)
    await _clear(rp, context)
    return context.finish(redirect(url), no_cache=True)


async def _revoke(rp: RelyingParty, context: RequestContext, refresh_token: str) -> None:
    """Revoke the refresh token; a failure does not stop the logout."""
    try:
        await rp.token_endpoint.revoke(refresh_token, cause=context.cause)
    except (OAuthError, InputError) as error:
        report_step_failure(rp, context, error, step="revocation")


async def _clear(rp: RelyingParty, context: RequestContext) -> None:
    await rp.engine.destroy(context.jars, reason="logout", cause=context.cause)
    rp.transactions.delete_all(context.jars)


def _make_logout_url(
    rp: RelyingParty, context: RequestContext, session: JsonObject, end_session: str
) -> str:
    """Return where to send the browser; empty when the strategy is impossible here."""
    query = context.request.query_params
    return_to = query.get("returnTo") or rp.config.base_url(context.request)
    strategy = rp.config.logout_strategy
    if strategy == "oidc" and not end_session:
        return ""
    if strategy == "v2" or not end_session:
        endpoint = rp.issuer.below("v2/logout")
        fields = {"returnTo": return_to, "client_id": rp.config.client_id}
    else:
        endpoint = end_session
        fields = _oidc_fields(rp, session, return_to, query.get("state", ""))
    if query.get("federated", "false") != "false":
        fields["federated"] = ""
    return add_query(endpoint, fields)


def _oidc_fields(
    rp: RelyingParty, session: JsonObject, return_to: str, state: str
) -> dict[str, str]:
    """Return the query of OpenID Connect RP-Initiated Logout §2, with the hints of a session."""
    fields = {"client_id": rp.config.client_id, "post_logout_redirect_uri": return_to}
    if state:
        fields["state"] = state
    sid = _read_member(rp, session, "internal", "sid")
    if sid:
        fields["logout_hint"] = sid
    if rp.config.include_id_token_hint:
        id_token = _read_member(rp, session, "tokenSet", "idToken")
        if id_token:
            fields["id_token_hint"] = id_token
    return fields


def _read_member(rp: RelyingParty, session: JsonObject, name: str, member: str) -> str:
    """Return a member of a part of the session as a text, empty when it is not there.

    Raises: SealError in compat mode for a session without that part, where the SDK throws.
    """
    if not session:
        return ""
    found: JsValue = part(session, name).get(member)
    if rp.config.compat:
        found = get_member(session.get(name, UNDEFINED), member)
    if not is_truthy(found):
        return ""
    return to_text(found)
