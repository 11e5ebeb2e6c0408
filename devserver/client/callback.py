"""/auth/callback: check state, exchange the code, check the ID token, make the session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, TypeAlias

from starlette.responses import Response

from session_inspector.devserver.client.id_token import claims_of
from session_inspector.devserver.client.relying_party import Party, Visit, plain, redirect
from session_inspector.devserver.client.return_to import own_path
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

Connect: TypeAlias = Callable[[Visit, JsonObject, str], Awaitable[JsonObject]]
"""(visit, transaction, base URL) to the connected account."""


class Refusal(InspectorError):
    """A step of the login failed; the message is the SDK's, `why` is ours."""

    def __init__(self, message: str, *, step: Step, code: str, why: str) -> None:
        super().__init__(message, code=code)
        self.step = step
        self.why = why


async def callback(party: Party, visit: Visit, connect: Connect) -> Response:
    """Finish a login: 307 to where it began; 500 with a text when a step fails.

    A transaction of /auth/connect is finished by `connect`; it changes no session.
    """
    query = visit.request.query_params
    state = query.get("state", "")
    transaction = party.transactions.load(visit.jars, state) if state else None
    try:
        if not state:
            raise _no_state()
        if transaction is None:
            raise _no_transaction(party, visit, state)
        base_url = party.config.base_url(visit.request)
        if transaction.get("responseType") == "connect_code":
            return await _connected(party, visit, transaction, base_url, connect)
        session = await _session(party, visit, transaction, base_url)
    except (Refusal, InputError) as error:
        return await _refused(party, visit, error, transaction, state)
    response = await _answer(party, None, transaction, base_url, session)
    saved = await finalize(party, session, str(part(session, "tokenSet").get("idToken") or ""))
    await party.engine.save(visit.jars, saved, reason="login", is_new=True, cause=visit.cause)
    party.transactions.delete(visit.jars, state)
    party.publish(
        LoginSucceeded(
            at=party.clock.now(),
            cause=visit.cause,
            login=fingerprint(state),
            sub=str(part(session, "user").get("sub") or ""),
        )
    )
    return visit.finish(response, no_cache=True)


async def _connected(
    party: Party, visit: Visit, transaction: JsonObject, base_url: str, connect: Connect
) -> Response:
    try:
        account = await connect(visit, transaction, base_url)
    except InspectorError as error:
        why = error.message
        raise Refusal(why, step="callback", code=error.code, why=why) from error
    session = await party.engine.load(visit.jars, cause=visit.cause)
    response = await _answer(party, None, transaction, base_url, session, account=account)
    party.transactions.delete(visit.jars, str(transaction.get("state")))
    return visit.finish(response)


async def finalize(party: Party, session: JsonObject, id_token: str) -> JsonObject:
    """Return the session as it is stored: by the hook, else with the default claims only.

    `internal` cannot be changed by the hook (spec §12).
    """
    hook = party.config.before_session_saved
    if hook is not None:
        changed = await hook(session, id_token or None)
        return {**changed, "internal": session["internal"]}
    return {**session, "user": default_claims(part(session, "user"))}


async def _session(
    party: Party, visit: Visit, transaction: JsonObject, base_url: str
) -> JsonObject:
    query, config = visit.request.query_params, party.config
    try:
        await party.issuer.metadata()
    except OAuthError as error:
        text = "Discovery failed for the OpenID Connect configuration."
        raise Refusal(text, step="exchange", code=error.code, why=error.message) from error
    if "error" in query:
        why = query.get("error_description", query["error"])
        text = "An error occurred during the authorization flow."
        raise Refusal(text, step="callback", code=query["error"], why=why)
    try:
        answer = await party.token_endpoint.ask(
            {
                "grant_type": "authorization_code",
                "code": query.get("code", ""),
                "redirect_uri": config.authorization_parameters.get(
                    "redirect_uri", f"{base_url}{config.base_path}{config.routes.callback}"
                ),
                "code_verifier": str(transaction.get("codeVerifier", "")),
            },
            cause=visit.cause,
        )
    except OAuthError as error:
        why = error.message
        raise Refusal(EXCHANGE_FAILED, step="exchange", code=error.code, why=why) from error
    claims = await _checked_claims(party, answer, transaction)
    return _new_session(party, answer, claims, transaction)


async def _checked_claims(party: Party, answer: JsonObject, transaction: JsonObject) -> JsonObject:
    try:
        claims = await claims_of(party, str(answer.get("id_token") or ""))
        if claims.get("nonce") != transaction.get("nonce"):
            raise OAuthError("its nonce is not the one this login sent", code="invalid_nonce")
        max_age, at = transaction.get("maxAge"), claims.get("auth_time")
        if isinstance(max_age, int) and isinstance(at, int):
            _check_age(party, max_age, at)
    except OAuthError as error:
        why = error.message
        raise Refusal(EXCHANGE_FAILED, step="id_token", code=error.code, why=why) from error
    ceiling, issued = ceiling_from_claim(claims.get("session_expiry")), claims.get("iat")
    start = issued if isinstance(issued, int) else epoch(party.clock.now())
    if ceiling is not None and ceiling <= start + CEILING_LEEWAY:
        text = "The session has expired and the user must re-authenticate."
        raise Refusal(text, step="id_token", code="session_expired", why=text)
    return claims


def _check_age(party: Party, max_age: int, auth_time: int) -> None:
    if auth_time + max_age + 30 < party.clock.now():
        raise OAuthError("the user authenticated longer ago than max_age", code="max_age")


def _new_session(
    party: Party, answer: JsonObject, claims: JsonObject, transaction: JsonObject
) -> JsonObject:
    """Return the session, members in the SDK's order; what is absent is left out."""
    now = party.clock.now()
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
    party: Party,
    visit: Visit,
    error: Refusal | InputError,
    transaction: JsonObject | None,
    state: str,
) -> Response:
    step: Step = error.step if isinstance(error, Refusal) else "callback"
    party.publish(
        LoginFailed(
            at=party.clock.now(),
            cause=visit.cause,
            login=fingerprint(state) if state else "",
            step=step,
            code=error.code,
            reason=error.why if isinstance(error, Refusal) else error.message,
        )
    )
    if transaction is not None:
        party.transactions.delete(visit.jars, state)
    return visit.finish(await _answer(party, error, transaction or {}, "", None))


async def _answer(
    party: Party,
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
    path = str(transaction.get("returnTo") or party.config.sign_in_return_to_path)
    if party.config.on_callback is not None:
        kind = transaction.get("responseType") or "code"
        context: JsonObject = {"responseType": kind, "returnTo": path, "appBaseUrl": base_url}
        context |= {"connectedAccount": account} if account is not None else {}
        return await party.config.on_callback(error, context, session)
    if error is not None:
        return plain(error.message, 500)
    safe = own_path(path, base_url) or party.config.sign_in_return_to_path
    return redirect(f"{base_url}{safe}")


def _no_state() -> Refusal:
    why = "the provider's answer carries no state: it was not made for this app"
    return Refusal("The state parameter is missing.", step="state", code="missing_state", why=why)


def _no_transaction(party: Party, visit: Visit, state: str) -> Refusal:
    name = party.transactions.name_of(state)
    if visit.jars.request.get(name) is None:
        why = (
            f"the browser sent no {name[:12]}… cookie: never stored (Secure on http, another host),"
            " used already, or older than an hour"
        )
    else:
        why = "the transaction cookie does not open: it has expired, or another secret sealed it"
    return Refusal(
        "The state parameter is invalid.", step="transaction", code="invalid_state", why=why
    )
