"""One port for both: https is served, plain http is led to it, and silence costs nothing."""

from __future__ import annotations

import asyncio
import logging
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from session_inspector.devserver.attach.proxy.front import lead_to_https
from session_inspector.devserver.attach.proxy.route import Route, route_to
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.tls import TlsFiles, tls_files
from tests.devserver.attach.proxy.wire import OK, answering, head_of, proxied
from tests.waiting import PATIENCE

ROUTE = route_to("http://127.0.0.1:3000")
HEAD = b"%s HTTP/1.1\r\nHost: %s\r\n\r\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return tls_files(tmp_path_factory.mktemp("state"), SystemClock())


@pytest.mark.parametrize(
    ("request_", "host", "location"),
    [
        (b"GET /a?b=1", b"localhost:4141", b"https://localhost:4141/a?b=1"),
        (b"POST /a", b"app.localhost:4141", b"https://app.localhost:4141/a"),
        (b"GET http://localhost:4141/x", b"other", b"https://localhost:4141/x"),
    ],
)
def test_a_plain_request_is_led_to_https(request_: bytes, host: bytes, location: bytes) -> None:
    answer = lead_to_https(ROUTE, bytearray(HEAD % (request_, host)))
    head, _, text = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 307 ")
    assert b"\r\nLocation: " + location + b"\r\n" in head
    assert text == b"This port speaks https: " + location + b"\n"
    assert b"Content-Length: %d\r\n" % len(text) in answer


@pytest.mark.parametrize(
    ("request_", "host", "status"),
    [(b"GET /", b"evil.test", b"421"), (b"nonsense", b"localhost", b"400")],
)
def test_strangers_are_led_nowhere(request_: bytes, host: bytes, status: bytes) -> None:
    answer = lead_to_https(ROUTE, bytearray(HEAD % (request_, host)))
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"Location" not in answer


def test_half_a_head_waits_for_the_rest() -> None:
    assert lead_to_https(ROUTE, bytearray(b"GET / HTTP/1.1\r\nHo")) == b""


async def test_one_port_answers_both(files: TlsFiles) -> None:
    def route(url: str) -> Route:
        return replace(route_to(url), front=files)

    async with proxied(answering(OK), route) as app:
        plain = await app.exchange(HEAD % (b"GET /", b"localhost"))
        assert plain.startswith(b"HTTP/1.1 307 ")
        app.trust = files.client_context()
        async with app.client() as (reader, writer):
            writer.write(HEAD % (b"GET /", b"localhost"))
            assert (await head_of(reader)).startswith(b"HTTP/1.1 200 OK")
    assert len(app.heard.exchanges) == 1


async def test_who_fails_before_a_request_leaves_no_trace(
    files: TlsFiles, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    other = tls_files(tmp_path, SystemClock())

    def route(url: str) -> Route:
        return replace(route_to(url), front=files)

    async with proxied(answering(OK), route) as app, asyncio.timeout(PATIENCE):
        async with app.client():
            pass  # connects in advance, and leaves
        app.trust = ssl.create_default_context(cafile=str(other.ca))
        with pytest.raises(ssl.SSLError):
            await app.exchange(HEAD % (b"GET /", b"localhost"))
        app.trust = None
        assert await app.exchange(b"\x16\x03\x01\x00\x05hello") != b"HTTP"
        async with app.client() as (_, writer):
            writer.write(b"\x16")
            # the proxy is closed while this one is in its handshake
    assert app.heard.exchanges == []
    assert not [line for line in caplog.records if line.levelno >= logging.WARNING]
