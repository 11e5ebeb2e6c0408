"""The local OpenID Provider: HTTP in, grants called, HTTP out; an Auth0 tenant's paths."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.correlation import exchange_of
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.events.login import KnobsTurned, StepFailed
from session_inspector.devserver.core.events.server import KeysRotated
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.knobs import Knobs
from session_inspector.devserver.provider.authlib_server import (
    LabAuthorizationServer,
    read_request_or_json,
)
from session_inspector.devserver.provider.authorize import Authorize
from session_inspector.devserver.provider.browser_session import BrowserSessionCookie
from session_inspector.devserver.provider.end_session import EndSession, SendLogoutToken
from session_inspector.devserver.provider.faults import Faults, Sleep, Unreliable
from session_inspector.devserver.provider.flows.flows import FlowParts, ProviderFlows
from session_inspector.devserver.provider.flows.organizations import Organization
from session_inspector.devserver.provider.flows.protected import check_access_token, make_challenge
from session_inspector.devserver.provider.flows.subjects import make_subject
from session_inspector.devserver.provider.keys import SigningKeys
from session_inspector.devserver.provider.metadata import make_metadata
from session_inspector.devserver.provider.refusals import answer_error, refuse
from session_inspector.devserver.provider.registrations import ClientRegistration, Lifetimes, User
from session_inspector.devserver.provider.requests.bearer import read_authorization
from session_inspector.devserver.provider.requests.cross_origin import CODE as ORIGIN_REFUSED
from session_inspector.devserver.provider.requests.cross_origin import CrossOrigin
from session_inspector.devserver.provider.token_storage import TokenRules, TokenStorage
from session_inspector.devserver.provider.tokens import Minter, claims_for


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """What the provider is built from."""

    issuer: str
    """Ends with a slash, as Auth0's do."""
    clients: Sequence[ClientRegistration]
    users: Sequence[User] = ()
    organizations: Sequence[Organization] = ()
    """None: whatever an app asks for is one."""
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    rotates: bool = True
    reuse_grace: float = 0
    skips_consent: bool = True


class Provider:
    """One issuer; `app` is its ASGI app."""

    def __init__(
        self,
        settings: ProviderSettings,
        clock: Clock,
        publish: Publish,
        send_logout_token: SendLogoutToken | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._publish = publish
        self.keys = SigningKeys()
        self.faults = Faults(clock, publish)
        minter = Minter(settings.issuer, self.keys, clock, self.faults)
        rules = TokenRules(
            lifetimes=settings.lifetimes,
            rotates=settings.rotates,
            reuse_grace=settings.reuse_grace,
        )
        self.storage = TokenStorage(minter, rules, clock, publish)
        self.clients = {client.client_id: client for client in settings.clients}
        cookie = BrowserSessionCookie()
        self._server = LabAuthorizationServer(self.storage, self.clients)
        self._flows = self._make_flows(cookie)
        authorize = Authorize(
            self._server, self.storage, cookie, settings.users, self._flows, settings.skips_consent
        )
        end_session = EndSession(
            self.storage, cookie, self.clients, clock, publish, send_logout_token
        )
        self.sign_out = end_session.sign_out
        routes = [
            *self._routes(),
            *authorize.routes,
            *end_session.routes,
            *self._flows.routes,
        ]
        unreliable = Unreliable(_make_endpoints(routes), self.faults, sleep)
        self.app = CrossOrigin(unreliable, self.clients, self._report_origin)

    def _make_flows(self, cookie: BrowserSessionCookie) -> ProviderFlows:
        return ProviderFlows(
            FlowParts(
                server=self._server,
                cookie=cookie,
                users=self._settings.users,
                organizations=self._settings.organizations,
                clock=self._clock,
                publish=self._publish,
            )
        )

    def _routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self.discovery),
            Route("/.well-known/jwks.json", self.jwks),
            Route("/oauth/token", self.token, methods=["POST"]),
            Route("/oauth/revoke", self.revoke, methods=["POST"]),
            Route("/userinfo", self.userinfo, methods=["GET", "POST"]),
        ]

    def _report_origin(self, scope: Scope, reason: str) -> None:
        self._publish(
            StepFailed(
                at=self._clock.now(),
                cause=exchange_of(scope),
                step="cross_origin",
                code=ORIGIN_REFUSED,
                reason=reason,
            )
        )

    def turn_knobs(self, knobs: Knobs, *, cause: str = "") -> None:
        """Behave as the knobs say from now on; the caller moves the clock by their skew."""
        self.faults.knobs = knobs
        rules = self.storage.rules
        rules.rotates = self._settings.rotates
        if knobs.rotate is not None:
            rules.rotates = knobs.rotate
        rules.reuse_grace = self._settings.reuse_grace
        if knobs.grace is not None:
            rules.reuse_grace = knobs.grace
        lifetimes = self._settings.lifetimes
        rules.lifetimes = replace(
            lifetimes,
            access=knobs.access_ttl or lifetimes.access,
            id=knobs.id_ttl or lifetimes.id,
            refresh=knobs.refresh_ttl or lifetimes.refresh,
        )
        rules.second_factor = knobs.second_factor
        self._publish(KnobsTurned(at=self._clock.now(), cause=cause, told=knobs.describe()))

    async def revoke_user(self, sub: str, *, cause: str = "") -> tuple[int, int]:
        """End all sessions of a user and revoke all refresh tokens; returns how many of each."""
        self.storage.report.cause = cause
        sessions = self.storage.sessions.by_sid
        sids = [sid for sid, session in sessions.items() if session.user.sub == sub]
        families = self.storage.live_families_of(sub)
        for sid in sids:
            await self.sign_out(sid)
        for token in families:
            self.storage.revoke_family(token)
        return len(sids), len(families)

    def revoke_token(self, token: str, *, cause: str = "") -> bool:
        """Revoke a refresh token by its text or digest, and its family; False: none is known."""
        found = self.storage.find_refresh_token(token)
        if found is None:
            return False
        self.storage.report.cause = cause
        self.storage.revoke_family(found)
        return True

    def rotate_keys(self, *, cause: str = "") -> str:
        """Sign with a new key from now on; returns its id."""
        kid = self.keys.rotate()
        self._publish(KeysRotated(at=self._clock.now(), cause=cause, kid=kid))
        return kid

    async def discovery(self, request: Request) -> Response:
        """Return the provider's metadata (OpenID Connect Discovery §3)."""
        found = make_metadata(
            self._settings.issuer, list(self.clients.values()), self._settings.users
        )
        found["issuer"] = self.faults.change_issuer(self._settings.issuer)
        return JSONResponse(found)

    async def jwks(self, request: Request) -> Response:
        """Return the public keys."""
        return JSONResponse(self.keys.jwks())

    async def token(self, request: Request) -> Response:
        """Exchange a code or a refresh token."""
        self.storage.report.cause = exchange_of(request.scope)
        question = await read_request_or_json(request)
        try:
            question.jkt = self._flows.prove(request)
            response: Response = self._server.create_token_response(question)
        except OAuthError as error:
            response = refuse(error)
        return self._flows.add_nonce(request, response)

    async def revoke(self, request: Request) -> Response:
        """Revoke a token (RFC 7009): 200, whether or not it was known."""
        self.storage.report.cause = exchange_of(request.scope)
        question = await read_request_or_json(request)
        response: Response = self._server.create_endpoint_response("revocation", question)
        return response

    async def userinfo(self, request: Request) -> Response:
        """Return the claims of the access token's user (OpenID Connect Core §5.3)."""
        authorization = ""
        try:
            authorization = await read_authorization(request)
            claims = check_access_token(self.storage, self._flows, request, authorization)
        except OAuthError as error:
            response = refuse(error)
            response.headers["www-authenticate"] = make_challenge(authorization, error)
            return self._flows.add_nonce(request, response)
        session = self.storage.sessions.find(str(claims.get("sid")))
        if session is None:
            return JSONResponse({"sub": claims.get("sub")})
        subject = self.faults.change_subject(make_subject(session))
        found = {"sub": subject.sub, **claims_for(subject, str(claims.get("scope")))}
        for name in ("org_id", "org_name"):
            if name in claims:
                found[name] = claims[name]
        return self._flows.add_nonce(request, JSONResponse(found))


def _make_endpoints(routes: Sequence[Route]) -> Starlette:
    """Return what answers; errors of each endpoint are OAuth's."""
    handlers = {OAuthError: answer_error, HTTPException: answer_error}
    return Starlette(routes=routes, exception_handlers=handlers)
