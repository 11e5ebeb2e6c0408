"""attach in front of real apps: they work as without it, and each session is seen and opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request as WebRequest
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.commands import (
    Expire,
    Login,
    MoveClock,
    Prune,
    Reveal,
    Revoke,
    UndoRevoke,
)
from session_inspector.devserver.core.events.exchange import CookieSet, ExchangeEnded
from session_inspector.devserver.core.events.login import LoginStarted, LoginSucceeded
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionNotOpened,
    SessionRefused,
    SessionWritten,
)
from session_inspector.devserver.host import start_lab
from session_inspector.devserver.settings import load_settings
from tests.end_to_end.attached import Attached, attached, served
from tests.end_to_end.lab import sign_in
from tests.servers import RedisServer, free_port
from tests.waiting import patient_client

SECRET = "an-auth0-secret-of-32-bytes-or-more"


async def home(request: WebRequest) -> Response:
    return PlainTextResponse(f"hello {request.session.get('user', {}).get('sub', 'nobody')}")


async def login(request: WebRequest) -> Response:
    request.session["user"] = {"sub": "alice", "email": "alice@example.com"}
    return RedirectResponse("/", 303)


async def visit(request: WebRequest) -> Response:
    request.session["visits"] = request.session.get("visits", 0) + 1
    return PlainTextResponse("counted")


async def logout(request: WebRequest) -> Response:
    request.session.clear()
    return RedirectResponse("/", 303)


def starlette_app() -> Starlette:
    routes = [Route("/", home), Route("/login", login), Route("/visit", visit)]
    return Starlette(
        routes=[*routes, Route("/logout", logout)],
        middleware=[Middleware(SessionMiddleware, secret_key="hush-hush")],
    )


@pytest.fixture
def app_url() -> Iterator[str]:
    with served(starlette_app()) as url:
        yield url


def test_a_signed_cookie_is_opened_and_its_session_keeps_its_name(app_url: str) -> None:
    settings = AttachSettings(route=route_to(app_url), secrets=["another", "hush-hush"])
    with attached(settings) as it, patient_client(it.base_url) as http:
        assert http.get("/login", follow_redirects=True).text == "hello alice"
        assert http.get("/visit").text == "counted"
        it.eventually(lambda: len(it.told(SessionWritten)) == 2)
        assert [event.reason for event in it.told(SessionWritten)] == ["login", "update"]
        row = it.only_row()
        assert (row.who, row.kind, row.client, row.life) == (
            "alice · alice@example.com",
            "stateless",
            "httpx",
            "live",
        )
        assert it.told(SessionLoaded)[-1].session == row.session
        http.get("/logout")
        it.eventually(lambda: it.told(SessionDestroyed))
        it.row_once(lambda row: row.life == "logged-out")


def test_a_cookie_without_its_secret_is_shown_with_the_reason(app_url: str) -> None:
    settings = AttachSettings(route=route_to(app_url), secrets=["wrong"], has_told_secret=True)
    with attached(settings) as it, patient_client(it.base_url) as http:
        assert http.get("/login", follow_redirects=True).text == "hello alice"
        unopened = it.wait_for(SessionNotOpened)[0]
        assert (unopened.code, "the secret does not open it" in unopened.reason) == (
            "wrong_secret",
            True,
        )
        assert not it.told(SessionRefused), "the app has taken it"


def test_secrets_stay_out_of_events_until_one_is_revealed(app_url: str) -> None:
    settings = AttachSettings(route=route_to(app_url), secrets=["hush-hush"])
    with attached(settings) as it, patient_client(it.base_url) as http:
        http.get("/login")
        it.eventually(lambda: it.told(CookieSet))
        value = http.cookies["session"]
        assert value not in repr(it.events())
        assert it.send(Reveal(digest=it.told(CookieSet)[0].value.digest)).value == value


def test_commands_of_the_lab_are_refused_with_what_to_do(app_url: str) -> None:
    with attached(AttachSettings(route=route_to(app_url))) as it:
        asked = (Login(user="x"), MoveClock(seconds=1), Revoke(session="x"), Prune())
        said = [it.send(command) for command in asked]
    assert [reply.is_ok for reply in said] == [False] * 4
    assert "log in with your browser" in said[0].message
    assert "--store URL" in said[2].message


# -- @auth0/nextjs-auth0: the lab's own app as somebody's ---------------------------------


@contextmanager
def tenant(folder: Path, **more: object) -> Iterator[Attached]:
    """A real app with Auth0Client that is told to live at the proxy's address."""
    port = free_port()
    own = free_port()
    kind = str(more.pop("kind"))
    store = str(more.get("store", "sqlite://:memory:"))
    flags: dict[str, str | bool | None] = {
        "base_url": f"http://127.0.0.1:{port}",
        "port": str(own),
        "kind": kind,
        "store": store,
        "create_store": True,
    }
    app = start_lab(load_settings(flags, {"HOME": str(folder), "AUTH0_SECRET": SECRET}))
    try:
        settings = AttachSettings(
            route=route_to(f"http://127.0.0.1:{own}"),
            port=port,
            secrets=[SECRET],
            **more,  # type: ignore[arg-type]  # store and may_write
        )
        with attached(settings) as it:
            yield it
    finally:
        app.stop()


def test_a_login_through_the_proxy_is_seen_from_transaction_to_session(tmp_path: Path) -> None:
    with tenant(tmp_path, kind="stateless") as it, patient_client() as http:
        assert sign_in(http, it.base_url, "local|dora").status_code == 200  # chunks
        # its cookies come behind the login itself
        it.eventually(lambda: it.told(LoginSucceeded) and it.told(ExchangeEnded)[-1].status == 200)
        started = [event.login for event in it.told(LoginStarted)]
        assert started == [event.login for event in it.told(LoginSucceeded)]
        (row,) = it.rows()
        assert (row.who, row.kind, row.life) == (row.who, "stateless", "live")
        known = it.state().sessions[row.session]
        assert known.facts.sub == "local|dora"
        assert {"user", "tokenSet", "internal"} <= set(known.facts.data)
        assert {"sealed", "cookie", "access_token"} <= {t.name for t in known.facts.timers}
        assert len([key for key in known.cookies if key[0].startswith("__session__")]) > 1
        assert "orphan chunk" not in {alarm.kind for alarm in it.state().alarms.raised}


def has_row(it: Attached) -> bool:
    return any(row.kind == "stateful" and row.size > 200 for row in it.rows())


@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_revoking_the_real_row_logs_its_browser_out(kind: str, tmp_path: Path) -> None:
    server = RedisServer(tmp_path) if kind == "redis" else None
    url = server.url if server else f"sqlite://{tmp_path}/app.db"
    try:
        with (
            tenant(tmp_path, kind="stateful", store=url, may_write=True) as it,
            patient_client() as http,
        ):
            sign_in(http, it.base_url, "local|alice")
            it.eventually(lambda: has_row(it))
            (row,) = it.rows()
            assert (row.who.startswith("Alice"), row.client) == (True, "httpx")
            protected = f"{it.base_url}/protected"
            assert http.get(protected).status_code == 200
            assert it.send(Revoke(session=row.session)).is_ok
            assert http.get(protected).status_code != 200
            it.row_once(lambda row: row.life == "revoked")
    finally:
        if server:
            server.kill()


def test_undo_expire_and_prune_act_on_the_real_row(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/app.db"
    with (
        tenant(tmp_path, kind="stateful", store=url, may_write=True) as it,
        patient_client() as http,
    ):
        sign_in(http, it.base_url, "local|alice")
        it.eventually(lambda: has_row(it))
        session = it.rows()[0].session
        protected = f"{it.base_url}/protected"
        assert it.send(Revoke(session=session)).is_ok
        assert it.send(UndoRevoke()).is_ok
        assert http.get(protected).status_code == 200
        assert it.send(Expire(session=session, clock="inactivity")).is_ok
        assert http.get(protected).status_code != 200
        assert "1 expired row would be deleted" in it.send(Prune()).message
        assert it.send(Prune(is_dry=False)).message == "1 expired row deleted"


def test_a_store_is_read_only_unless_writing_was_asked_for(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/app.db"
    with tenant(tmp_path, kind="stateful", store=url) as it, patient_client() as http:
        sign_in(http, it.base_url, "local|alice")
        it.eventually(lambda: has_row(it))
        session = it.rows()[0].session
        commands = (Revoke(session=session), Expire(session=session, clock="absolute"))
        for command in (*commands, UndoRevoke(), Prune(is_dry=False)):
            said = it.send(command)
            assert (said.is_ok, "--write" in said.message) == (False, True)
        assert http.get(f"{it.base_url}/protected").status_code == 200


def test_a_request_with_a_revoked_row_is_shown_as_a_refusal(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/app.db"
    with (
        tenant(tmp_path, kind="stateful", store=url, may_write=True) as it,
        patient_client() as http,
    ):
        sign_in(http, it.base_url, "local|alice")
        it.eventually(lambda: has_row(it))
        session = it.rows()[0].session
        assert it.send(Revoke(session=session)).is_ok
        assert http.get(f"{it.base_url}/protected").status_code != 200
        refused = it.wait_for(SessionRefused)[0]  # by the app: not before it has answered
        assert (refused.session, refused.code, refused.origin) == (session, "401", "seen")
        assert it.rows()[0].life == "revoked"
        assert it.send(UndoRevoke()).is_ok
        before = len(it.told(SessionLoaded))
        assert http.get(f"{it.base_url}/protected").status_code == 200
        it.wait_for(SessionLoaded, before + 1)
        assert it.rows()[0].life == "live"
