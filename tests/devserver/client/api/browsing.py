"""A tenant on real sockets, and somebody who logs in at it through Starlette's TestClient."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from session_inspector import Auth0Client, SessionDataStore, current_session, require_session
from session_inspector.devserver.host import start_lab
from session_inspector.devserver.lab.browser import LoginForm
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.tenant.environment import environments, settings_of
from tests.waiting import PATIENCE

with warnings.catch_warnings():
    # newer versions of Starlette ask for httpx2 beside it
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient as TestClient

APP = "http://localhost:3000"


@dataclass(frozen=True, slots=True)
class Tenant:
    """A provider, and the environment that an app of it reads."""

    env: dict[str, str]
    ca: str


@contextmanager
def running_tenant(folder: Path) -> Iterator[Tenant]:
    """Run the lab as tenant, as `serve --as-tenant` does."""
    words = ["serve", "--as-tenant", "--app-url", APP, "--store", "memory://"]
    settings = settings_of(parse(words), {"HOME": str(folder)})
    assert settings.tls is not None
    lab = start_lab(settings)
    try:
        env = environments(settings, lab)["nextjs"]
        bundle = environments(settings, lab)["env"]["SSL_CERT_FILE"]
        yield Tenant({**env, "SSL_CERT_FILE": bundle}, str(settings.tls.ca))
    finally:
        lab.stop()


def make_client(tenant: Tenant, store: SessionDataStore | None = None) -> Auth0Client:
    """Return a client with connections of its own, as an app has it."""
    return Auth0Client(env=tenant.env, session_store=store)


def make_app(client: Auth0Client) -> Starlette:
    """Return a small app that shows its session, and asks for fresh tokens."""

    async def home(request: Request) -> Response:
        session = await current_session(request)
        return JSONResponse({"name": session["user"]["name"] if session else None})

    async def members(request: Request) -> Response:
        return JSONResponse((await require_session(request))["user"])

    async def token(request: Request) -> Response:
        found = await client.get_access_token(request, refresh=True)
        return JSONResponse(found["scope"])

    async def socket(websocket: WebSocket) -> None:
        connection: HTTPConnection = websocket
        session = await require_session(connection)
        await websocket.accept()
        await websocket.send_text(session["user"]["name"])
        await websocket.close()

    routes = [
        Route("/", home),
        Route("/members", members),
        Route("/token", token),
        WebSocketRoute("/socket", socket),
    ]
    return Starlette(routes=routes, middleware=[Middleware(client.middleware)])


def sign_in(browser: TestClient, tenant: Tenant, user: str = "local|alice") -> None:
    """Log in: the app by the TestClient, the provider over its socket."""
    answer = browser.get("/auth/login", follow_redirects=False)
    assert answer.status_code == 307, answer.text
    context = ssl.create_default_context(cafile=tenant.ca)
    with httpx.Client(verify=context, timeout=PATIENCE) as http:
        page = http.get(answer.headers["location"], follow_redirects=True)
        form = LoginForm.found_in(page.text)
        assert form is not None, page.text
        back = http.post(page.url.join(form.action), data=form.fill_in(user))
    answer = browser.get(back.headers["location"], follow_redirects=False)
    assert answer.status_code == 307, answer.text
