"""Requests and responses pass through unchanged, as they come, with all that HTTP/1.1 allows."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from session_inspector.devserver.attach.proxy.route import route_to
from tests.devserver.attach.proxy.wire import (
    OK,
    Reader,
    Writer,
    answering,
    head_of,
    proxied,
)
from tests.waiting import PATIENCE

GET = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\nConnection: close\r\n\r\n"
KEPT = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
ODD = (
    b"GET /caf\xc3\xa9?q=%00&&x HTTP/1.1\r\n"
    b"hOsT:   LocalHost:8080\r\n"
    b"Cookie: a=1; a=2;b=\xe9\xff; c=%41\r\n"
    b"X-Odd:\t spaced \r\n"
    b"cookie: second=line\r\n"
    b"X-ODD: again\r\n"
)


async def test_request_lines_keep_order_case_duplicates_and_every_byte() -> None:
    got: list[bytes] = []
    async with proxied(answering(OK, got)) as app:
        await app.exchange(ODD + b"Connection: close, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\n\r\n")
    assert got[0].startswith(ODD)
    assert got[0][len(ODD) :] == (
        b"X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: LocalHost:8080\r\n"
        b"X-Forwarded-Proto: http\r\nX-Forwarded-Port: 8080\r\n\r\n"
    )


async def test_response_lines_keep_order_case_duplicates_and_every_byte() -> None:
    lines = (
        b"SET-cookie: a=\xe9\xff; Path=/; HttpOnly; priority=High\r\n"
        b"X-A:  1 \r\n"
        b"set-cookie: a=2; Domain=.example.com; expires=Thu, 01 Jan 1970 00:00:00 GMT\r\n"
        b"set-cookie: a=2; Domain=.example.com; expires=Thu, 01 Jan 1970 00:00:00 GMT\r\n"
        b"Location: http://127.0.0.1:3000/next\r\n"
        b"Content-Length: 3\r\n"
    )
    async with proxied(answering(b"HTTP/1.1 302 Fo\xfcnd it\r\n" + lines + b"\r\nabc")) as app:
        got = await app.exchange(GET)
    assert got == b"HTTP/1.1 302 Fo\xfcnd it\r\n" + lines + b"Connection: close\r\n\r\nabc"


async def test_what_a_client_claims_of_its_way_is_replaced() -> None:
    got: list[bytes] = []
    claim = (
        b"X-Forwarded-For: 6.6.6.6\r\nx-forwarded-proto: https\r\nForwarded: for=6.6.6.6\r\n\r\n"
    )
    async with proxied(answering(OK, got)) as app:
        await app.exchange(GET[:-2] + claim)
    assert b"6.6.6.6" not in got[0]
    assert b"https" not in got[0]


async def test_a_trusted_proxy_in_front_keeps_its_word() -> None:
    got: list[bytes] = []
    claim = b"X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n\r\n"
    route = partial(route_to, trusts_forwarded=True)
    async with proxied(answering(OK, got), route) as app:
        await app.exchange(GET[:-2] + claim)
    assert b"X-Forwarded-For: 9.9.9.9, 127.0.0.1\r\n" in got[0]
    assert b"X-Forwarded-Proto: https\r\n" in got[0]
    assert b"X-Forwarded-Proto: http\r\n" not in got[0]


async def test_the_app_gets_its_own_host_when_asked_to() -> None:
    got: list[bytes] = []
    async with proxied(answering(OK, got), partial(route_to, rewrites_host=True)) as app:
        await app.exchange(GET)
        assert got[0].count(b"Host: ") == 2
        assert f"\r\nHost: 127.0.0.1:{app.port}\r\n".encode() in got[0]
        assert b"\r\nX-Forwarded-Host: 127.0.0.1:1\r\n" in got[0]


async def test_an_absolute_target_becomes_a_path() -> None:
    got: list[bytes] = []
    async with proxied(answering(OK, got)) as app:
        await app.exchange(GET.replace(b"GET /", b"GET http://localhost:9/p?q=1", 1))
    assert got[0].startswith(b"GET /p?q=1 HTTP/1.1\r\nHost: localhost:9\r\n")


async def test_a_chunked_body_arrives_with_extensions_and_trailers_as_sent() -> None:
    body = b"5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n"
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    got: list[bytes] = []

    async def handler(reader: Reader, writer: Writer) -> None:
        assert b"\r\nTransfer-Encoding: chunked\r\n" in await head_of(reader)
        got.append(await reader.readexactly(len(body)))
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
        await writer.drain()

    async with proxied(handler) as app, app.client() as (reader, writer):
        writer.write(head)
        for at in range(len(body)):  # one byte a segment
            writer.write(body[at : at + 1])
            await writer.drain()
        assert (await head_of(reader)).startswith(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked")
        assert await reader.readexactly(len(body)) == body
    assert got == [body]


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        (b"HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"),
        (b"GET", b"HTTP/1.1 204 No Content\r\n\r\n"),
        (b"GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5000\r\nETag: x\r\n\r\n"),
        (b"GET", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ],
)
async def test_responses_without_a_body_end_at_their_head(method: bytes, answer: bytes) -> None:
    async with proxied(answering(answer)) as app, app.client() as (reader, writer):
        for _ in range(3):
            writer.write(method + KEPT[3:])
            assert await head_of(reader) == answer
        assert app.connections == 1


async def test_interim_responses_pass_and_the_body_waits_for_100() -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        assert b"Expect: 100-continue" in await head_of(reader)
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
        assert await reader.readexactly(4) == b"data"
        writer.write(OK)
        await writer.drain()

    async with proxied(handler) as app, app.client() as (reader, writer):
        writer.write(b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n")
        writer.write(b"Expect: 100-continue\r\n\r\n")
        assert await head_of(reader) == b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        assert await head_of(reader) == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"data")
        assert await head_of(reader) + await reader.readexactly(2) == OK


async def test_a_request_that_is_refused_before_its_body_ends_the_connection_cleanly() -> None:
    answer = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig"

    async def handler(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        writer.write(answer)
        await writer.drain()
        await reader.read()

    async with proxied(handler) as app:
        got = await app.exchange(
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 4000
        )
    assert got == answer


async def test_pipelined_requests_are_answered_in_order_on_one_connection() -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        while True:
            path = (await head_of(reader)).split(b" ")[1]
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + path)
            await writer.drain()

    async with proxied(handler) as app, app.client() as (reader, writer):
        paths = [b"/%d" % number for number in range(9)]
        writer.write(b"".join(KEPT.replace(b"/", path, 1) for path in paths))
        for path in paths:
            assert await head_of(reader) + await reader.readexactly(2) == OK[:-2] + path
        assert app.connections == 1


async def test_events_of_a_stream_arrive_one_by_one() -> None:
    go_on = asyncio.Event()

    async def handler(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        for number in range(3):
            writer.write(b"data: %d\n\n" % number)
            await writer.drain()
            await go_on.wait()
            go_on.clear()

    async with proxied(handler) as app, app.client() as (reader, writer):
        writer.write(GET)
        assert b"text/event-stream" in await head_of(reader)
        for number in range(3):
            async with asyncio.timeout(PATIENCE):
                assert await reader.readuntil(b"\n\n") == b"data: %d\n\n" % number
            assert not app.heard.ended_ones
            go_on.set()
        assert await reader.read() == b""


async def test_an_upgrade_becomes_a_tunnel_both_ways() -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        head = await head_of(reader)
        assert b"\r\nUpgrade: WebSocket\r\n" in head
        assert b"\r\nConnection: Upgrade\r\n" in head
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n"
            b"connection: upgrade\r\nSec-WebSocket-Accept: x\r\n\r\nhello"
        )
        while data := await reader.read(100):
            writer.write(data.upper())
            await writer.drain()

    async with proxied(handler) as app, app.client() as (reader, writer):
        writer.write(KEPT[:-2] + b"Upgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n\r\n")
        head = await head_of(reader)
        assert head.startswith(b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\n")
        assert await reader.readexactly(5) == b"hello"
        for word in (b"\x00\xff", b"abc"):
            writer.write(word)
            assert await reader.readexactly(len(word)) == word.upper()
        assert [one.status for one in app.heard.ended_ones] == [101]


async def test_an_old_client_gets_an_old_request_and_a_close() -> None:
    got: list[bytes] = []
    async with proxied(answering(OK, got)) as app:
        answer = await app.exchange(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert got[0].startswith(b"GET / HTTP/1.0\r\n")
    assert answer == OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
