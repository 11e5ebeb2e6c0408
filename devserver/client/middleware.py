"""ASGI middleware: the client's own routes, and the rolling of sessions on all others."""

from __future__ import annotations

from dataclasses import fields

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from session_inspector.devserver.client.access_tokens import AccessTokenError, AccessTokens
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
    text_response,
)
from session_inspector.devserver.client.tokens.token_sets import expiry_of
from session_inspector.devserver.client.upstream import ApiProxy
from session_inspector.devserver.cookies.jar import Jars
from session_inspector.devserver.core.correlation import exchange_of
from session_inspector.devserver.core.errors import SealError, StoreUnavailable
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.policy import epoch, is_past_ceiling

_NO_CACHE = {name.encode(): value.encode() for name, value in NO_CACHE.items()}
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
        self._prefixes = ("/me/", "/my-org/")
        self._upstreams = (
            ApiProxy(rp, tokens, prefix="/me", target="me/v1", audience="me/"),
            ApiProxy(rp, tokens, prefix="/my-org", target="my-org", audience="my-org/"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a route of the client, or pass on.

        Raises: SealError in compat mode, where the SDK throws.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = Answer(find_jars(scope), send)
        path = scope["path"].removeprefix(self._base_path).rstrip("/")
        response: Response | None = None
        try:
            if path in self._paths or path.startswith(self._prefixes):
                response = await self._own(RequestContext.of(Request(scope, receive)), path)
            if response is None:
                answer.is_rolled = await self._roll(answer.jars, scope, receive)
                await self._app({**scope, JARS: answer.jars}, receive, answer.send)
                return
        except StoreUnavailable:
            if answer.is_started:
                raise  # the app has said something already; its server must hear of it
            response = text_response(UNAVAILABLE, 503)
        await response(scope, receive, send)

    async def _own(self, context: RequestContext, path: str) -> Response | None:
        config = self._rp.config
        method, routes = context.request.method, config.routes
        if method == "POST" and path == routes.backchannel_logout:
            return await backchannel_logout(self._rp, context)
        for upstream in self._upstreams:
            if path.startswith(f"{upstream.prefix}/"):
                return await upstream.answer(context)
        if method != "GET":
            return None
        if path == routes.connect_account and config.enable_connect_account_endpoint:
            return await self._account_linking.start(context)
        if path == routes.login:
            return await login(self._rp, context)
        if path == routes.callback:
            return await callback(self._rp, context, self._account_linking.complete)
        if path == routes.logout:
            return await logout(self._rp, context)
        if path == routes.profile:
            return await self._profile(context)
        if path == routes.access_token and config.enable_access_token_endpoint:
            return await self._access_token(context)
        return None

    async def _profile(self, context: RequestContext) -> Response:
        session = await self._rp.engine.load(context.jars, cause=context.cause)
        if session is not None and is_past_ceiling(session, self._rp.clock.now()):
            await self._rp.engine.destroy_stored(
                context.jars, reason="ceiling", cause=context.cause
            )
            session = None
        if session is None:
            return Response(status_code=204 if self._rp.config.no_content_profile else 401)
        return context.finish(JSONResponse(session.get("user")), no_cache=True)

    async def _access_token(self, context: RequestContext) -> Response:
        query = context.request.query_params
        try:
            found, is_saved = await self._tokens.get(
                context,
                audience=query.get("audience", ""),
                scope=query.get("scope", ""),
                merges_scopes=query.get("mergeScopes") != "false",
            )
        except MfaRequired as error:
            return context.finish(JSONResponse(error.body(), 403), no_cache=True)
        except AccessTokenError as error:
            body = {"error": {"message": error.message, "code": error.code}}
            return context.finish(JSONResponse(body, 401))
        return context.finish(JSONResponse(self._answer(found)), no_cache=is_saved)

    def _answer(self, found: JsonObject) -> JsonObject:
        expires = expiry_of(found)
        answer: JsonObject = {"token": found.get("accessToken")}
        if "scope" in found:
            answer["scope"] = found["scope"]
        if expires is not None:
            answer["expires_at"] = found["expiresAt"]
            answer["expires_in"] = max(0, int(expires) - epoch(self._rp.clock.now()))
        if "token_type" in found:
            answer["token_type"] = found["token_type"]
        return answer

    async def _roll(self, jars: Jars, scope: Scope, receive: Receive) -> bool:
        engine, config = self._rp.engine, self._rp.config
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


class Answer:
    """What an app says, on its way out: the cookies join it."""

    def __init__(self, jars: Jars, send: Send) -> None:
        self.jars = jars
        self.is_rolled = False
        self.is_started = False
        self._send = send

    async def send(self, message: Message) -> None:
        """Pass a message on; the first gets the cookies, and headers that keep caches away."""
        self.is_started = True
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", ())]
            if self.is_rolled:
                headers = [pair for pair in headers if pair[0].lower() not in _NO_CACHE]
                headers += _NO_CACHE.items()
            for line in self.jars.response.lines():
                headers.append((b"set-cookie", line.encode("latin-1", "replace")))
            message = {**message, "headers": headers}
        await self._send(message)
