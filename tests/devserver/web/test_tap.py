"""The tap reports exchanges and cookies, masks what is secret, and changes no byte."""

from __future__ import annotations

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.correlation import EXCHANGE
from session_inspector.devserver.core.events.base import CookieSeen
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.masking import mask_url
from session_inspector.devserver.core.values import Secret
from session_inspector.devserver.web.tap import (
    Tap,
    TapContext,
    client_name,
    exchange_numbers,
)

LINE = "__session=abc%3D; Path=/x; Max-Age=60; Secure; HttpOnly; SameSite=lax"


def answering(*headers: tuple[str, str], status: int = 200) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        raw.append((b"x-exchange", str(scope[EXCHANGE]).encode()))
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": b"bytes \xff"})

    return app


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("the app fell over")


def tapped(app: ASGIApp, events: list[Event]) -> httpx.AsyncClient:
    watch = TapContext(
        clock=ManualClock(5.0),
        publish=events.append,
        session_of=lambda exchange: "s1",
        is_session_cookie=lambda name: name.startswith("__session"),
        numbers=exchange_numbers(),
    )
    transport = httpx.ASGITransport(Tap(app, watch, "app"))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


async def test_one_exchange_is_reported_with_its_cookies() -> None:
    events: list[Event] = []
    app = answering(("set-cookie", LINE), ("cache-control", "no-store"), status=302)
    async with tapped(app, events) as browser:
        answer = await browser.get(
            "/page?code=s3cret&x=1",
            headers={"cookie": "a=1; __session=zzz", "user-agent": "Mozilla Chrome/1 Safari/2"},
        )
    started, cookie, ended = events
    assert (answer.status_code, answer.headers["x-exchange"]) == (302, "x1")
    assert started == ExchangeStarted(
        at=5.0,
        cause="x1",
        exchange="x1",
        method="GET",
        path="/page?code=•••&x=1",
        client="Chrome",
        cookie_bytes=len("Cookie: ") + 18,
        cookies=(CookieSeen(name="a", size=1), CookieSeen(name="__session", size=3)),
        origin="http://127.0.0.1",
    )
    assert cookie == CookieSet(
        at=5.0,
        cause="x1",
        session="s1",
        exchange="x1",
        name="__session",
        value=Secret.of("abc%3D"),
        size=6,
        line_size=len(LINE),
        max_age=60.0,
        path="/x",
        secure=True,
        http_only=True,
        same_site="lax",
    )
    assert isinstance(ended, ExchangeEnded)
    assert (ended.status, ended.set_cookies, ended.cache_control) == (302, 1, "no-store")


async def test_bytes_and_headers_pass_unchanged() -> None:
    async with tapped(answering(("set-cookie", LINE), ("set-cookie", "b=2")), []) as browser:
        answer = await browser.get("/")
    assert answer.content == b"bytes \xff"
    assert answer.headers.get_list("set-cookie") == [LINE, "b=2"]


async def test_another_cookie_belongs_to_no_session() -> None:
    events: list[Event] = []
    async with tapped(answering(("set-cookie", "theme=dark")), events) as browser:
        await browser.get("/")
    assert [event.session for event in events if isinstance(event, CookieSet)] == [""]


async def test_an_app_that_falls_over_is_an_exchange_with_500() -> None:
    events: list[Event] = []
    async with tapped(broken, events) as browser:
        with pytest.raises(RuntimeError, match="fell over"):
            await browser.get("/")
    assert [event.status for event in events if isinstance(event, ExchangeEnded)] == [500]


async def test_the_lab_s_own_traffic_is_not_reported() -> None:
    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    events: list[Event] = []
    async with tapped(silent, events) as browser:
        await browser.get("/_inspect/events")
        await browser.get("/favicon.ico")
    assert events == []


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("/cb?code=a&state=b#c", "/cb?code=•••&state=•••#c"),
        ("/x?encode=1&statement=2", "/x?encode=1&statement=2"),
        ("/l?id_token_hint=a.b.c&client_id=d", "/l?id_token_hint=•••&client_id=d"),
        ("", ""),
    ],
)
def test_urls_lose_their_secrets(url: str, masked: str) -> None:
    assert mask_url(url) == masked


@pytest.mark.parametrize(
    ("browser", "agent", "name"),
    [
        ("alice", "python-httpx/0", "lab:alice"),
        ("", "Mozilla/5.0 Firefox/1", "Firefox"),
        ("", "Mozilla/5.0 Chrome/1 Safari/1 Edg/1", "Edge"),
        ("", "my-script/1.0", "my-script"),
        ("", "", "unknown"),
    ],
)
def test_clients_are_named(browser: str, agent: str, name: str) -> None:
    assert client_name(browser, agent) == name
