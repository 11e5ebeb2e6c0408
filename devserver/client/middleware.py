"""ASGI middleware: the client's own routes, and the rolling of sessions on all others."""

from __future__ import annotations

from dataclasses import fields

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from session_inspector.devserver.client.access_tokens import AccessTokenError, AccessTokens
from session_inspector.devserver.client.backchannel import backchannel_logout
from session_inspector.devserver.client.callback import callback
from session_inspector.devserver.client.connect import Connecting
from session_inspector.devserver.client.login import login
from session_inspector.devserver.client.logout import logout
from session_inspector.devserver.client.mfa import MfaRequired
from session_inspector.devserver.client.relying_party import (
    JARS,
    NO_CACHE,
    Party,
    Visit,
    jars_of,
    plain,
)
from session_inspector.devserver.client.tokens.token_sets import expiry_of
from session_inspector.devserver.client.upstream import Upstream
from session_inspector.devserver.cookies.jar import Jars
from session_inspector.devserver.core.correlation import exchange_of
from session_inspector.devserver.core.errors import SealError, StoreUnavailable
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.policy import epoch, is_past_ceiling

_NO_CACHE = {name.encode(): value.encode() for name, value in NO_CACHE.items()}
UNAVAILABLE = "The session store is not available; try again in a moment."


class ClientMiddleware:
    """Stands before an app; a store that is away is a 503, a hostile cookie is no session."""

    def __init__(self, app: ASGIApp, party: Party, tokens: AccessTokens) -> None:
        self._app = app
        self._party = party
        self._tokens = tokens
        self._connecting = Connecting(party, tokens)
        self._base_path = party.config.base_path
        routes = party.config.routes
        self._paths = frozenset(getattr(routes, field.name) for field in fields(routes))
        self._prefixes = ("/me/", "/my-org/")
        self._upstreams = (
            Upstream(party, tokens, prefix="/me", target="me/v1", audience="me/"),
            Upstream(party, tokens, prefix="/my-org", target="my-org", audience="my-org/"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a route of the client, or pass on.

        Raises: SealError in compat mode, where the SDK throws.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = Answer(jars_of(scope), send)
        path = scope["path"].removeprefix(self._base_path).rstrip("/")
        response: Response | None = None
        try:
            if path in self._paths or path.startswith(self._prefixes):
                response = await self._own(Visit.of(Request(scope, receive)), path)
            if response is None:
                answer.is_rolled = await self._roll(answer.jars, scope, receive)
                await self._app({**scope, JARS: answer.jars}, receive, answer.send)
                return
        except StoreUnavailable:
            if answer.is_started:
                raise  # the app has said something already; its server must hear of it
            response = plain(UNAVAILABLE, 503)
        await response(scope, receive, send)

    async def _own(self, visit: Visit, path: str) -> Response | None:
        config = self._party.config
        method, routes = visit.request.method, config.routes
        if method == "POST" and path == routes.backchannel_logout:
            return await backchannel_logout(self._party, visit)
        for upstream in self._upstreams:
            if path.startswith(f"{upstream.prefix}/"):
                return await upstream.answer(visit)
        if method != "GET":
            return None
        if path == routes.connect_account and config.enable_connect_account_endpoint:
            return await self._connecting.start(visit)
        if path == routes.login:
            return await login(self._party, visit)
        if path == routes.callback:
            return await callback(self._party, visit, self._connecting.complete)
        if path == routes.logout:
            return await logout(self._party, visit)
        if path == routes.profile:
            return await self._profile(visit)
        if path == routes.access_token and config.enable_access_token_endpoint:
            return await self._access_token(visit)
        return None

    async def _profile(self, visit: Visit) -> Response:
        session = await self._party.engine.load(visit.jars, cause=visit.cause)
        if session is not None and is_past_ceiling(session, self._party.clock.now()):
            await self._party.engine.destroy_stored(visit.jars, reason="ceiling", cause=visit.cause)
            session = None
        if session is None:
            return Response(status_code=204 if self._party.config.no_content_profile else 401)
        return visit.finish(JSONResponse(session.get("user")), no_cache=True)

    async def _access_token(self, visit: Visit) -> Response:
        query = visit.request.query_params
        try:
            found, is_saved = await self._tokens.get(
                visit,
                audience=query.get("audience", ""),
                scope=query.get("scope", ""),
                merges_scopes=query.get("mergeScopes") != "false",
            )
        except MfaRequired as error:
            return visit.finish(JSONResponse(error.body(), 403), no_cache=True)
        except AccessTokenError as error:
            body = {"error": {"message": error.message, "code": error.code}}
            return visit.finish(JSONResponse(body, 401))
        return visit.finish(JSONResponse(self._answer(found)), no_cache=is_saved)

    def _answer(self, found: JsonObject) -> JsonObject:
        expires = expiry_of(found)
        answer: JsonObject = {"token": found.get("accessToken")}
        if "scope" in found:
            answer["scope"] = found["scope"]
        if expires is not None:
            answer["expires_at"] = found["expiresAt"]
            answer["expires_in"] = max(0, int(expires) - epoch(self._party.clock.now()))
        if "token_type" in found:
            answer["token_type"] = found["token_type"]
        return answer

    async def _roll(self, jars: Jars, scope: Scope, receive: Receive) -> bool:
        engine, config = self._party.engine, self._party.config
        hook = config.before_session_rolled
        if not engine.policy.rolling:
            return False
        if hook is not None and not await hook(Request(scope, receive)):
            return False
        try:
            session = await engine.touch(jars, hands_on=not config.compat, cause=exchange_of(scope))
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
