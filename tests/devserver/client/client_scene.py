"""An Auth0Client in front of a small app, with our own provider as its tenant; no sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from session_inspector.devserver.client.client import Auth0Client
from session_inspector.devserver.client.options import ClientOptions, Wiring
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.lab.browser import Browser
from tests.devserver.provider.provider_scene import ISSUER
from tests.devserver.provider.provider_scene import Scene as ProviderScene

APP = "http://app.test"


class ClientScene:
    """`handle` may answer instead of the provider; `asked` counts token requests."""

    def __init__(
        self,
        handle: Callable[[httpx.Request], httpx.Response | None] = lambda request: None,
        **options: object,
    ) -> None:
        self.tenant = ProviderScene()
        self.events: list[Event] = []
        self.asked: list[dict[str, str]] = []
        self._handle = handle
        base: ClientOptions = {
            "secret": "a-session-secret-of-32-bytes-or-more",
            "domain": ISSUER,
            "client_id": "app",
            "client_secret": "secret",
            "app_base_url": APP,
            "env": {},
            "wiring": Wiring(
                clock=self.tenant.clock,
                publish=self.events.append,
                http=httpx.AsyncClient(transport=httpx.MockTransport(self._tenant)),
            ),
        }
        given = {**base, **options}
        self.client = Auth0Client(**given)  # type: ignore[arg-type]  # the tests' own options
        routes = [
            Route("/", self._home),
            Route("/token", self._token),
            Route("/gh", self._connection),
        ]
        routes.append(Route("/name", self._name))
        self.app = self.client.middleware(Starlette(routes=routes))
        self.browser = Browser("b", APP, self.tenant.clock, httpx.MockTransport(self._site))

    async def sign_in(self) -> httpx.Response:
        return await self.browser.visit("/auth/login", user="local|alice")

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Request a page without following redirects."""
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url=APP) as http:
            sent = "; ".join(f"{n}={v}" for n, v in self.browser.cookies().items())
            return await http.get(path, headers={"cookie": sent, **headers})

    async def _site(self, request: httpx.Request) -> httpx.Response:
        app = self.app if request.url.host == "app.test" else self.tenant.provider.app
        return await httpx.ASGITransport(app).handle_async_request(request)

    async def _tenant(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            self.asked.append(dict(httpx.QueryParams(request.content.decode())))
            await asyncio.sleep(0)
        answer = self._handle(request)
        if answer is not None:
            return answer
        return await httpx.ASGITransport(self.tenant.provider.app).handle_async_request(request)

    async def _home(self, request: Request) -> JSONResponse:
        session = await self.client.get_session(request)
        return JSONResponse(session["user"] if session else None)

    async def _token(self, request: Request) -> JSONResponse:
        found = await self.client.get_access_token(request, refresh=True)
        return JSONResponse({"token": found["accessToken"]})

    async def _connection(self, request: Request) -> JSONResponse:
        found = await self.client.get_access_token_for_connection(request, connection="github")
        return JSONResponse(found)

    async def _name(self, request: Request) -> JSONResponse:
        session = await self.client.get_session(request)
        assert session is not None
        user = session["user"]
        assert isinstance(user, dict)
        await self.client.update_session(
            request, {**session, "user": {**user, "team": "blue"}, "internal": {"sid": "hacked"}}
        )
        return JSONResponse("renamed")
