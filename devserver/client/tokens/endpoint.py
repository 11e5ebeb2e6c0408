"""The provider's token and revocation endpoints, asked with the client's proof of who it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import httpx

from session_inspector.devserver.client.authlib_client import AsyncOAuth2Client, AuthlibError
from session_inspector.devserver.client.configuration import Configuration
from session_inspector.devserver.client.discovery import Issuer
from session_inspector.devserver.client.tokens.assertion import client_assertion
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.correlation import EXCHANGE
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.values import Json, JsonObject

"""Extension of a request that names the exchange it is made for. It stays in this process: only a
transport or hook that looks for it makes more of it."""
Hook: TypeAlias = Callable[[httpx.Response], httpx.Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenEndpoint:
    """Grants and revocation of one client at one issuer."""

    config: Configuration
    issuer: Issuer
    transport: httpx.AsyncBaseTransport
    """Sends the requests; with DPoP it proves each."""
    clock: Clock

    async def ask(self, fields: Mapping[str, str], *, cause: str = "") -> JsonObject:
        """Post a grant, through Authlib; `cause` is the exchange it is asked for.

        Raises: OAuthError with the provider's code and its whole answer as `body`.
        """
        url = await self._url()
        refused: list[JsonObject] = []
        client = self._client(cause)
        client.register_compliance_hook("access_token_response", _keep_refusals(refused))
        try:
            found: dict[str, Json] = dict(
                await client.fetch_token(url, **fields, **self._assertion())
            )
        except AuthlibError as error:
            body = refused[0] if refused else {}
            code, text = str(error.error), str(error.description or error.error)
            raise OAuthError(text, code=code, body=body) from error
        except (httpx.HTTPError, ValueError) as error:
            raise OAuthError(f"{url}: {error}", code="token_endpoint_error") from error
        if "error" in found or "access_token" not in found:
            code = str(found.get("error") or "no_access_token")
            raise OAuthError(str(found.get("error_description") or code), code=code, body=found)
        return found

    async def revoke(self, refresh_token: str, *, cause: str = "") -> None:
        """Revoke a refresh token (RFC 7009); a provider that cannot is no obstacle to a logout."""
        url = await self.issuer.endpoint("revocation_endpoint")
        if not url:
            return
        data = {
            "token_type_hint": "refresh_token",
            "token": refresh_token,
            "client_id": self.config.client_id,
            **self._assertion(),
        }
        if self.config.client_secret and not self.config.assertion_key:
            data["client_secret"] = self.config.client_secret
        try:
            transport = ExchangeNamingTransport(self.transport, cause)
            async with httpx.AsyncClient(transport=transport, trust_env=False) as http:
                await http.post(url, data=data)
        except httpx.HTTPError:
            return

    def _client(self, cause: str) -> AsyncOAuth2Client:
        config = self.config
        has_secret = bool(config.client_secret) and not config.assertion_key
        return AsyncOAuth2Client(
            config.client_id,
            config.client_secret or None,
            token_endpoint_auth_method="client_secret_post" if has_secret else "none",
            transport=ExchangeNamingTransport(self.transport, cause),
            trust_env=False,
        )

    def _assertion(self) -> dict[str, str]:
        if not self.config.assertion_key:
            return {}
        return client_assertion(self.config, self.issuer.url, int(self.clock.now()))

    async def _url(self) -> str:
        """Return the endpoint; with mTLS its alias (RFC 8705 §5).

        Raises: OAuthError when mTLS is on and the provider names no alias.
        """
        if not self.config.mtls:
            return await self.issuer.endpoint("token_endpoint")
        aliases = (await self.issuer.metadata()).get("mtls_endpoint_aliases")
        url = aliases.get("token_endpoint") if isinstance(aliases, dict) else None
        if not isinstance(url, str):
            raise OAuthError(
                "mTLS is on, but the provider's discovery document names no"
                " mtls_endpoint_aliases.token_endpoint. Fix: enable mTLS at the provider",
                code="mtls_endpoint_aliases_missing",
            )
        return url


class ExchangeNamingTransport(httpx.AsyncBaseTransport):
    """Names the exchange that its requests are made for, beside them, not in them."""

    def __init__(self, inner: httpx.AsyncBaseTransport, cause: str) -> None:
        self._inner = inner
        self._cause = cause

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request as it is."""
        if self._cause:
            request.extensions = {**request.extensions, EXCHANGE: self._cause}
        return await self._inner.handle_async_request(request)


class SharedTransport(httpx.AsyncBaseTransport):
    """Sends through a client that somebody else owns and closes."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request as it is."""
        return await self._http.send(request, stream=True)


def _keep_refusals(kept: list[JsonObject]) -> Hook:
    """Return an Authlib hook that keeps the bodies of refusals, which its error leaves out."""

    def keep(response: httpx.Response) -> httpx.Response:
        try:
            body: Json = response.json()
        except ValueError:
            return response
        if isinstance(body, dict) and "error" in body:
            kept.append(body)
        return response

    return keep
