"""The provider's token and revocation endpoints, with the client's authentication."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlencode

import httpx

from session_inspector.devserver.client.authlib_client import (
    AsyncOAuth2Client,
    AuthlibError,
    ClientAuth,
)
from session_inspector.devserver.client.configuration import Configuration
from session_inspector.devserver.client.discovery import Issuer
from session_inspector.devserver.client.tokens.answer import read_token_answer
from session_inspector.devserver.client.tokens.assertion import client_assertion
from session_inspector.devserver.client.tokens.client_authentication import (
    Method,
    basic_header,
    choose_method,
)
from session_inspector.devserver.client.urls.reach import explain_failure
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.correlation import EXCHANGE
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.json.reading import NO_JSON, read_json
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.masking import LONGEST_CODE, mask_words
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.session.policy import part

ODD_ANSWER = (*NO_JSON, ArithmeticError, AttributeError, LookupError, TypeError)
"""What Authlib raises for an answer that is a list, or whose expires_in is an object or 1e400."""
CREDENTIALS = ("code", "code_verifier", "refresh_token", "subject_token")
"""Fields of a grant that its refusal must not repeat."""
Hook: TypeAlias = Callable[[httpx.Response], httpx.Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenEndpoint:
    """Grants and revocation of one client at one issuer."""

    config: Configuration
    issuer: Issuer
    transport: httpx.AsyncBaseTransport
    """Sends the requests; with DPoP it adds a proof to each."""
    clock: Clock

    async def ask(self, fields: Mapping[str, str], *, cause: str = "") -> JsonObject:
        """Post a grant, through Authlib; `cause` is the exchange that needs it.

        Raises: OAuthError with the provider's code and its whole answer as `body`.
        """
        url = await self._find_url()
        refusals: list[JsonObject] = []
        client = self._make_client(await self._choose_method(), cause)
        client.register_compliance_hook("access_token_response", _keep_refusals(refusals))
        try:
            answer = await client.fetch_token(url, **fields, **self._make_assertion())
        except AuthlibError as error:
            body: JsonObject = {}
            if refusals:
                body = refusals[0]
            raise self._refuse(str(error.error), error.description, fields, body) from error
        except OAuthError as error:
            raise self._refuse(error.code, error.message, fields, {}) from error
        except (httpx.HTTPError, *ODD_ANSWER) as error:
            raise OAuthError(explain_failure(url, error), code="token_endpoint_error") from error
        return dict(answer)

    def _refuse(
        self, code: str, description: Json, fields: Mapping[str, str], body: JsonObject
    ) -> OAuthError:
        """Return a refusal in the provider's own words, without what was sent to it."""
        hidden = [fields[name] for name in CREDENTIALS if name in fields]
        hidden.append(self.config.client_secret)
        return OAuthError(
            mask_words(str(description or code), hidden=hidden),
            code=mask_words(code, hidden=hidden, longest=LONGEST_CODE),
            body=body,
        )

    async def revoke(self, refresh_token: str, *, cause: str = "") -> None:
        """Revoke a refresh token (RFC 7009), if the provider can. Raises: OAuthError."""
        url = await self.issuer.endpoint("revocation_endpoint")
        if not url:
            return
        data = {"token_type_hint": "refresh_token", "token": refresh_token}
        data |= self._make_assertion()
        transport = ExchangeNamingTransport(self.transport, cause)
        request = self._authenticate(await self._choose_method(), data)
        try:
            async with httpx.AsyncClient(transport=transport, trust_env=False) as http:
                answer = await http.post(url, data=request.fields, headers=request.headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise OAuthError(explain_failure(url, error), code="revocation_error") from error
        if not answer.is_success:
            raise OAuthError(f"{url} answered {answer.status_code}", code="revocation_error")

    async def _choose_method(self) -> Method:
        return choose_method(self.config, await self.issuer.metadata())

    def _authenticate(self, method: Method, fields: Mapping[str, str]) -> _Authenticated:
        """Return a form and headers that prove the client."""
        config = self.config
        if method == "client_secret_basic":
            header = basic_header(config.client_id, config.client_secret)
            return _Authenticated(fields, {"authorization": header})
        own = {"client_id": config.client_id}
        if method == "client_secret_post":
            own["client_secret"] = config.client_secret
        return _Authenticated({**fields, **own}, {})

    def _make_client(self, method: Method, cause: str) -> AsyncOAuth2Client:
        config = self.config
        client = AsyncOAuth2Client(
            config.client_id,
            config.client_secret if method != "none" else None,
            token_endpoint_auth_method=method,
            transport=ExchangeNamingTransport(self.transport, cause),
            trust_env=False,
        )
        client.token_endpoint_auth_method = _send_in_form
        if method == "client_secret_basic":
            client.token_endpoint_auth_method = _send_basic
        return client

    def _make_assertion(self) -> dict[str, str]:
        if not self.config.assertion_key:
            return {}
        return client_assertion(self.config, self.issuer.identifier, int(self.clock.now()))

    async def _find_url(self) -> str:
        """Return the endpoint; with mTLS its alias (RFC 8705 §5).

        Raises: OAuthError when mTLS is on and the provider names no alias.
        """
        if not self.config.mtls:
            return await self.issuer.required_endpoint("token_endpoint")
        aliases = part(await self.issuer.metadata(), "mtls_endpoint_aliases")
        url = aliases.get("token_endpoint")
        if not isinstance(url, str):
            raise OAuthError(
                "mTLS is on, but the provider's discovery document names no"
                " mtls_endpoint_aliases.token_endpoint. Fix: enable mTLS at the provider",
                code="mtls_endpoint_aliases_missing",
            )
        return url


@dataclass(frozen=True, slots=True)
class _Authenticated:
    """What a request to an endpoint consists of, the client's proof included."""

    fields: Mapping[str, str]
    headers: Mapping[str, str]


def _send_basic(
    client: ClientAuth, method: str, uri: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """Send the secret in the header, as Authlib calls it; its own does not encode id and secret."""
    headers["Authorization"] = basic_header(client.client_id, client.client_secret)
    return uri, headers, body


def _send_in_form(
    client: ClientAuth, method: str, uri: str, headers: dict[str, str], body: str | bytes
) -> tuple[str, dict[str, str], str]:
    """Send the id, and the secret if there is one, in the form.

    Authlib's own reads the form again, as ASCII: a code or scope with other letters fails there.
    """
    own = {"client_id": client.client_id}
    if client.client_secret:
        own["client_secret"] = client.client_secret
    if isinstance(body, bytes):
        body = body.decode()
    whole = f"{body}&{urlencode(own)}"
    if "Content-Length" in headers:
        headers["Content-Length"] = str(len(whole))
    return uri, headers, whole


class ExchangeNamingTransport(httpx.AsyncBaseTransport):
    """Adds the id of an exchange to its requests: as an extension, not as a header."""

    def __init__(self, inner: httpx.AsyncBaseTransport, cause: str) -> None:
        self._inner = inner
        self._cause = cause

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request as it is."""
        if self._cause:
            request.extensions = {**request.extensions, EXCHANGE: self._cause}
        return await self._inner.handle_async_request(request)


class SharedTransport(httpx.AsyncBaseTransport):
    """Sends through a client that its caller owns and closes."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request as it is."""
        return await self._http.send(request, stream=True, follow_redirects=False)


def _keep_refusals(kept: list[JsonObject]) -> Hook:
    """Return an Authlib hook that keeps the bodies of refusals, which its error leaves out.

    It hands on what the SDK takes of a grant's answer, and refuses what the SDK refuses.
    """

    def keep(response: httpx.Response) -> httpx.Response:
        if response.status_code == httpx.codes.OK:
            return _rewrite(response)
        body: Json = None
        with suppress(ValueError):
            body = read_json(response.content)
        if response.is_client_error and isinstance(body, dict) and body.get("error"):
            _check_challenge(response, body)
            kept.append(body)
            return response
        response.raise_for_status()
        raise ValueError(f"it answered {response.status_code}, which is no grant and no error")

    return keep


def _check_challenge(response: httpx.Response, body: JsonObject) -> None:
    """Check that who asks for a second factor does not ask for authentication of the client.

    A challenge counts before the body's error, as in the SDK: nobody can finish a step-up by it.
    Raises: OAuthError.
    """
    if body["error"] == "mfa_required" and "www-authenticate" in response.headers:
        raise OAuthError(
            f"it answered {response.status_code} with a WWW-Authenticate challenge",
            code="client_challenged",
        )


def _rewrite(response: httpx.Response) -> httpx.Response:
    """Return the response with the checked answer only: Authlib stumbles over the rest."""
    answer = read_token_answer(response.content)
    content = strict_json(answer).encode()
    return httpx.Response(response.status_code, content=content, request=response.request)
