"""/auth/logout: the session goes, then the browser is sent to the provider to end its own."""

from __future__ import annotations

from starlette.responses import Response

from session_inspector.devserver.client.relying_party import (
    RelyingParty,
    RequestContext,
    add_query,
    redirect,
    text_response,
)
from session_inspector.devserver.core.errors import InputError, OAuthError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.policy import part

NO_OIDC = (
    "OIDC RP-Initiated Logout is not supported by the authorization server."
    " Enable it or use a different logout strategy."
)


async def logout(rp: RelyingParty, context: RequestContext) -> Response:
    """Log out: 307 to the provider; 500 with a text, the cookies cleared all the same."""
    session = await rp.engine.load(context.jars, cause=context.cause) or {}
    try:
        end_session = await rp.issuer.endpoint("end_session_endpoint")
        url = _url(rp, context, session, end_session)
    except (OAuthError, InputError):
        await _clear(rp, context)
        text = "An error occurred while trying to initiate the logout request."
        return context.finish(text_response(text, 500))
    if not url:
        await _clear(rp, context)
        return context.finish(text_response(NO_OIDC, 500))
    refresh_token = part(session, "tokenSet").get("refreshToken")
    if isinstance(refresh_token, str) and refresh_token:
        await rp.token_endpoint.revoke(refresh_token, cause=context.cause)
    await _clear(rp, context)
    return context.finish(redirect(url), no_cache=True)


async def _clear(rp: RelyingParty, context: RequestContext) -> None:
    await rp.engine.destroy(context.jars, reason="logout", cause=context.cause)
    rp.transactions.delete_all(context.jars)


def _url(rp: RelyingParty, context: RequestContext, session: JsonObject, end_session: str) -> str:
    """Return where to send the browser, empty when the strategy has no way (spec §9)."""
    query, config = context.request.query_params, rp.config
    back = query.get("returnTo") or config.base_url(context.request)
    federated = query.get("federated", "false") != "false"
    if config.logout_strategy == "oidc" and not end_session:
        return ""
    if config.logout_strategy == "v2" or not end_session:
        fields = {"returnTo": back, "client_id": config.client_id}
        url = f"{rp.issuer.url.rstrip('/')}/v2/logout"
        return add_query(url, fields | ({"federated": ""} if federated else {}))
    fields = {"client_id": config.client_id, "post_logout_redirect_uri": back}
    if query.get("state"):
        fields["state"] = query["state"]
    sid = part(session, "internal").get("sid")
    if isinstance(sid, str) and sid:
        fields["logout_hint"] = sid
    hint = part(session, "tokenSet").get("idToken")
    if config.include_id_token_hint and isinstance(hint, str) and hint:
        fields["id_token_hint"] = hint
    return add_query(end_session, fields | ({"federated": ""} if federated else {}))
