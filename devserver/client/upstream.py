"""/me/* and /my-org/*: requests of the browser, passed to the provider's APIs with a token.

The browser never sees the token, the API never sees the app's cookies (spec §9).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

import httpx
from starlette.responses import JSONResponse, Response, StreamingResponse

from session_inspector.devserver.client.access_tokens import AccessTokenError, AccessTokens
from session_inspector.devserver.client.mfa import MfaRequired
from session_inspector.devserver.client.relying_party import (
    RelyingParty,
    RequestContext,
    text_response,
)
from session_inspector.devserver.core.errors import InspectorError
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
"""Request headers that are passed on; cookies and credentials never are."""
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


def authorization_header(token: JsonObject) -> dict[str, str]:
    """Return the Authorization header for a token set: DPoP when the token is bound, else Bearer.

    Source: RFC 9449 §7.1.
    """
    is_bound = str(token.get("token_type") or "").lower() == "dpop"
    return {"authorization": f"{'DPoP' if is_bound else 'Bearer'} {token.get('accessToken')}"}


@dataclass(frozen=True, slots=True)
class ApiProxy:
    """Passes requests on to one API of the provider."""

    rp: RelyingParty
    tokens: AccessTokens
    prefix: str
    """Path in the app: `/me`."""
    target: str
    """Path at the issuer: `me/v1`."""
    audience: str
    """Path at the issuer: `me/`."""

    async def answer(self, context: RequestContext) -> Response:
        """Pass a request on; 401 without a session or refresh token, 403 for MFA, else 500."""
        request = context.request
        session = await self.rp.engine.load(context.jars, cause=context.cause)
        if session is None:
            return text_response("The user does not have an active session.", 401)
        asks = "access-control-request-method" in request.headers
        if request.method == "OPTIONS" and asks:
            return await self._sent(context, {}, no_cache=False)
        try:
            token, is_saved = await self.tokens.get(
                context,
                audience=f"{self.rp.issuer.url}{self.audience}",
                scope=request.headers.get("scope", ""),
            )
        except MfaRequired as error:
            return context.finish(JSONResponse(error.body(), 403), no_cache=True)
        except AccessTokenError as error:
            is_missing = error.code in ("missing_refresh_token", "session_expired")
            return context.finish(text_response(error.message, 401 if is_missing else 500))
        except InspectorError as error:
            return text_response(error.message, 500)
        return await self._sent(context, authorization_header(token), no_cache=is_saved)

    async def _sent(
        self, context: RequestContext, headers: dict[str, str], *, no_cache: bool
    ) -> Response:
        request = context.request
        sent = {n: v for n, v in request.headers.items() if n.lower() in FORWARDED}
        http = httpx.AsyncClient(transport=self.rp.token_endpoint.transport, trust_env=False)
        query = request.url.query
        url = f"{self.rp.issuer.url}{self.path_of(request.url.path)}"
        try:
            answer = await http.send(
                http.build_request(
                    request.method,
                    f"{url}?{query}" if query else url,
                    headers={**sent, **headers},
                    content=await request.body(),
                ),
                stream=True,
            )
        except httpx.HTTPError as error:
            return context.finish(text_response(f"The API could not be reached: {error}", 500))
        response = StreamingResponse(_body(answer), answer.status_code)
        response.raw_headers = _end_to_end(answer.headers.raw)
        return context.finish(response, no_cache=no_cache)

    def path_of(self, path: str) -> str:
        """Return the path at the issuer; what both ends name is not doubled (/me/v1/x)."""
        own = path.removeprefix(self.rp.config.base_path)
        base = self.target.split("/")
        rest = [segment for segment in own.removeprefix(self.prefix).split("/") if segment]
        most = min(len(base), len(rest))
        shared = next((n for n in range(most, 0, -1) if base[-n:] == rest[:n]), 0)
        return "/".join([*base, *rest[shared:]])


def _end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(n.lower(), v) for n, v in headers if n.decode("latin-1").lower() not in HOP_BY_HOP]


async def _body(answer: httpx.Response) -> AsyncIterator[bytes]:
    """Pass the bytes on as they are, encodings included."""
    try:
        if isinstance(answer.stream, httpx.AsyncByteStream):
            async for part in answer.stream:
                yield part
    finally:
        await answer.aclose()
