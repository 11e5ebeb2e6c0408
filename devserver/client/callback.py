"""/auth/callback: check state, exchange the code, check the ID token, make the session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.responses import Response

from session_inspector.devserver.client.discovery import ENDPOINT_MISSING
from session_inspector.devserver.client.failures import failure_response, report_login_failure
from session_inspector.devserver.client.id_token import check_id_token
from session_inspector.devserver.client.new_session import is_born_expired, make_session
from session_inspector.devserver.client.relying_party import (
    RelyingParty,
    RequestContext,
    redirect,
)
from session_inspector.devserver.client.tokens.token_sets import default_claims
from session_inspector.devserver.client.urls.app_urls import is_below, route_url
from session_inspector.devserver.client.urls.authorization_answer import (
    CallbackError,
    quote_provider,
    read_code,
)
from session_inspector.devserver.client.urls.query import read_first
from session_inspector.devserver.client.urls.return_to import resolve_own_path
from session_inspector.devserver.core.errors import (
    InputError,
    InspectorError,
    OAuthError,
    StoreUnavailable,
)
from session_inspector.devserver.core.events.login import LoginStep, LoginSucceeded
from session_inspector.devserver.core.numbers import is_number
from session_inspector.devserver.core.values import Json, JsonObject, fingerprint
from session_inspector.devserver.session.policy import part

# the SDK's texts
DISCOVERY_FAILED = "Discovery failed for the OpenID Connect configuration."
EXCHANGE_FAILED = "An error occurred while trying to exchange the authorization code."
NO_TOKEN_ENDPOINT = 'authorization server metadata does not contain a valid "as.token_endpoint"'
SESSION_EXPIRED = "The session has expired and the user must re-authenticate."
NO_STATE = "The state parameter is missing."
INVALID_STATE = "The state parameter is invalid."
# ours
STATE_ABSENT = "the provider's answer carries no state: it was not made for this app"
NOT_SENT = (
    "the browser sent no {name}… cookie: never stored (Secure on http, another host),"
    " used already, or older than an hour"
)
NOT_OPENED = "the transaction cookie does not open: it has expired, or another secret sealed it"

MAX_AGE_LEEWAY = 30
"""Seconds that an authentication may be older than max_age."""

Connect: TypeAlias = Callable[[RequestContext, JsonObject, str], Awaitable[JsonObject]]
"""(request, transaction, base URL) to the connected account."""


async def callback(rp: RelyingParty, context: RequestContext, connect: Connect) -> Response:
    """Finish a login: 307 to where it began; 500 with a text when a step fails.

    A transaction of /auth/connect is finished by `connect`; it changes no session.
    Raises: StoreUnavailable.
    """
    state = read_first(context.request.query_params, "state") or ""
    transaction: JsonObject | None = None
    if state:
        transaction = rp.transactions.load(context.jars, state)
    try:
        if transaction is None:
            raise _explain_no_transaction(rp, context, state)
        base_url = rp.config.base_url(context.request)
        if transaction.get("responseType") == "connect_code":
            return await _finish_connect(rp, context, transaction, base_url, connect)
        session = await _exchange_code(rp, context, transaction, base_url)
    except (CallbackError, InputError) as error:
        return await _fail(rp, context, error, transaction, state)
    try:
        return await _finish_login(rp, context, transaction, base_url, session)
    except StoreUnavailable as error:
        report_login_failure(rp, context, error, step="callback", login=fingerprint(state))
        raise


async def _finish_login(
    rp: RelyingParty,
    context: RequestContext,
    transaction: JsonObject,
    base_url: str,
    session: JsonObject,
) -> Response:
    state = str(transaction.get("state"))
    response = await _answer(rp, None, transaction, base_url, session)
    id_token = str(part(session, "tokenSet").get("idToken") or "")
    saved = await finalize(rp, session, id_token)
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


async def _finish_connect(
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
        raise CallbackError(why, step="callback", code=error.code, why=why) from error
    session = await rp.engine.load(context.jars, cause=context.cause)
    response = await _answer(rp, None, transaction, base_url, session, account=account)
    rp.transactions.delete(context.jars, str(transaction.get("state")))
    return context.finish(response)


async def finalize(rp: RelyingParty, session: JsonObject, id_token: str) -> JsonObject:
    """Return the session as it is stored: by the hook, else with the default claims only.

    `internal` cannot be changed by the hook (docs/sdk.md, Hooks).
    """
    hook = rp.config.before_session_saved
    if hook is not None:
        changed = await hook(session, id_token or None)
        return keep_internal(changed, session)
    return {**session, "user": default_claims(part(session, "user"))}


def keep_internal(changed: Mapping[str, Json], old: JsonObject) -> JsonObject:
    """Return what the app made of a session, with `internal` as it was; absent if it was."""
    if "internal" in old:
        return {**changed, "internal": old["internal"]}
    return {name: value for name, value in changed.items() if name != "internal"}


async def _exchange_code(
    rp: RelyingParty, context: RequestContext, transaction: JsonObject, base_url: str
) -> JsonObject:
    """Return the new session. Raises: CallbackError for the step that fails."""
    query = context.request.query_params
    try:
        metadata = await rp.issuer.metadata()
    except OAuthError as error:
        raise CallbackError(
            DISCOVERY_FAILED, step="exchange", code=error.code, why=error.message
        ) from error
    fields = {
        "grant_type": "authorization_code",
        "code": read_code(query, metadata, transaction.get("state")),
        "redirect_uri": rp.config.redirect_uri(base_url),
        "code_verifier": str(transaction.get("codeVerifier", "")),
    }
    try:
        answer = await rp.token_endpoint.ask(fields, cause=context.cause)
    except (OAuthError, InputError) as error:
        text = EXCHANGE_FAILED
        if error.code == ENDPOINT_MISSING:
            text = NO_TOKEN_ENDPOINT
        raise CallbackError(text, step="exchange", code=error.code, why=error.message) from error
    claims = await _check_claims(rp, answer, transaction)
    return make_session(answer, claims, transaction, rp.clock.now())


async def _check_claims(
    rp: RelyingParty, answer: JsonObject, transaction: JsonObject
) -> JsonObject:
    """Return the claims of the ID token, which belongs to this login and is fresh enough."""
    try:
        claims = await check_id_token(rp, str(answer.get("id_token") or ""))
        if claims.get("nonce") != transaction.get("nonce"):
            raise OAuthError("its nonce is not the one this login sent", code="invalid_nonce")
        _check_age(claims, transaction, rp.clock.now())
    except OAuthError as error:
        raise CallbackError(
            EXCHANGE_FAILED, step="id_token", code=error.code, why=error.message
        ) from error
    if is_born_expired(claims, rp.clock.now()):
        raise CallbackError(
            SESSION_EXPIRED, step="id_token", code="session_expired", why=SESSION_EXPIRED
        )
    return claims


def _check_age(claims: JsonObject, transaction: JsonObject, now: float) -> None:
    max_age = transaction.get("maxAge")
    auth_time = claims.get("auth_time")
    if not is_number(max_age):
        return
    if not is_number(auth_time):
        raise OAuthError("max_age was asked for, but it has no auth_time", code="max_age")
    if auth_time + max_age + MAX_AGE_LEEWAY < now:
        raise OAuthError("the user authenticated longer ago than max_age", code="max_age")


async def _fail(
    rp: RelyingParty,
    context: RequestContext,
    error: CallbackError | InputError,
    transaction: JsonObject | None,
    state: str,
) -> Response:
    """Publish why the login failed, delete its cookie, and answer."""
    step: LoginStep = "callback"
    why = error.message
    if isinstance(error, CallbackError):
        step = error.step
        why = error.why
    login = ""
    if state:
        login = fingerprint(state)
    report_login_failure(rp, context, error, step=step, login=login, why=why)
    if transaction is not None:
        rp.transactions.delete(context.jars, state)
    if rp.config.on_callback is not None:
        return context.finish(await _answer(rp, error, transaction or {}, "", None))
    return context.finish(failure_response(rp, context, error.message, error, why=why))


async def _answer(
    rp: RelyingParty,
    error: InspectorError | None,
    transaction: JsonObject,
    base_url: str,
    session: JsonObject | None,
    *,
    account: JsonObject | None = None,
) -> Response:
    """Call the app's own `on_callback`, else redirect or answer with the error's text.

    The stored path is checked for its origin once more: it comes from a cookie.
    """
    path = str(transaction.get("returnTo") or rp.config.sign_in_return_to_path)
    if rp.config.on_callback is not None:
        details: JsonObject = {
            "responseType": transaction.get("responseType") or "code",
            "returnTo": path,
            "appBaseUrl": base_url,
        }
        if account is not None:
            details["connectedAccount"] = account
        return await rp.config.on_callback(error, details, session)
    safe = resolve_own_path(path, base_url) or rp.config.sign_in_return_to_path
    base_path = rp.config.base_path
    if is_below(safe, base_path) and not rp.config.compat:
        base_path = ""  # the SDK would write it twice
    return redirect(route_url(safe, base_url, base_path))


def _explain_no_transaction(rp: RelyingParty, context: RequestContext, state: str) -> CallbackError:
    told = quote_provider(context.request.query_params)
    if not state:
        return CallbackError(NO_STATE, step="state", code="missing_state", why=STATE_ABSENT + told)
    name = rp.transactions.name_of(state)
    why = NOT_OPENED
    if context.jars.request.get(name) is None:
        why = NOT_SENT.format(name=name[:12])
    return CallbackError(INVALID_STATE, step="transaction", code="invalid_state", why=why + told)
