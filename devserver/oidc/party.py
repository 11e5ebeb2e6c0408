"""What every flow of the relying party works with: one party, one visit a request."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from devserver.cookies.jar import Jars, RequestJar
from devserver.core.clock import Clock
from devserver.core.errors import OAuthError
from devserver.core.journal import Publish
from devserver.core.values import Json, JsonObject
from devserver.oidc.assertion import client_assertion
from devserver.oidc.authlib_client import AsyncOAuth2Client, AuthlibError
from devserver.oidc.configuration import Configuration
from devserver.oidc.discovery import Issuer
from devserver.session.data_store import SessionDataStore
from devserver.session.engine import SessionEngine
from devserver.session.transaction import Transactions

JARS = "inspector.jars"
"""Key of the ASGI scope under which the app's own handlers find the request's cookies."""
NO_CACHE = {
    "cache-control": "private, no-cache, no-store, must-revalidate, max-age=0",
    "pragma": "no-cache",
    "expires": "0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The relying party: configuration and the parts it is made of."""

    config: Configuration
    engine: SessionEngine
    transactions: Transactions
    issuer: Issuer
    http: httpx.AsyncClient
    clock: Clock
    publish: Publish
    store: SessionDataStore | None = None
    """None: stateless sessions."""
    new_secret: Callable[[], str] = field(default=lambda: secrets.token_urlsafe(32))
    """Makes state, nonce and code verifier."""

    async def ask_token(self, fields: Mapping[str, str]) -> JsonObject:
        """Post to the token endpoint with the client's authentication, through Authlib.

        Raises: OAuthError with the provider's code.
        """
        url = await self.issuer.endpoint("token_endpoint")
        return await self._post(url, fields)

    async def revoke(self, refresh_token: str) -> None:
        """Revoke a refresh token (RFC 7009); a provider that cannot is no obstacle to a logout."""
        url = await self.issuer.endpoint("revocation_endpoint")
        if not url:
            return
        fields = {"token_type_hint": "refresh_token", "token": refresh_token}
        config = self.config
        data = {**fields, "client_id": config.client_id}
        if config.assertion_key:
            data |= client_assertion(config, self.issuer.url, int(self.clock.now()))
        elif config.client_secret:
            data["client_secret"] = config.client_secret
        try:
            await self.http.post(url, data=data)
        except httpx.HTTPError:
            return

    async def _post(self, url: str, fields: Mapping[str, str]) -> JsonObject:
        config = self.config
        is_signed = bool(config.assertion_key)
        method = "client_secret_post" if config.client_secret and not is_signed else "none"
        if is_signed:
            assertion = client_assertion(config, self.issuer.url, int(self.clock.now()))
            fields = {**fields, **assertion}
        client = AsyncOAuth2Client(
            config.client_id,
            config.client_secret or None,
            token_endpoint_auth_method=method,
            transport=Borrowed(self.http),
            trust_env=False,
        )
        try:
            found: dict[str, Json] = dict(await client.fetch_token(url, **fields))
        except AuthlibError as error:
            raise OAuthError(
                str(error.description or error.error), code=str(error.error)
            ) from error
        except (httpx.HTTPError, ValueError) as error:
            raise OAuthError(f"{url}: {error}", code="token_endpoint_error") from error
        if "error" in found or "access_token" not in found:
            code = str(found.get("error") or "no_access_token")
            raise OAuthError(str(found.get("error_description") or code), code=code)
        return found


class Borrowed(httpx.AsyncBaseTransport):
    """Sends through a client that somebody else owns and closes."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request as it is."""
        return await self._http.send(request)


@dataclass(slots=True, kw_only=True)
class Visit:
    """One request: its cookies both ways, and the id of its exchange."""

    request: Request
    jars: Jars
    cause: str

    @classmethod
    def of(cls, request: Request) -> Visit:
        """Return the visit of a request; within the middleware all share its cookies."""
        jars = request.scope.get(JARS)
        if not isinstance(jars, Jars):
            jars = Jars(request=RequestJar.parse(request.headers.get("cookie", "")))
        return cls(
            request=request, jars=jars, cause=str(request.scope.get("inspector.exchange", ""))
        )

    def finish(self, response: Response, *, no_cache: bool = False) -> Response:
        """Add the cookies, and the headers that keep caches away from them."""
        if no_cache:
            response.headers.update(NO_CACHE)
        for line in self.jars.response.lines():
            response.headers.append("set-cookie", line)
        return response


def redirect(url: str) -> Response:
    """Return the SDK's redirect: 307, no body."""
    return Response(status_code=307, headers={"location": url})


def plain(text: str, status: int) -> Response:
    """Return a text answer as the SDK words it."""
    return PlainTextResponse(text, status, {"content-type": "text/plain;charset=UTF-8"})


def form_encoded(fields: Mapping[str, str]) -> str:
    """Return fields as URLSearchParams writes them (it keeps `*`, and escapes `~`)."""
    return "&".join(f"{_escaped(name)}={_escaped(value)}" for name, value in fields.items())


def with_query(url: str, fields: Mapping[str, str]) -> str:
    """Return an endpoint's URL with fields added to its query."""
    return f"{url}{'&' if '?' in url else '?'}{form_encoded(fields)}"


def _escaped(text: str) -> str:
    return quote_plus(text, safe="*").replace("~", "%7E")
