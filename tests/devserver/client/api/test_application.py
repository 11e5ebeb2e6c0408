"""A client in apps as people test and run them: a loop for each request, each test, each server."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from session_inspector import InputError, SessionData, open_store
from session_inspector.devserver.client.api.application import AppWithSessions
from session_inspector.devserver.client.api.dependencies import HasScope
from session_inspector.devserver.cookies.sealed import KeyRing, seal
from tests.devserver.client.api.browsing import (
    APP,
    Tenant,
    TestClient,
    make_app,
    make_client,
    running_tenant,
    sign_in,
)
from tests.servers import RedisServer, free_port

ALICE = "Alice Archer"
SOCKET = "ws://localhost:3000/socket"


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    with running_tenant(tmp_path_factory.mktemp("home")) as found:
        yield found


@pytest.fixture(autouse=True)
def _trusted(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", tenant.env["SSL_CERT_FILE"])


@pytest.fixture(params=["cookie", "memory", "sqlite", "redis"])
def app(
    request: pytest.FixtureRequest, tenant: Tenant, tmp_path: Path, redis_server: RedisServer
) -> ASGIApp:
    urls = {
        "memory": "memory://",
        "sqlite": f"sqlite:///{tmp_path}/sessions.db",
        "redis": f"{redis_server.url}?prefix={tmp_path.name}:",
    }
    store = None
    if request.param != "cookie":
        store = open_store(urls[request.param])
    return make_app(make_client(tenant, store))


def test_a_plain_test_client_runs_a_loop_for_each_request(app: ASGIApp, tenant: Tenant) -> None:
    browser = TestClient(app, base_url=APP)
    assert browser.get("/").json() == {"name": None}
    sign_in(browser, tenant)
    assert browser.get("/").json() == {"name": ALICE}
    for _ in range(3):
        assert "openid" in browser.get("/token").json()
    assert browser.get("/auth/logout", follow_redirects=False).status_code == 307
    assert browser.get("/").json() == {"name": None}


def test_two_test_clients_with_and_without_a_lifespan(app: ASGIApp, tenant: Tenant) -> None:
    alice = TestClient(app, base_url=APP)
    with alice, TestClient(app, base_url=APP) as bob:
        sign_in(alice, tenant)
        sign_in(bob, tenant, "local|bob")
        assert alice.get("/token").status_code == 200
        assert bob.get("/token").status_code == 200
        assert alice.get("/").json() != bob.get("/").json()
    # its server has ended, and another starts
    assert alice.get("/token").status_code == 200
    with alice:
        assert alice.get("/token").status_code == 200
        assert alice.get("/").json() == {"name": ALICE}


@pytest.mark.parametrize("number", [1, 2])
async def test_each_test_of_pytest_asyncio_has_a_loop(
    number: int, app: ASGIApp, tenant: Tenant
) -> None:
    browser = TestClient(app, base_url=APP)
    await asyncio.to_thread(sign_in, browser, tenant)
    cookies = dict(browser.cookies)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=APP, cookies=cookies) as http:
        answers = await asyncio.gather(*(http.get("/token") for _ in range(4)))
        assert {answer.status_code for answer in answers} == {200}


def test_a_websocket_has_the_session(app: ASGIApp, tenant: Tenant) -> None:
    browser = TestClient(app, base_url=APP)
    with pytest.raises(WebSocketDisconnect) as refused, browser.websocket_connect(SOCKET):
        pass
    assert refused.value.code == 1008
    sign_in(browser, tenant)
    with browser.websocket_connect(SOCKET) as socket:
        assert socket.receive_text() == ALICE


def test_who_is_not_logged_in_gets_a_401(tenant: Tenant) -> None:
    browser = TestClient(make_app(make_client(tenant)), base_url=APP)
    assert browser.get("/members").status_code == 401
    sign_in(browser, tenant)
    assert browser.get("/members").json()["sub"] == "local|alice"


async def say_hello(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, as an app that knows no lifespan: Django raises, too."""
    if scope["type"] != "http":
        raise ValueError(f"no {scope['type']} here")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


async def ignore_all(scope: Scope, receive: Receive, send: Send) -> None:
    """Return at once."""


@pytest.mark.parametrize("inner", [say_hello, ignore_all])
def test_an_app_without_lifespan_gets_one(inner: ASGIApp) -> None:
    steps = Steps()
    with TestClient(AppWithSessions(inner, steps, steps.open, steps.close)):
        assert steps.done == ["open"]
    assert steps.done == ["open", "close"]


async def fail(reason: str) -> None:
    raise RuntimeError(reason)


def test_an_app_that_fails_at_its_start_still_fails() -> None:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await fail("no database")
        yield

    steps = Steps()
    app = AppWithSessions(Starlette(lifespan=lifespan), steps, steps.open, steps.close)
    with pytest.raises(RuntimeError, match="no database"), TestClient(app):
        pass
    assert steps.done == []


@pytest.mark.parametrize("inner", [Starlette(), say_hello])
def test_a_start_at_the_table_of_another_app_fails_with_the_fix(
    inner: ASGIApp, tenant: Tenant, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE sessions (token TEXT)")
    client = make_client(tenant, open_store(f"sqlite:///{tmp_path}/other.db"))
    heard: list[Message] = []

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        heard.append(message)

    async def start() -> None:
        await client.middleware(inner)({"type": "lifespan", "state": {}}, receive, send)

    with suppress(InputError):  # Starlette reports it, and raises
        asyncio.run(start())
    (message,) = heard
    assert message["type"] == "lifespan.startup.failed"
    assert "Fix: name another with ?table=" in message["message"]


def test_a_start_while_the_store_is_away_is_logged_and_requests_are_503(
    tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_store(f"redis://127.0.0.1:{free_port()}")
    with TestClient(make_app(make_client(tenant, store)), base_url=APP) as browser:
        assert "until the store is there: Redis: Error 111" in caplog.text
        browser.cookies.set("__session", make_cookie(tenant))
        answer = browser.get("/")
    assert (answer.status_code, "try again" in answer.text) == (503, True)
    assert "GET '/': the session store: Redis: Error 111" in caplog.text


def make_cookie(tenant: Tenant) -> str:
    """Return the cookie of a session that is in some store."""
    return seal({"id": "0" * 32}, KeyRing([tenant.env["AUTH0_SECRET"]]), exp=4_000_000_000)


class Steps:
    """A client that only notes what it was asked."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def get_session(self, request: HasScope) -> SessionData | None:
        return None

    async def open(self) -> None:
        self.done.append("open")

    async def close(self) -> None:
        self.done.append("close")
