"""Lets scripts of registered origins read answers (Fetch, CORS protocol), as real tenants do.

An app in the browser (a public client) asks for tokens itself. Its origin is registered with its
callback, or among the `web_origins` of the client. Cookies are never shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from session_inspector.devserver.provider.registrations import ClientRegistration
from session_inspector.devserver.provider.requests.error_text import quote_value

PATHS = frozenset(
    {
        "/.well-known/openid-configuration",
        "/.well-known/jwks.json",
        "/oauth/token",
        "/oauth/revoke",
        "/oauth/par",
        "/userinfo",
    }
)
REQUEST_HEADERS = "authorization, content-type, dpop, auth0-client"
READABLE = "dpop-nonce, www-authenticate"
"""Headers of an answer that a script may read beside the usual ones."""
REMEMBERED = "600"
"""Seconds a browser need not ask again."""
CODE = "origin_not_registered"
ADVICE = (
    "the origin {origin} is not registered: scripts there may not read this answer. Register its"
    " callback: --client ID={origin}/callback, or the redirect_uris or web_origins of [[clients]];"
    " for your app's own, --app-url {origin} or --redirect-uri"
)


class ReportRefusal(Protocol):
    """Tells that an origin was refused: (scope, reason)."""

    def __call__(self, scope: Scope, reason: str) -> None:
        """Tell it."""


class CrossOrigin:
    """ASGI: answers preflights, and marks the answers that a registered origin may read."""

    def __init__(
        self,
        app: ASGIApp,
        clients: Mapping[str, ClientRegistration],
        report: ReportRefusal,
    ) -> None:
        self._app = app
        self._clients = clients
        self._report = report

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        origin = _read_origin(scope)
        if not origin:
            await self._app(scope, receive, send)
            return
        is_allowed = any(client.check_origin(origin) for client in self._clients.values())
        if not is_allowed:
            self._report(scope, ADVICE.format(origin=quote_origin(origin)))
        answer: ASGIApp = self._app
        if _is_preflight(scope):
            answer = answer_preflight(origin, is_allowed=is_allowed)
        await answer(scope, receive, _Marking(send, origin if is_allowed else "").send)


class _Marking:
    """Adds the headers of the CORS protocol to one answer."""

    def __init__(self, send: Send, origin: str) -> None:
        self._send = send
        self._origin = origin

    async def send(self, message: Message) -> None:
        """Send a message on; the first gets the headers."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.add_vary_header("Origin")
            if self._origin:
                headers["access-control-allow-origin"] = self._origin
                headers["access-control-expose-headers"] = READABLE
        await self._send(message)


def answer_preflight(origin: str, *, is_allowed: bool) -> Response:
    """Return the answer to a browser that asks whether it may send a request."""
    if not is_allowed:
        text = ADVICE.format(origin=quote_origin(origin))
        return JSONResponse({"error": CODE, "error_description": text}, 403)
    allowed = {
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": REQUEST_HEADERS,
        "access-control-max-age": REMEMBERED,
    }
    return Response(status_code=204, headers=allowed)


def quote_origin(origin: str) -> str:
    """Return an origin as a text that may be shown: anybody writes it."""
    return quote_value(origin).strip("'\"")


def _read_origin(scope: Scope) -> str:
    """Return the origin of a script that asks one of PATHS; empty: there is none."""
    if scope["type"] != "http" or scope["path"] not in PATHS:
        return ""
    headers = Headers(scope=scope)
    origin = headers.get("origin", "")
    own = f"{scope.get('scheme', 'http')}://{headers.get('host', '')}"
    if origin == own:
        return ""
    return origin


def _is_preflight(scope: Scope) -> bool:
    return scope["method"] == "OPTIONS" and "access-control-request-method" in Headers(scope=scope)
