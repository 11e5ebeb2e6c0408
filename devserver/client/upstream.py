"""/me/* and /my-org/*: requests of the browser, sent to the provider's APIs with a token.

The browser never sees the token, the API never sees the app's cookies (docs/sdk.md, API proxies).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

import httpx
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from session_inspector.devserver.client.access_tokens import AccessTokens
from session_inspector.devserver.client.failures import report_step_failure
from session_inspector.devserver.client.mfa import MfaRequired
from session_inspector.devserver.client.relying_party import (
    RelyingParty,
    RequestContext,
    json_response,
    text_response,
)
from session_inspector.devserver.client.tokens.failures import AccessTokenError
from session_inspector.devserver.client.urls.app_urls import find_route
from session_inspector.devserver.client.urls.reach import explain_failure
from session_inspector.devserver.core.errors import InspectorError, OAuthError
from session_inspector.devserver.core.values import JsonObject

FORWARDED = frozenset(
    (
        "accept",
        "accept-language",
        "content-language",
        "content-type",
        "user-agent",
        "cache-control",
        "if-match",
        "if-none-match",
        "if-modified-since",
        "if-unmodified-since",
        "etag",
        "x-request-id",
        "x-correlation-id",
        "traceparent",
        "tracestate",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
        "auth0-client",
        "origin",
        "access-control-request-method",
        "access-control-request-headers",
    )
)
"""Request headers that are forwarded; cookies and credentials never are."""
HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "content-length",
    )
)
"""Response headers that end here (RFC 9110 §7.6.1); the length is set anew."""
STATUSES = {"missing_refresh_token": 401, "session_expired": 401}
"""Of the codes of AccessTokenError; all others are 500."""


def authorization_header(token: JsonObject) -> dict[str, str]:
    """Return the Authorization header for a token set: DPoP when the token is bound, else Bearer.

    Source: RFC 9449 §7.1.
    """
    scheme = "Bearer"
    if str(token.get("token_type") or "").lower() == "dpop":
        scheme = "DPoP"
    return {"authorization": f"{scheme} {token.get('accessToken')}"}


@dataclass(frozen=True, slots=True)
class ApiProxy:
    """Forwards requests to one API of the provider."""

    rp: RelyingParty
    tokens: AccessTokens
    prefix: str
    """Path in the app: `/me`."""
    target: str
    """Path at the issuer: `me/v1`."""
    audience: str
    """Path at the issuer: `me/`."""

    async def answer(self, context: RequestContext) -> Response:
        """Forward a request; 401 without a session or refresh token, 403 for MFA, else 500."""
        request = context.request
        session = await self.rp.engine.load(context.jars, cause=context.cause)
        if session is None:
            return text_response("The user does not have an active session.", 401)
        asks = "access-control-request-method" in request.headers
        if request.method == "OPTIONS" and asks:
            return await self._forward(context, {}, no_cache=False)
        try:
            token, is_saved, _ = await self.tokens.get(
                context,
                audience=self.rp.issuer.below(self.audience),
                scope=request.headers.get("scope", ""),
            )
        except MfaRequired as error:
            return context.finish(json_response(error.body(), 403), no_cache=True)
        except AccessTokenError as error:
            status = STATUSES.get(error.code, 500)
            return context.finish(text_response(error.message, status))
        except InspectorError as error:
            return text_response(error.message, 500)
        return await self._forward(context, authorization_header(token), no_cache=is_saved)

    async def _forward(
        self, context: RequestContext, authorization: dict[str, str], *, no_cache: bool
    ) -> Response:
        transport = self.rp.token_endpoint.transport
        http = httpx.AsyncClient(transport=transport, trust_env=False)
        request = await self._make_request(http, context.request, authorization)
        try:
            answer = await http.send(request, stream=True)
        except httpx.HTTPError as error:
            text = f"The API could not be reached: {explain_failure(str(request.url), error)}"
            failure = OAuthError(text, code="api_error")
            report_step_failure(self.rp, context, failure, step="api")
            return context.finish(text_response(text, 500))
        response = StreamingResponse(_stream_body(answer), answer.status_code)
        response.raw_headers = _drop_hop_by_hop(answer.headers.raw)
        return context.finish(response, no_cache=no_cache)

    async def _make_request(
        self, http: httpx.AsyncClient, request: Request, authorization: dict[str, str]
    ) -> httpx.Request:
        headers = {
            name: value for name, value in request.headers.items() if name.lower() in FORWARDED
        }
        path = find_route(request.scope, self.rp.config.base_path)
        url = self.rp.issuer.below(self.path_of(path))
        if request.url.query:
            url += f"?{request.url.query}"
        return http.build_request(
            request.method,
            url,
            headers={**headers, **authorization},
            content=await request.body(),
        )

    def path_of(self, path: str) -> str:
        """Return the path at the issuer; what both ends name is not doubled (/me/v1/x)."""
        base = self.target.split("/")
        rest = [segment for segment in path.removeprefix(self.prefix).split("/") if segment]
        most = min(len(base), len(rest))
        shared = next((n for n in range(most, 0, -1) if base[-n:] == rest[:n]), 0)
        return "/".join([*base, *rest[shared:]])


def _drop_hop_by_hop(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [
        (name.lower(), value)
        for name, value in headers
        if name.decode("latin-1").lower() not in HOP_BY_HOP
    ]


async def _stream_body(answer: httpx.Response) -> AsyncIterator[bytes]:
    """Yield the bytes as they are, encodings included."""
    try:
        if isinstance(answer.stream, httpx.AsyncByteStream):
            async for piece in answer.stream:
                yield piece
    finally:
        await answer.aclose()
