"""ASGI middleware: the client's own routes, and the rolling of sessions on all others."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from session_inspector.devserver.client.access_tokens import AccessTokens
from session_inspector.devserver.client.backchannel import backchannel_logout
from session_inspector.devserver.client.callback import callback
from session_inspector.devserver.client.connect import AccountLinking
from session_inspector.devserver.client.login import login
from session_inspector.devserver.client.logout import logout
from session_inspector.devserver.client.mfa import MfaRequired
from session_inspector.devserver.client.relying_party import (
    JARS,
    NO_CACHE,
    RelyingParty,
    RequestContext,
    find_jars,
    json_response,
    text_response,
)
from session_inspector.devserver.client.tokens.failures import AccessTokenError
from session_inspector.devserver.client.tokens.token_sets import Retrieved
from session_inspector.devserver.client.upstream import ApiProxy
from session_inspector.devserver.client.urls.app_urls import find_route
from session_inspector.devserver.client.urls.query import read_first
from session_inspector.devserver.client.urls.sdk_routes import name_unanswered
from session_inspector.devserver.cookies.jar import Jars
from session_inspector.devserver.cookies.js_values import type_error
from session_inspector.devserver.core.correlation import exchange_of
from session_inspector.devserver.core.errors import SealError, StoreUnavailable
from session_inspector.devserver.core.journal import publish_nowhere
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.session.policy import epoch, is_past_ceiling

Endpoint: TypeAlias = Callable[[RequestContext], Awaitable[Response]]
_NO_CACHE = {name.encode(): value.encode() for name, value in NO_CACHE.items()}
LOG = logging.getLogger("session_inspector")
UNAVAILABLE = "The session store is not available; try again in a moment."


class ClientMiddleware:
    """Stands before an app; a store that is away is a 503, a hostile cookie is no session."""

    def __init__(self, app: ASGIApp, rp: RelyingParty, tokens: AccessTokens) -> None:
        self._app = app
        self._rp = rp
        self._tokens = tokens
        self._account_linking = AccountLinking(rp, tokens)
        self._base_path = rp.config.base_path
        routes = rp.config.routes
        self._paths = frozenset(getattr(routes, field.name) for field in fields(routes))
        self._endpoints = self._make_endpoints()
        self._proxies = (
            ApiProxy(rp, tokens, prefix="/me", target="me/v1", audience="me/"),
            ApiProxy(rp, tokens, prefix="/my-org", target="my-org", audience="my-org/"),
        )
        self._prefixes = tuple(f"{proxy.prefix}/" for proxy in self._proxies)

    def _make_endpoints(self) -> dict[str, Endpoint]:
        """Return what answers GET, by path; of two on one path the first counts."""
        config = self._rp.config
        routes = config.routes
        endpoints: dict[str, Endpoint] = {}
        if config.enable_connect_account_endpoint:
            endpoints[routes.connect_account] = self._account_linking.start
        endpoints.setdefault(routes.login, self._login)
        endpoints.setdefault(routes.callback, self._callback)
        endpoints.setdefault(routes.logout, self._logout)
        endpoints.setdefault(routes.profile, self._profile)
        if config.enable_access_token_endpoint:
            endpoints.setdefault(routes.access_token, self._access_token)
        return endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a route of the client, or call the app.

        Raises: SealError in compat mode, where the SDK throws.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        jars = find_jars(scope)
        cause = exchange_of(scope)
        out = SendWithCookies(jars, send, lambda: self._rp.engine.note_sent(jars, cause))
        try:
            path = find_route(scope, self._base_path)
            response: Response | None = None
            if path in self._paths or path.startswith(self._prefixes):
                response = await self._answer_own_route(path, scope, receive)
            if response is None:
                out.is_rolled = await self._roll(out.jars, scope, receive)
                to_app = {**scope, JARS: out.jars}
                await self._app(to_app, receive, name_unanswered(path, out.send))
                return
        except StoreUnavailable as error:
            self._log_outage(scope, error)
            if out.is_started:
                raise  # the response has begun: only the server can end it
            response = text_response(UNAVAILABLE, 503)
        await response(scope, receive, send)

    def _log_outage(self, scope: Scope, error: StoreUnavailable) -> None:
        """Log why a request is a 503; in the lab, events say so."""
        if self._rp.publish is publish_nowhere:
            path = ascii(scope["path"])
            LOG.warning("%s %s: the session store: %s", scope["method"], path, error)

    async def _answer_own_route(self, path: str, scope: Scope, receive: Receive) -> Response | None:
        """Return the answer to a route of the client, None where the app has to answer."""
        context = RequestContext.of(Request(scope, receive))
        method = context.request.method
        if method == "POST" and path == self._rp.config.routes.backchannel_logout:
            return await backchannel_logout(self._rp, context)
        for proxy in self._proxies:
            if path.startswith(f"{proxy.prefix}/"):
                return await proxy.answer(context)
        if method != "GET" or path not in self._endpoints:
            return None
        return await self._endpoints[path](context)

    async def _login(self, context: RequestContext) -> Response:
        return await login(self._rp, context)

    async def _callback(self, context: RequestContext) -> Response:
        return await callback(self._rp, context, self._account_linking.complete)

    async def _logout(self, context: RequestContext) -> Response:
        return await logout(self._rp, context)

    async def _profile(self, context: RequestContext) -> Response:
        session = await self._rp.engine.load(context.jars, cause=context.cause)
        if session is not None and is_past_ceiling(session, self._rp.clock.now()):
            await self._rp.engine.destroy_stored(
                context.jars, reason="ceiling", cause=context.cause
            )
            session = None
        if session is None:
            return Response(status_code=self._unauthenticated_status())
        return context.finish(json_response(self._read_user(session)), no_cache=True)

    def _read_user(self, session: JsonObject) -> Json:
        """Return the user, null when there is none. Raises: SealError in compat mode."""
        if "user" not in session and self._rp.config.compat:
            raise type_error("Value is not JSON serializable")
        return session.get("user")

    def _unauthenticated_status(self) -> int:
        if self._rp.config.no_content_profile:
            return 204
        return 401

    async def _access_token(self, context: RequestContext) -> Response:
        query = context.request.query_params
        try:
            found = await self._tokens.get(
                context,
                audience=read_first(query, "audience") or "",
                scope=read_first(query, "scope") or "",
                merges_scopes=read_first(query, "mergeScopes") != "false",
            )
        except MfaRequired as error:
            return context.finish(json_response(error.body(), 403), no_cache=True)
        except AccessTokenError as error:
            body: JsonObject = {"error": {"message": error.message, "code": error.code}}
            return context.finish(json_response(body, 401))
        return context.finish(json_response(self._describe_token(found)), no_cache=found.is_saved)

    def _describe_token(self, retrieved: Retrieved) -> JsonObject:
        """Return the answer of the route.

        An unknown end is null in the answer that brings the token, and 0 later, as in the SDK.
        """
        found = retrieved.token_set
        ends = found.get("expiresAt")
        answer: JsonObject = {"token": found.get("accessToken")}
        if "scope" in found:
            answer["scope"] = found["scope"]
        if retrieved.is_fresh and ends is None:
            answer |= {"expires_at": None, "expires_in": None}
        else:
            answer |= self._describe_end(ends)
        if found.get("token_type"):
            answer["token_type"] = found["token_type"]
        return answer

    def _describe_end(self, ends: Json) -> JsonObject:
        if isinstance(ends, bool) or not isinstance(ends, (int, float)):
            ends = 0
        return {"expires_at": ends, "expires_in": max(0, ends - epoch(self._rp.clock.now()))}

    async def _roll(self, jars: Jars, scope: Scope, receive: Receive) -> bool:
        """Roll the session; True when that wrote cookies, which caches must not keep."""
        engine = self._rp.engine
        config = self._rp.config
        hook = config.before_session_rolled
        if not engine.policy.rolling:
            return False
        if hook is not None and not await hook(Request(scope, receive)):
            return False
        try:
            session = await engine.touch(
                jars, hand_over=not config.compat, cause=exchange_of(scope)
            )
        except SealError:
            if config.compat:
                raise
            return False
        return session is not None and len(jars.response) > 0


class SendWithCookies:
    """ASGI's `send` for the app: adds the cookies to its response."""

    def __init__(self, jars: Jars, send: Send, note_rolled: Callable[[], None]) -> None:
        """`note_rolled` is called when the cookies of a session that was rolled leave."""
        self.jars = jars
        self._note_rolled = note_rolled
        self.is_rolled = False
        self.is_started = False
        self._send = send

    async def send(self, message: Message) -> None:
        """Send a message; the first gets the cookies, and headers that keep caches away."""
        self.is_started = True
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", ())]
            if self.is_rolled:
                self._note_rolled()
                headers = [pair for pair in headers if pair[0].lower() not in _NO_CACHE]
                headers += _NO_CACHE.items()
            for line in self.jars.response.lines():
                headers.append((b"set-cookie", line.encode("latin-1", "replace")))
            message = {**message, "headers": headers}
        await self._send(message)
