"""What every flow of the client works with: one value for the client, one for each request."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from session_inspector.devserver.client.api.dependencies import HasScope
from session_inspector.devserver.client.configuration import Configuration
from session_inspector.devserver.client.discovery import Issuer
from session_inspector.devserver.client.tokens.endpoint import TokenEndpoint
from session_inspector.devserver.client.tokens.replay_cache import ReplayCache
from session_inspector.devserver.cookies.jar import Jars, RequestJar
from session_inspector.devserver.cookies.jstext import stringify
from session_inspector.devserver.cookies.sealed import KeyRing
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.correlation import exchange_of
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Json
from session_inspector.devserver.session.data_store import SessionDataStore
from session_inspector.devserver.session.engine import SessionEngine
from session_inspector.devserver.session.transaction import Transactions

JARS = "inspector.jars"
"""Key of the ASGI scope under which the app's own handlers find the request's cookies."""
NO_CACHE = {
    "cache-control": "private, no-cache, no-store, must-revalidate, max-age=0",
    "pragma": "no-cache",
    "expires": "0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """The relying party: configuration and the parts it is made of."""

    config: Configuration
    engine: SessionEngine
    transactions: Transactions
    issuer: Issuer
    token_endpoint: TokenEndpoint
    http: httpx.AsyncClient
    ring: KeyRing
    """Seals what the app gets outside of cookies (an MFA token)."""
    clock: Clock
    publish: Publish
    store: SessionDataStore | None = None
    """None: stateless sessions."""
    replay_cache: ReplayCache = field(default_factory=ReplayCache)
    """Logout tokens that were carried out."""
    new_secret: Callable[[], str] = field(default=lambda: secrets.token_urlsafe(32))
    """Makes state, nonce and code verifier."""


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """One request: its cookies both ways, and the id of its exchange."""

    request: Request
    jars: Jars
    cause: str

    @classmethod
    def of(cls, found: HasScope) -> RequestContext:
        """Return the context of a request; inside the middleware all share its cookies.

        It may be another framework's request, or a WebSocket.
        """
        scope = found.scope
        request = found
        if not isinstance(request, Request):
            request = Request({**scope, "type": "http"})
        return cls(request=request, jars=find_jars(scope), cause=exchange_of(scope))

    def finish(self, response: Response, *, no_cache: bool = False) -> Response:
        """Add the cookies, and the headers that keep caches away from them."""
        if no_cache:
            response.headers.update(NO_CACHE)
        for line in self.jars.response.lines():
            response.headers.append("set-cookie", line)
        return response


def find_jars(scope: Mapping[str, Any]) -> Jars:
    """Return the cookies of a request; the middleware has put them into the scope."""
    jars = scope.get(JARS)
    if isinstance(jars, Jars):
        return jars
    for name, value in scope["headers"]:
        if name == b"cookie":
            return Jars(RequestJar.parse(value.decode("latin-1")))
    return Jars()


def redirect(url: str) -> Response:
    """Return the SDK's redirect: 307, no body."""
    return Response(status_code=307, headers={"location": url})


def text_response(text: str, status: int) -> Response:
    """Return a text as the SDK answers it."""
    return PlainTextResponse(text, status, {"content-type": "text/plain;charset=UTF-8"})


def json_response(value: Json, status: int = 200) -> Response:
    """Return JSON as JSON.stringify writes it: a lone surrogate escaped, Infinity as null."""
    return Response(stringify(value), status, media_type="application/json")


def encode_form(fields: Mapping[str, str]) -> str:
    """Return fields as URLSearchParams writes them (it keeps `*`, and escapes `~`)."""
    return "&".join(f"{_escape(name)}={_escape(value)}" for name, value in fields.items())


def add_query(url: str, fields: Mapping[str, str]) -> str:
    """Return an endpoint's URL with fields added to its query."""
    separator = "?"
    if "?" in url:
        separator = "&"
    return f"{url}{separator}{encode_form(fields)}"


def _escape(text: str) -> str:
    return quote_plus(text, safe="*").replace("~", "%7E")
