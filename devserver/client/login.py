"""/auth/login: off to the provider, with state, nonce and PKCE in a transaction cookie."""

from __future__ import annotations

import re

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from starlette.requests import Request
from starlette.responses import Response

from session_inspector.devserver.client.configuration import DEFAULT_SCOPE
from session_inspector.devserver.client.relying_party import (
    RelyingParty,
    RequestContext,
    add_query,
    redirect,
    text_response,
)
from session_inspector.devserver.client.return_to import resolve_own_path
from session_inspector.devserver.core.errors import InputError, OAuthError
from session_inspector.devserver.core.events.login import LoginFailed, LoginStarted
from session_inspector.devserver.core.values import JsonObject, fingerprint

FIXED = frozenset(
    {"client_id", "redirect_uri", "response_type", "code_challenge", "code_challenge_method"}
    | {"state", "nonce"}
)
"""Parameters a query cannot override."""
LONGEST = 2048
"""Bytes of returnTo, scope and audience that a transaction keeps."""
_WHOLE = re.compile(r"[0-9]+")


async def login(rp: RelyingParty, context: RequestContext) -> Response:
    """Start a login: 307 to the provider; 204 for a prefetch, 400 and 500 with a text."""
    request = context.request
    if is_prefetch(request):
        return Response(status_code=204, headers={"cache-control": "no-store"})
    query = dict(request.query_params)
    max_age = query.get("max_age")
    if max_age is not None and not _WHOLE.fullmatch(max_age):
        text = f'Invalid max_age query param: "{max_age}". Must be a non-negative integer.'
        return text_response(text, 400)
    try:
        base_url = rp.config.base_url(request)
        endpoint = await rp.issuer.endpoint("authorization_endpoint")
    except (OAuthError, InputError) as error:
        _failed(rp, context, error)
        return text_response("An error occurred while trying to initiate the login request.", 500)
    parameters = _parameters(rp, query, base_url)
    transaction = _transaction(rp, parameters, query.get("returnTo"), base_url)
    verifier = str(transaction["codeVerifier"])
    parameters["code_challenge"] = create_s256_code_challenge(verifier)
    parameters["code_challenge_method"] = "S256"
    parameters["state"] = str(transaction["state"])
    parameters["nonce"] = str(transaction["nonce"])
    rp.transactions.save(context.jars, transaction)
    _started(rp, context, transaction)
    return context.finish(redirect(add_query(endpoint, parameters)))


def is_prefetch(request: Request) -> bool:
    """Say whether a browser or framework only looks ahead (spec §9)."""
    headers = request.headers
    purpose = headers.get("sec-purpose", "")
    return (
        headers.get("next-router-prefetch", "") not in ("", "0", "false")
        or headers.get("purpose") == "prefetch"
        or ("prefetch" in purpose and "prerender" not in purpose)
        or headers.get("x-middleware-prefetch") == "1"
    )


def _parameters(rp: RelyingParty, query: dict[str, str], base_url: str) -> dict[str, str]:
    config = rp.config
    parameters = {"scope": DEFAULT_SCOPE, **config.authorization_parameters}
    asked = {k: v for k, v in query.items() if k not in ("returnTo", "challengeMode")}
    parameters = {k: v for k, v in {**parameters, **asked}.items() if k not in FIXED}
    callback = f"{base_url}{config.base_path}{config.routes.callback}"
    return {
        **parameters,
        "client_id": config.client_id,
        "redirect_uri": config.authorization_parameters.get("redirect_uri", callback),
        "response_type": "code",
    }


def _transaction(
    rp: RelyingParty, parameters: dict[str, str], return_to: str | None, base_url: str
) -> JsonObject:
    """Return what /callback needs, members in the SDK's order (spec §8)."""
    default = rp.config.sign_in_return_to_path
    path = resolve_own_path(return_to, base_url) if return_to else None
    if path is None or len(path.encode()) > LONGEST:
        path = default
    # the order of making is the SDK's, so that seeded runs agree
    verifier, state, nonce = (rp.new_secret() for _ in range(3))
    max_age = parameters.get("max_age")
    found: JsonObject = {"nonce": nonce}
    if max_age is not None:
        found["maxAge"] = int(max_age)
    found |= {"codeVerifier": verifier, "responseType": "code", "state": state, "returnTo": path}
    for name in ("scope", "audience"):
        value = parameters.get(name)
        if value is not None and len(value.encode()) <= LONGEST:
            found[name] = value
    return found


def _started(rp: RelyingParty, context: RequestContext, transaction: JsonObject) -> None:
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


def _failed(rp: RelyingParty, context: RequestContext, error: OAuthError | InputError) -> None:
    rp.publish(
        LoginFailed(
            at=rp.clock.now(),
            cause=context.cause,
            login="",
            step="authorize",
            code=error.code,
            reason=error.message,
        )
    )
