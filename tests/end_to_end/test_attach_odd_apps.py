"""attach before apps that refuse early, speak something else, have their own CA, or go away."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.proxy.route import Route as Upstream
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.devserver.core.events.server import AppAddressSeen, UpstreamStateChanged
from tests.certificates import Paths, make_certificate
from tests.devserver.attach.browser.scene import wish_for
from tests.devserver.attach.proxy.wire import OK, Reader, Writer, proxied
from tests.end_to_end.attached import Attached, attached, served
from tests.end_to_end.odd_apps import odd_app
from tests.servers import free_port
from tests.waiting import PATIENCE, eventually

TIMES = 12
SIZE = 5_000_000
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = bytes.fromhex("000000040000000000")


@pytest.fixture(scope="module")
def own_ca(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    return make_certificate(tmp_path_factory.mktemp("ca"))


@contextmanager
def before(route: Upstream) -> Iterator[Attached]:
    with attached(AttachSettings(route=route)) as proxy:
        yield proxy


def upload(proxy: Attached) -> bytes:
    """Send all of a large body, whatever comes, and return all that came."""
    port = int(proxy.base_url.rpartition(":")[2])
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as link:
        link.sendall(head % SIZE + b"x" * SIZE)
        answer = b""
        while data := link.recv(65_536):
            answer += data
    return answer


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("kind", ["early", "early-destroy"])
def test_a_413_before_the_upload_was_read_reaches_the_client(
    kind: str, scheme: str, own_ca: Paths
) -> None:
    tls = own_ca if scheme == "https" else None
    with odd_app(kind, tls) as port:
        route = route_to(f"{scheme}://127.0.0.1:{port}", checks_certificate=False)
        with before(route) as proxy:
            for _ in range(TIMES):
                answer = upload(proxy)
                assert answer.startswith(b"HTTP/1.1 413 ")
                assert b"too big" in answer
            proxy.eventually(lambda: len(proxy.told(ExchangeEnded)) == TIMES)
            assert {event.status for event in proxy.told(ExchangeEnded)} == {413}
            assert [event.is_up for event in proxy.told(UpstreamStateChanged)] == [True]
            assert httpx.post(proxy.base_url, content=b"small", timeout=PATIENCE).text == "ok"


def test_a_certificate_of_one_s_own_is_named_with_the_flag_and_the_ca(own_ca: Paths) -> None:
    with odd_app("plain", own_ca) as port, before(route_to(f"https://localhost:{port}")) as proxy:
        page = httpx.get(proxy.base_url, timeout=PATIENCE)
        assert (page.status_code, "certificate is not trusted" in page.text) == (502, True)
        for text in (page.text, proxy.running.warning):
            assert "--insecure" in text
            assert "SSL_CERT_FILE" in text
            assert "tart it" not in text
        state = proxy.told(UpstreamStateChanged)[-1]
        assert (state.is_up, state.is_unusable) == (False, True)
        assert "AWAY" not in proxy.state().lab.upstream_reason


@pytest.mark.parametrize("way", ["insecure", "ca"])
def test_what_the_message_says_helps(
    way: str, own_ca: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "ca":
        monkeypatch.setenv("SSL_CERT_FILE", str(own_ca.ca))
    with odd_app("plain", own_ca) as port:
        url = f"https://localhost:{port}"
        with before(route_to(url, checks_certificate=way == "ca")) as proxy:
            assert proxy.running.warning == ""
            assert httpx.post(proxy.base_url, content=b"small", timeout=PATIENCE).text == "ok"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_app_that_speaks_only_http_2_is_named_as_that(scheme: str, own_ca: Paths) -> None:
    with odd_app("http2", own_ca if scheme == "https" else None) as port:
        route = route_to(f"{scheme}://127.0.0.1:{port}", checks_certificate=False)
        with before(route) as proxy:
            page = httpx.get(proxy.base_url, timeout=PATIENCE)
            assert (page.status_code, "speaks only HTTP/2" in page.text) == (502, True)
            proxy.eventually(lambda: proxy.told(UpstreamStateChanged))
            state = proxy.told(UpstreamStateChanged)[-1]
            assert (state.is_up, state.is_unusable) == (False, True)
            assert "HTTP/2" in state.reason
            assert ("HTTP/2" in proxy.running.warning) is (scheme == "https")


async def test_one_that_closes_without_a_byte_is_asked_what_it_speaks() -> None:
    """Go's server of unencrypted HTTP/2 does so."""

    async def silent(reader: Reader, writer: Writer) -> None:
        if (await reader.read(len(PREFACE))).startswith(PREFACE):
            writer.write(SETTINGS)
            await writer.drain()

    async with proxied(silent) as app:
        answer = await app.exchange(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"speaks only HTTP/2" in answer
        assert [is_up for is_up, _ in app.heard.states] == [False]


def test_https_behind_an_http_url_is_named_as_that(own_ca: Paths) -> None:
    with odd_app("plain", own_ca) as port, before(route_to(f"http://127.0.0.1:{port}")) as proxy:
        page = httpx.get(proxy.base_url, timeout=PATIENCE)
        assert (page.status_code, "attach https://" in page.text) == (502, True)


def test_http_behind_an_https_url_is_named_as_that() -> None:
    with odd_app("plain") as port, before(route_to(f"https://127.0.0.1:{port}")) as proxy:
        page = httpx.get(proxy.base_url, timeout=PATIENCE)
        assert (page.status_code, "attach http://" in page.text) == (502, True)
        assert "attach http://" in proxy.running.warning


async def test_an_app_that_closes_one_connection_is_not_called_away() -> None:
    served_ones: list[bytes] = []

    async def shy(reader: Reader, writer: Writer) -> None:
        served_ones.append(await reader.readuntil(b"\r\n\r\n"))
        if b"/crash" not in served_ones[-1]:
            writer.write(OK)
            await writer.drain()

    async with proxied(shy) as app:
        request = b"GET /%b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        assert b"200 OK" in await app.exchange(request % b"")
        answer = await app.exchange(request % b"crash")
        assert answer.startswith(b"HTTP/1.1 502 ")
        assert b"Your app closed the connection" in answer
        assert b"200 OK" in await app.exchange(request % b"")
        assert app.heard.states == [(True, "")]


def test_away_ends_without_a_request_when_the_app_is_back() -> None:
    port = free_port()

    async def app(scope: object, receive: object, send: object) -> None:
        await asyncio.sleep(0)

    with before(route_to(f"http://127.0.0.1:{port}")) as proxy:
        assert [event.is_up for event in proxy.told(UpstreamStateChanged)] == [False]
        with served(app, port):
            proxy.eventually(lambda: proxy.told(UpstreamStateChanged)[-1].is_up)
        assert not proxy.told(ExchangeEnded)
        assert proxy.state().lab.is_upstream_up


def test_an_idle_app_that_ends_is_away_without_a_request() -> None:
    app = socket.create_server(("127.0.0.1", 0))
    address = app.getsockname()
    with before(route_to(f"http://127.0.0.1:{address[1]}")) as proxy:
        assert proxy.state().lab.is_upstream_up
        app.close()
        proxy.eventually(lambda: not proxy.state().lab.is_upstream_up)
        assert proxy.state().lab.upstream_reason == "connection refused"
        with socket.create_server(address):
            proxy.eventually(lambda: proxy.state().lab.is_upstream_up)
        assert not proxy.told(ExchangeEnded)


def test_a_browser_watches_the_app_under_the_name_that_logins_return_to() -> None:
    callbacks: list[str] = []

    async def home(request: Request) -> Response:
        to = quote(callbacks[-1], safe="")
        return RedirectResponse(f"https://idp.test/authorize?redirect_uri={to}")

    site = Starlette(routes=[Route("/login", home)])
    with served(site) as url:
        settings = AttachSettings(route=route_to(url), browser=wish_for("chromium"))
        with attached(settings) as proxy:
            port = proxy.base_url.rpartition(":")[2]
            callbacks.append(f"http://app.localhost:{port}/callback")
            httpx.get(f"{proxy.base_url}/login")
            name = f"http://app.localhost:{port}"
            eventually(lambda: name in proxy.state().browser.origins)


def test_the_address_to_open_is_the_one_that_logins_return_to() -> None:
    callbacks: list[str] = []

    async def login(request: Request) -> Response:
        to = quote(callbacks[-1], safe="")
        return RedirectResponse(f"https://idp.test/authorize?redirect_uri={to}")

    site = Starlette(routes=[Route("/login", login)])
    with served(site) as url, before(route_to(url)) as proxy:
        port = proxy.base_url.rpartition(":")[2]
        assert proxy.state().lab.base_url == f"http://127.0.0.1:{port}"
        callbacks.append(f"http://localhost:{port}/callback")
        httpx.get(f"{proxy.base_url}/login", timeout=PATIENCE)
        (seen,) = proxy.wait_for(AppAddressSeen)
        assert seen.base_url == proxy.state().lab.base_url == f"http://localhost:{port}"
