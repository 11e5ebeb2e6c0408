"""/auth/login: redirect to the provider, with state, nonce and PKCE in a transaction cookie."""

from __future__ import annotations

import re
from collections.abc import Mapping

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from starlette.requests import Request
from starlette.responses import Response

from session_inspector.devserver.client.failures import failure_response, report_login_failure
from session_inspector.devserver.client.relying_party import (
    RelyingParty,
    RequestContext,
    add_query,
    redirect,
    text_response,
)
from session_inspector.devserver.client.urls.return_to import resolve_own_path
from session_inspector.devserver.core.errors import InputError, OAuthError
from session_inspector.devserver.core.events.login import LoginStarted
from session_inspector.devserver.core.values import JsonObject, fingerprint

FIXED = frozenset(
    {"client_id", "redirect_uri", "response_type", "code_challenge", "code_challenge_method"}
    | {"state", "nonce"}
)
"""Parameters a query cannot override."""
OWN = frozenset({"returnTo", "challengeMode"})
"""Parameters of the query that are not passed on to the provider."""
FAILED = "An error occurred while trying to initiate the login request."
LONGEST = 2048
"""Bytes of returnTo, scope and audience that a transaction keeps."""
_WHOLE = re.compile(r"[0-9]{1,15}")


async def login(rp: RelyingParty, context: RequestContext) -> Response:
    """Start a login: 307 to the provider; 204 for a prefetch, 400 and 500 with a text."""
    request = context.request
    if is_prefetch(request):
        return Response(status_code=204, headers={"cache-control": "no-store"})
    query = dict(request.query_params)  # of repeated ones the last, as in the SDK
    problem = _find_problem(query)
    if problem:
        report_login_failure(rp, context, OAuthError(problem), step="authorize")
        return text_response(problem, 400)
    try:
        base_url = rp.config.base_url(request)
        endpoint = await rp.issuer.required_endpoint("authorization_endpoint")
    except (OAuthError, InputError) as error:
        report_login_failure(rp, context, error, step="authorize")
        return failure_response(rp, context, FAILED, error)
    parameters = _make_parameters(rp, query, base_url)
    transaction = _make_transaction(rp, parameters, query.get("returnTo"), base_url)
    parameters |= _proof_parameters(transaction)
    rp.transactions.save(context.jars, transaction)
    _report_started(rp, context, transaction)
    return context.finish(redirect(add_query(endpoint, parameters)))


def _find_problem(query: Mapping[str, str]) -> str:
    """Return why a login cannot begin, mostly in the SDK's words; empty: it can."""
    mode = query.get("challengeMode", "")
    if mode not in ("", "redirect", "popup"):
        known = "Expected 'redirect', 'popup', or omit."
        return f"Invalid challengeMode query param: {mode}. {known}"
    max_age = query.get("max_age")
    if max_age is not None and not _WHOLE.fullmatch(max_age):
        return f'Invalid max_age query param: "{max_age}". Must be a non-negative integer.'
    return ""


def is_prefetch(request: Request) -> bool:
    """Return whether a browser or framework only prefetches (docs/sdk.md, Routes)."""
    headers = request.headers
    if headers.get("next-router-prefetch", "") not in ("", "0", "false"):
        return True
    if headers.get("purpose") == "prefetch":
        return True
    if headers.get("x-middleware-prefetch") == "1":
        return True
    purpose = headers.get("sec-purpose", "")
    return "prefetch" in purpose and "prerender" not in purpose


def _make_parameters(rp: RelyingParty, query: dict[str, str], base_url: str) -> dict[str, str]:
    """Return the authorization parameters: configured, of the query, and those nobody changes."""
    asked = {name: value for name, value in query.items() if name not in OWN}
    merged = {**rp.config.authorization_parameters, **asked}
    if "scope" not in asked:
        merged["scope"] = rp.config.scope_of(merged.get("audience", ""))
    parameters = {name: value for name, value in merged.items() if name not in FIXED}
    if rp.config.scopes and not parameters["scope"]:
        del parameters["scope"]  # an audience that no scope is configured for
    parameters["client_id"] = rp.config.client_id
    parameters["redirect_uri"] = rp.config.redirect_uri(base_url)
    parameters["response_type"] = "code"
    return parameters


def _proof_parameters(transaction: JsonObject) -> dict[str, str]:
    """Return what ties the provider's answer to this login: PKCE, state, nonce."""
    verifier = str(transaction["codeVerifier"])
    return {
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
        "state": str(transaction["state"]),
        "nonce": str(transaction["nonce"]),
    }


def _make_transaction(
    rp: RelyingParty, parameters: dict[str, str], return_to: str | None, base_url: str
) -> JsonObject:
    """Return what /callback needs, members in the SDK's order (docs/sdk.md, Logins under way)."""
    # made in the SDK's order, so that seeded runs agree
    verifier = rp.new_secret()
    state = rp.new_secret()
    nonce = rp.new_secret()
    found: JsonObject = {"nonce": nonce}
    if "max_age" in parameters:
        found["maxAge"] = int(parameters["max_age"])
    found["codeVerifier"] = verifier
    found["responseType"] = "code"
    found["state"] = state
    found["returnTo"] = _choose_return_to(rp, return_to, base_url)
    for name in ("scope", "audience"):
        value = parameters.get(name)
        if value is not None and len(value.encode()) <= LONGEST:
            found[name] = value
    return found


def _choose_return_to(rp: RelyingParty, return_to: str | None, base_url: str) -> str:
    default = rp.config.sign_in_return_to_path
    if not return_to:
        return default
    path = resolve_own_path(return_to, base_url) or default
    if len(path.encode()) > LONGEST:
        return default
    return path


def _report_started(rp: RelyingParty, context: RequestContext, transaction: JsonObject) -> None:
    state = str(transaction["state"])
    rp.publish(
        LoginStarted(
            at=rp.clock.now(),
            cause=context.cause,
            login=fingerprint(state),
            transaction_cookie=rp.transactions.name_of(state),
            return_to=str(transaction["returnTo"]),
        )
    )
