"""A proxy that answers browsers by https: what the app learns, how it ends, who speaks http."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from session_inspector.devserver.attach.proxy.head_texts import origin_of, read_lines
from session_inspector.devserver.attach.proxy.route import Route, route_to, trust_of
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.tls import TlsFiles, tls_files
from tests.devserver.attach.proxy.wire import OK, App, Reader, Writer, answering, head_of, proxied
from tests.devserver.hellos import make_hello
from tests.waiting import PATIENCE

GET = b"GET /a HTTP/1.1\r\nHost: localhost:4141\r\n\r\n"
ENDING = b"HTTP/1.1 200 OK\r\n\r\nall of it"
SWITCHED = b"HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
UPGRADE = (
    b"GET /hmr HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return tls_files(tmp_path_factory.mktemp("state"), SystemClock())


@pytest.fixture
def route(files: TlsFiles) -> Callable[[str], Route]:
    return lambda url: replace(route_to(url), front=files)


def speak_https(app: App, files: TlsFiles) -> None:
    app.trust = files.client_context()


async def test_the_app_learns_what_the_browser_speaks(
    files: TlsFiles, route: Callable[[str], Route]
) -> None:
    got: list[bytes] = []
    async with proxied(answering(OK, got), route) as app:
        speak_https(app, files)
        async with app.client() as (reader, writer):
            writer.write(GET.replace(b":4141", b""))
            assert (await head_of(reader)).startswith(b"HTTP/1.1 200 OK")
    assert b"\r\nX-Forwarded-Proto: https\r\n" in got[0]
    assert b"\r\nX-Forwarded-Port: 443\r\n" in got[0]
    (exchange,) = app.heard.exchanges
    texts = read_lines(exchange.head.lines)
    assert origin_of(exchange.head, texts, exchange.scheme) == "https://localhost"


async def test_an_answer_that_ends_with_its_connection_ends_at_once_and_whole(
    files: TlsFiles, route: Callable[[str], Route]
) -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        writer.write(ENDING)

    async with proxied(handler, route) as app:
        speak_https(app, files)
        assert (await app.exchange(GET)).endswith(b"\r\n\r\nall of it")


async def test_a_client_that_leaves_is_noticed_and_nothing_is_logged(
    files: TlsFiles, route: Callable[[str], Route], caplog: pytest.LogCaptureFixture
) -> None:
    asked = asyncio.Event()
    left = asyncio.Event()

    async def handler(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        asked.set()
        assert await reader.read() == b""
        left.set()

    async with proxied(handler, route) as app, asyncio.timeout(PATIENCE):
        speak_https(app, files)
        async with app.client() as (_, writer):
            writer.write(GET)
            await asked.wait()
        await left.wait()
    assert not [line for line in caplog.records if line.levelno >= logging.WARNING]


async def test_websockets_pass(files: TlsFiles, route: Callable[[str], Route]) -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        writer.write(SWITCHED)
        writer.write((await reader.readexactly(4)).upper())
        await reader.read()

    async with proxied(handler, route) as app, asyncio.timeout(PATIENCE):
        speak_https(app, files)
        async with app.client() as (reader, writer):
            writer.write(UPGRADE)
            assert b" 101 " in await head_of(reader)
            writer.write(b"ping")
            assert await reader.readexactly(4) == b"PING"


async def test_what_browsers_speak_stays_when_the_app_moves(
    files: TlsFiles, route: Callable[[str], Route]
) -> None:
    got: list[bytes] = []
    # the other closes last: the proxy keeps a connection to it
    async with proxied(answering(OK, got)) as other, proxied(answering(OK), route) as app:
        speak_https(app, files)
        app.proxy.lead_to(route_to(f"http://127.0.0.1:{other.port}"))
        async with app.client() as (reader, writer):
            writer.write(GET)
            await head_of(reader)
    assert b"X-Forwarded-Proto: https" in got[0]


def test_a_client_of_ours_trusts_the_certificate_only_where_there_is_one(
    files: TlsFiles, route: Callable[[str], Route], tmp_path: Path
) -> None:
    assert trust_of(route_to("http://localhost:1")) is True
    assert isinstance(trust_of(route("http://localhost:1")), ssl.SSLContext)


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
async def test_a_name_that_is_no_ascii_is_closed_and_nothing_is_printed(
    route: Callable[[str], Route],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    async with proxied(answering(OK, []), route) as app, app.client() as (reader, writer):
        writer.write(make_hello(b"m\xc3\xbcnchen.localhost"))
        async with asyncio.timeout(PATIENCE):
            assert (await reader.read())[:1] in (b"", b"\x15")
    assert capfd.readouterr().err == ""
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
