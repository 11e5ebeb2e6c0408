"""/auth/connect: link an account of another identity provider to the user (My Account API)."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from starlette.datastructures import QueryParams
from starlette.responses import Response

from session_inspector.devserver.client.access_tokens import AccessTokens
from session_inspector.devserver.client.failures import report_step_failure
from session_inspector.devserver.client.mfa import MfaRequired
from session_inspector.devserver.client.relying_party import (
    RelyingParty,
    RequestContext,
    add_query,
    json_response,
    redirect,
    text_response,
)
from session_inspector.devserver.client.tokens.failures import AccessTokenError
from session_inspector.devserver.client.tokens.token_sets import Retrieved
from session_inspector.devserver.client.upstream import authorization_header
from session_inspector.devserver.client.urls.query import read_first
from session_inspector.devserver.client.urls.reach import explain_failure
from session_inspector.devserver.client.urls.return_to import resolve_own_path
from session_inspector.devserver.core.errors import InputError, InspectorError
from session_inspector.devserver.core.json.reading import read_json
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.session.policy import part

SCOPE = "create:me:connected_accounts"
VERBS = {"connect": "initiate", "complete": "complete"}
"""What the SDK calls each step of the API in its messages."""
OWN = ("connection", "returnTo", "scopes")
"""Query parameters that are not authorization parameters."""


NO_CONNECTION = "A connection is required."
NO_TOKEN = "Failed to retrieve a connected account access token."


class ConnectError(InspectorError):
    """The My Account API refused a step; `status` is its HTTP status."""

    def __init__(self, message: str, *, code: str, status: int = 500, why: str = "") -> None:
        super().__init__(message, code=code)
        self.status = status
        self.why = why or message
        """The API's own words, where it has any."""


@dataclass(frozen=True, slots=True)
class AccountLinking:
    """Start and end of the flow."""

    rp: RelyingParty
    tokens: AccessTokens

    async def start(self, context: RequestContext) -> Response:
        """Send the browser to link an account: 307; 400, 401, 403, 500 or the API's status."""
        query = context.request.query_params
        if not read_first(query, "connection"):
            return self._refuse(
                context, ConnectError(NO_CONNECTION, code="no_connection", status=400)
            )
        try:
            token, is_saved, _ = await self._get_token(context)
        except MfaRequired as error:
            return context.finish(json_response(error.body(), 403), no_cache=True)
        except AccessTokenError as error:
            text = NO_TOKEN
            if error.code == "missing_session":
                text = error.message
            return self._refuse(context, ConnectError(text, code=error.code, status=401))
        try:
            url = await self._open_ticket(context, token)
        except (ConnectError, InputError) as error:
            return self._refuse(context, error)
        return context.finish(redirect(url), no_cache=is_saved)

    def _refuse(self, context: RequestContext, error: ConnectError | InputError) -> Response:
        """Report why no account is linked, and answer."""
        status = 500
        why = error.message
        if isinstance(error, ConnectError):
            status = error.status
            why = error.why
        report_step_failure(self.rp, context, error, step="connect", why=why)
        return text_response(error.message, status)

    async def complete(
        self, context: RequestContext, transaction: JsonObject, base_url: str
    ) -> JsonObject:
        """Return the connected account of a callback with `connect_code`.

        Raises: ConnectError; AccessTokenError; MfaRequired.
        """
        token, _, _ = await self._get_token(context)
        return await self._post(
            "complete",
            token,
            {
                "auth_session": transaction.get("authSession"),
                "connect_code": read_first(context.request.query_params, "connect_code"),
                "redirect_uri": self._redirect_uri(base_url),
                "code_verifier": transaction.get("codeVerifier"),
            },
        )

    async def _get_token(self, context: RequestContext) -> Retrieved:
        audience = self.rp.issuer.below("me/")
        return await self.tokens.get(context, audience=audience, scope=SCOPE)

    async def _open_ticket(self, context: RequestContext, token: JsonObject) -> str:
        """Request a ticket, keep the transaction, return where to send the browser."""
        base_url = self.rp.config.base_url(context.request)
        verifier = self.rp.new_secret()
        state = self.rp.new_secret()
        body = self._make_request(context.request.query_params, base_url, verifier, state)
        answer = await self._post("connect", token, body)
        transaction: JsonObject = {
            "codeVerifier": verifier,
            "responseType": "connect_code",
            "state": state,
            "returnTo": self._read_return_to(context, base_url),
            "authSession": answer.get("auth_session"),
        }
        self.rp.transactions.save(context.jars, transaction)
        ticket = part(answer, "connect_params").get("ticket")
        return add_query(str(answer.get("connect_uri", "")), {"ticket": str(ticket)})

    def _make_request(
        self, query: QueryParams, base_url: str, verifier: str, state: str
    ) -> JsonObject:
        body: JsonObject = {
            "connection": read_first(query, "connection"),
            "redirect_uri": self._redirect_uri(base_url),
            "state": state,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        scopes: list[Json] = [*query.getlist("scopes")]
        if scopes:
            body["scopes"] = scopes
        body["authorization_params"] = {
            name: value for name, value in query.items() if name not in OWN
        }
        return body

    def _read_return_to(self, context: RequestContext, base_url: str) -> str:
        wanted = read_first(context.request.query_params, "returnTo")
        default = self.rp.config.sign_in_return_to_path
        if not wanted:
            return default
        return resolve_own_path(wanted, base_url) or default

    async def _post(self, step: str, token: JsonObject, body: JsonObject) -> JsonObject:
        verb = VERBS[step]
        code = f"failed_to_{verb}"
        url = self.rp.issuer.below(f"me/v1/connected-accounts/{step}")
        try:
            async with httpx.AsyncClient(
                transport=self.rp.token_endpoint.transport, trust_env=False
            ) as http:
                answer = await http.post(url, json=body, headers=authorization_header(token))
            found: Json = {}
            if answer.content:
                found = read_json(answer.content)
        except (httpx.HTTPError, ValueError) as error:
            text = f"An unexpected error occurred while trying to {verb} the connect account flow."
            raise ConnectError(text, code=code, why=explain_failure(url, error)) from error
        if not answer.is_success or not isinstance(found, dict):
            text = (
                f"The request to {verb} the connect account flow failed with status"
                f" {answer.status_code}."
            )
            why = f"{text} {_read_words(found)}"
            raise ConnectError(text, code=code, status=answer.status_code, why=why)
        return found

    def _redirect_uri(self, base_url: str) -> str:
        config = self.rp.config
        return config.route_url(config.routes.callback, base_url)


def _read_words(found: Json) -> str:
    """Return what an API says of its refusal (RFC 9457, RFC 6749), empty when it says nothing."""
    if not isinstance(found, dict):
        return ""
    words = [found.get(name) for name in ("error", "error_description", "title", "detail")]
    return ": ".join(word for word in words if isinstance(word, str) and word)
