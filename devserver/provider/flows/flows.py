"""What the provider does beyond code and refresh: each flow with its endpoint and its metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from authlib.oauth2 import OAuth2Error
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.correlation import exchange_of
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.authlib_server import (
    LabAuthorizationServer,
    ReadRequest,
    read_request,
)
from session_inspector.devserver.provider.browser_session import BrowserSessionCookie
from session_inspector.devserver.provider.flows.client_credentials import OwnTokenGrant
from session_inspector.devserver.provider.flows.device import DeviceGrant, start_device_login
from session_inspector.devserver.provider.flows.device_codes import DeviceCodes
from session_inspector.devserver.provider.flows.device_page import DevicePage
from session_inspector.devserver.provider.flows.dpop import NONCE_HEADER, DpopProofs, Proven
from session_inspector.devserver.provider.flows.introspection import Introspection
from session_inspector.devserver.provider.flows.mfa_api import MfaApi
from session_inspector.devserver.provider.flows.organizations import Organization, Organizations
from session_inspector.devserver.provider.flows.pushed_requests import PushedRequests
from session_inspector.devserver.provider.flows.second_factors import SecondFactors
from session_inspector.devserver.provider.flows.step_up import (
    SecondFactorGrant,
    StepUpRefreshGrant,
)
from session_inspector.devserver.provider.refusals import refuse
from session_inspector.devserver.provider.registrations import User

Answer: TypeAlias = Callable[[ReadRequest], JsonObject]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowParts:
    """What the flows are built from."""

    server: LabAuthorizationServer
    cookie: BrowserSessionCookie
    users: Sequence[User]
    organizations: Iterable[Organization]
    clock: Clock
    publish: Publish


class ProviderFlows:
    """The flows of one provider; making it registers their grants."""

    def __init__(self, parts: FlowParts) -> None:
        server = parts.server
        storage = server.storage
        clock = parts.clock
        publish = parts.publish
        self._server = server
        self.proofs = DpopProofs(clock, storage.report)
        self.pushed = PushedRequests(server, clock, publish)
        self.factors = SecondFactors(storage, clock, publish)
        self.organizations = Organizations(parts.organizations)
        self._devices = DeviceCodes(clock, publish, storage.report)
        page = DevicePage(self._devices, storage, parts.cookie, parts.users)
        self._register(Introspection(storage, clock, publish))
        self.routes = [
            Route("/oauth/par", self.push, methods=["POST"]),
            Route("/oauth/device/code", self.start_device, methods=["POST"]),
            Route("/oauth/introspect", self.introspect, methods=["POST"]),
            *page.routes,
            *MfaApi(server, self.factors).routes,
        ]

    def _register(self, introspection: Introspection) -> None:
        own = {"factors": self.factors}
        self._server.register_grant(type("OwnRefreshGrant", (StepUpRefreshGrant,), own))
        self._server.register_grant(type("OwnFactorGrant", (SecondFactorGrant,), own))
        codes = {"codes": self._devices}
        self._server.register_grant(type("OwnDeviceGrant", (DeviceGrant,), codes))
        self._server.register_grant(OwnTokenGrant)
        self._server.register_endpoint(introspection)

    async def push(self, request: Request) -> Response:
        """Take a pushed authorization request (RFC 9126 §2): 201 with its name."""
        return await self._answer(request, self.pushed.push, 201)

    async def start_device(self, request: Request) -> Response:
        """Give a device its codes (RFC 8628 §3.2)."""
        return await self._answer(request, self._start_device, 200)

    async def introspect(self, request: Request) -> Response:
        """Describe a token (RFC 7662 §2.2)."""
        self._server.storage.report.cause = exchange_of(request.scope)
        question = await read_request(request)
        response: Response = self._server.create_endpoint_response("introspection", question)
        response.headers["cache-control"] = "no-store"
        return response

    def prove(self, request: Request, access_token: str = "") -> str:
        """Return the key of a request's DPoP proof; empty without one. Raises: OAuthError."""
        uri = f"{self._server.storage.minter.issuer}{request.url.path.removeprefix('/')}"
        proven = Proven(method=request.method, uri=uri, access_token=access_token)
        return self.proofs.check(request.headers.getlist("dpop"), proven)

    def add_nonce(self, request: Request, response: Response) -> Response:
        """Give who sent a proof the nonce for its next one (RFC 9449 §8.2)."""
        if "dpop" in request.headers:
            response.headers[NONCE_HEADER] = self.proofs.nonce()
        response.headers["cache-control"] = "no-store"
        return response

    def _start_device(self, question: ReadRequest) -> JsonObject:
        return start_device_login(self._server, self._devices, question)

    async def _answer(self, request: Request, answer: Answer, status: int) -> Response:
        """Answer a request of an app as JSON, a refusal with its error code."""
        self._server.storage.report.cause = exchange_of(request.scope)
        question = await read_request(request)
        try:
            question.jkt = self.prove(request)
            response: Response = JSONResponse(answer(question), status)
        except OAuthError as error:
            response = refuse(error)
        except OAuth2Error as error:
            response = self._server.handle_error_response(question, error)
        return self.add_nonce(request, response)
