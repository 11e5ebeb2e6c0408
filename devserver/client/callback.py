"""/auth/callback: check state, exchange the code, check the ID token, make the session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, TypeAlias

from starlette.responses import Response

from session_inspector.devserver.client.id_token import check_id_token
from session_inspector.devserver.client.relying_party import (
    RelyingParty,
    RequestContext,
    redirect,
    text_response,
)
from session_inspector.devserver.client.return_to import resolve_own_path
from session_inspector.devserver.client.tokens.token_sets import default_claims
from session_inspector.devserver.core.errors import InputError, InspectorError, OAuthError
from session_inspector.devserver.core.events.login import LoginFailed, LoginSucceeded
from session_inspector.devserver.core.values import Json, JsonObject, fingerprint
from session_inspector.devserver.session.policy import (
    CEILING_LEEWAY,
    ceiling_from_claim,
    epoch,
    part,
)

EXCHANGE_FAILED = "An error occurred while trying to exchange the authorization code."
Step = Literal["authorize", "state", "transaction", "exchange", "id_token", "callback"]

Connect: TypeAlias = Callable[[RequestContext, JsonObject, str], Awaitable[JsonObject]]
"""(context, transaction, base URL) to the connected account."""


class Refusal(InspectorError):
    """A step of the login failed; the message is the SDK's, `why` is ours."""

    def __init__(self, message: str, *, step: Step, code: str, why: str) -> None:
        super().__init__(message, code=code)
        self.step = step
        self.why = why


async def callback(rp: RelyingParty, context: RequestContext, connect: Connect) -> Response:
    """Finish a login: 307 to where it began; 500 with a text when a step fails.

    A transaction of /auth/connect is finished by `connect`; it changes no session.
    """
    query = context.request.query_params
    state = query.get("state", "")
    transaction = rp.transactions.load(context.jars, state) if state else None
    try:
        if not state:
            raise _no_state()
        if transaction is None:
            raise _no_transaction(rp, context, state)
        base_url = rp.config.base_url(context.request)
        if transaction.get("responseType") == "connect_code":
            return await _connected(rp, context, transaction, base_url, connect)
        session = await _session(rp, context, transaction, base_url)
    except (Refusal, InputError) as error:
        return await _refused(rp, context, error, transaction, state)
    response = await _answer(rp, None, transaction, base_url, session)
    saved = await finalize(rp, session, str(part(session, "tokenSet").get("idToken") or ""))
    await rp.engine.save(context.jars, saved, reason="login", is_new=True, cause=context.cause)
    rp.transactions.delete(context.jars, state)
    rp.publish(
        LoginSucceeded(
            at=rp.clock.now(),
            cause=context.cause,
            login=fingerprint(state),
            sub=str(part(session, "user").get("sub") or ""),
        )
    )
    return context.finish(response, no_cache=True)


async def _connected(
    rp: RelyingParty,
    context: RequestContext,
    transaction: JsonObject,
    base_url: str,
    connect: Connect,
) -> Response:
    try:
        account = await connect(context, transaction, base_url)
    except InspectorError as error:
        why = error.message
        raise Refusal(why, step="callback", code=error.code, why=why) from error
    session = await rp.engine.load(context.jars, cause=context.cause)
    response = await _answer(rp, None, transaction, base_url, session, account=account)
    rp.transactions.delete(context.jars, str(transaction.get("state")))
    return context.finish(response)


async def finalize(rp: RelyingParty, session: JsonObject, id_token: str) -> JsonObject:
    """Return the session as it is stored: by the hook, else with the default claims only.

    `internal` cannot be changed by the hook (spec §12).
    """
    hook = rp.config.before_session_saved
    if hook is not None:
        changed = await hook(session, id_token or None)
        return {**changed, "internal": session["internal"]}
    return {**session, "user": default_claims(part(session, "user"))}


async def _session(
    rp: RelyingParty, context: RequestContext, transaction: JsonObject, base_url: str
) -> JsonObject:
    query, config = context.request.query_params, rp.config
    try:
        await rp.issuer.metadata()
    except OAuthError as error:
        text = "Discovery failed for the OpenID Connect configuration."
        raise Refusal(text, step="exchange", code=error.code, why=error.message) from error
    if "error" in query:
        why = query.get("error_description", query["error"])
        text = "An error occurred during the authorization flow."
        raise Refusal(text, step="callback", code=query["error"], why=why)
    try:
        answer = await rp.token_endpoint.ask(
            {
                "grant_type": "authorization_code",
                "code": query.get("code", ""),
                "redirect_uri": config.authorization_parameters.get(
                    "redirect_uri", f"{base_url}{config.base_path}{config.routes.callback}"
                ),
                "code_verifier": str(transaction.get("codeVerifier", "")),
            },
            cause=context.cause,
        )
    except OAuthError as error:
        why = error.message
        raise Refusal(EXCHANGE_FAILED, step="exchange", code=error.code, why=why) from error
    claims = await _checked_claims(rp, answer, transaction)
    return _new_session(rp, answer, claims, transaction)


async def _checked_claims(
    rp: RelyingParty, answer: JsonObject, transaction: JsonObject
) -> JsonObject:
    try:
        claims = await check_id_token(rp, str(answer.get("id_token") or ""))
        if claims.get("nonce") != transaction.get("nonce"):
            raise OAuthError("its nonce is not the one this login sent", code="invalid_nonce")
        max_age, at = transaction.get("maxAge"), claims.get("auth_time")
        if isinstance(max_age, int) and isinstance(at, int):
            _check_age(rp, max_age, at)
    except OAuthError as error:
        why = error.message
        raise Refusal(EXCHANGE_FAILED, step="id_token", code=error.code, why=why) from error
    ceiling, issued = ceiling_from_claim(claims.get("session_expiry")), claims.get("iat")
    start = issued if isinstance(issued, int) else epoch(rp.clock.now())
    if ceiling is not None and ceiling <= start + CEILING_LEEWAY:
        text = "The session has expired and the user must re-authenticate."
        raise Refusal(text, step="id_token", code="session_expired", why=text)
    return claims


def _check_age(rp: RelyingParty, max_age: int, auth_time: int) -> None:
    if auth_time + max_age + 30 < rp.clock.now():
        raise OAuthError("the user authenticated longer ago than max_age", code="max_age")


def _new_session(
    rp: RelyingParty, answer: JsonObject, claims: JsonObject, transaction: JsonObject
) -> JsonObject:
    """Return the session, members in the SDK's order; what is absent is left out."""
    now = rp.clock.now()
    lifetime = answer.get("expires_in")
    expires = epoch(now) + int(lifetime) if isinstance(lifetime, (int, float)) else None
    tokens: dict[str, Json] = {
        "accessToken": answer["access_token"],
        "idToken": answer.get("id_token"),
        "scope": answer.get("scope"),
        "requestedScope": transaction.get("scope"),
        "audience": transaction.get("audience"),
        "refreshToken": answer.get("refresh_token"),
        "expiresAt": expires,
    }
    internal: JsonObject = {"sid": claims["sid"]} if "sid" in claims else {}
    internal["createdAt"] = epoch(now)
    ceiling = ceiling_from_claim(claims.get("session_expiry"))
    if ceiling is not None:
        internal["sessionExpiresAt"] = ceiling
    return {
        "user": claims,
        "tokenSet": {name: value for name, value in tokens.items() if value is not None},
        "internal": internal,
    }


async def _refused(
    rp: RelyingParty,
    context: RequestContext,
    error: Refusal | InputError,
    transaction: JsonObject | None,
    state: str,
) -> Response:
    step: Step = error.step if isinstance(error, Refusal) else "callback"
    rp.publish(
        LoginFailed(
            at=rp.clock.now(),
            cause=context.cause,
            login=fingerprint(state) if state else "",
            step=step,
            code=error.code,
            reason=error.why if isinstance(error, Refusal) else error.message,
        )
    )
    if transaction is not None:
        rp.transactions.delete(context.jars, state)
    return context.finish(await _answer(rp, error, transaction or {}, "", None))


async def _answer(
    rp: RelyingParty,
    error: InspectorError | None,
    transaction: JsonObject,
    base_url: str,
    session: JsonObject | None,
    *,
    account: JsonObject | None = None,
) -> Response:
    """Ask the app's own `on_callback`, else redirect or say what is wrong.

    The stored path is checked for its origin once more: it comes from a cookie.
    """
    path = str(transaction.get("returnTo") or rp.config.sign_in_return_to_path)
    if rp.config.on_callback is not None:
        kind = transaction.get("responseType") or "code"
        details: JsonObject = {"responseType": kind, "returnTo": path, "appBaseUrl": base_url}
        details |= {"connectedAccount": account} if account is not None else {}
        return await rp.config.on_callback(error, details, session)
    if error is not None:
        return text_response(error.message, 500)
    safe = resolve_own_path(path, base_url) or rp.config.sign_in_return_to_path
    return redirect(f"{base_url}{safe}")


def _no_state() -> Refusal:
    why = "the provider's answer carries no state: it was not made for this app"
    return Refusal("The state parameter is missing.", step="state", code="missing_state", why=why)


def _no_transaction(rp: RelyingParty, context: RequestContext, state: str) -> Refusal:
    name = rp.transactions.name_of(state)
    if context.jars.request.get(name) is None:
        why = (
            f"the browser sent no {name[:12]}… cookie: never stored (Secure on http, another host),"
            " used already, or older than an hour"
        )
    else:
        why = "the transaction cookie does not open: it has expired, or another secret sealed it"
    return Refusal(
        "The state parameter is invalid.", step="transaction", code="invalid_state", why=why
    )
