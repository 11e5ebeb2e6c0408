"""What goes wrong on the way: apps that die, clients that leave or lie, more than fits."""

from __future__ import annotations

import asyncio
import hashlib
import re
from contextlib import suppress
from functools import partial

import pytest

from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.listening import bind, port_of
from tests.devserver.attach.proxy.wire import (
    OK,
    Reader,
    Writer,
    answering,
    head_of,
    proxied,
)
from tests.waiting import PATIENCE

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = GET[:-2] + b"Connection: close\r\n\r\n"
BIG = 32 * 1024 * 1024
MUCH = 20 * 1024 * 1024
"""Far above what sockets and the proxy hold (about 9 MB on Linux), far below all."""
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        (POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
        (POST + b"Content-Length: +3\r\n\r\nabc", 400),
        (POST + b"Content-Length: 3, 3\r\n\r\nabc", 400),
        (POST + b"Content-Length: 0x3\r\n\r\nabc", 400),
        (POST + b"Content-Length:\r\n\r\nabc", 400),
        (POST + b"Content-Length : 3\r\n\r\nabc", 400),
        (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
        (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n", 501),
        (POST + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n", 501),
        (POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 16 + b"\r\n", 400),
        (POST + b"X: a\r\n folded\r\n\r\n", 400),
        (POST + b"X: a\rb\r\n\r\n", 400),
        (POST + b"X: a\x00b\r\n\r\n", 400),
        (POST + b"X y: a\r\n\r\n", 400),
        (POST + b"Host: localhost\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", 400),
        (b"GET localhost HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        pytest.param(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 300_000, 431, id="large"),
    ],
)
async def test_what_two_parsers_could_read_differently_is_refused(
    request_: bytes, status: int
) -> None:
    got: list[bytes] = []
    async with proxied(answering(OK, got)) as app:
        answer = await app.exchange(request_ + GET)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert len(re.findall(rb"HTTP/1.1 \d{3} ", answer)) == 1
    assert sum(b"GET" in head for head in got) == 0


@pytest.mark.parametrize(
    ("host", "is_taken"),
    [
        (b"localhost", True),
        (b"LOCALHOST:80", True),
        (b"127.0.0.1:8080", True),
        (b"[::1]:8080", True),
        (b"dev.example.test:1", True),
        (b"evil.example", False),
        (b"localhost.evil.example", False),
        (b"127.0.0.1.evil.example", False),
        (b"127.0.0.2", False),
        (b"", False),
        (b"local\xe9host", False),
        (b"[::1", False),
    ],
)
async def test_only_hosts_of_the_list_are_answered(host: bytes, is_taken: bool) -> None:
    route = partial(route_to, names=["Dev.example.test"])
    got: list[bytes] = []
    async with proxied(answering(OK, got), route) as app:
        answer = await app.exchange(LAST.replace(b"localhost", host))
    assert (answer.startswith(b"HTTP/1.1 200 "), len(got)) == (is_taken, int(is_taken))
    assert is_taken or answer.startswith(b"HTTP/1.1 421 ")


async def test_an_app_that_is_away_is_a_clear_page_and_comes_back_by_itself() -> None:
    probe = bind(0)
    port = port_of(probe)
    probe.close()
    async with proxied(answering(OK), lambda _: route_to(f"http://127.0.0.1:{port}")) as app:
        answer = await app.exchange(LAST)
        assert answer.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
        assert f"http://127.0.0.1:{port}".encode() in answer
        assert b"does not answer" in answer
        async with proxied(_answering_once, port=port):
            assert (await app.exchange(LAST)).startswith(b"HTTP/1.1 200 OK")
        assert [is_up for is_up, _ in app.heard.states] == [False, True]
        assert [one.status for one in app.heard.ended_ones] == [502, 200]


async def test_a_kept_connection_that_was_closed_meanwhile_costs_no_request() -> None:
    async def once(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        writer.write(OK)
        await writer.drain()
        await reader.read(1)  # the next request comes, and is not answered

    async with proxied(once) as app, app.client() as (reader, writer):
        for _ in range(4):
            writer.write(GET)
            assert await head_of(reader) + await reader.readexactly(2) == OK
        assert app.connections == 4
        assert {one.status for one in app.heard.ended_ones} == {200}


async def test_a_request_that_changes_something_is_never_sent_twice() -> None:
    heads: list[bytes] = []

    async def once(reader: Reader, writer: Writer) -> None:
        heads.append(await head_of(reader))
        if len(heads) == 1:
            writer.write(OK)
            await writer.drain()
            heads.append(await head_of(reader))

    async with proxied(once) as app, app.client() as (reader, writer):
        writer.write(GET)
        assert await head_of(reader) + await reader.readexactly(2) == OK
        writer.write(POST + b"Content-Length: 0\r\n\r\n")
        assert (await head_of(reader)).startswith(b"HTTP/1.1 502 ")
    assert [head[:4] for head in heads] == [b"GET ", b"POST"]


async def test_half_a_response_is_seen_to_be_half() -> None:
    half = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"

    async def handler(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        writer.write(half)
        await writer.drain()

    async with proxied(handler) as app:
        assert await app.exchange(GET) == half


@pytest.mark.parametrize(
    "answer",
    [
        b"junk\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
    ],
)
async def test_an_answer_that_is_none_is_a_502(answer: bytes) -> None:
    async with proxied(answering(answer)) as app:
        assert (await app.exchange(LAST)).startswith(b"HTTP/1.1 502 ")


async def test_chunks_win_over_a_length_in_a_response() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    async with proxied(answering(answer)) as app:
        got = await app.exchange(LAST)
    assert b"Content-Length" not in got
    assert got.endswith(b"\r\n\r\n0\r\n\r\n")


async def test_a_client_that_leaves_is_seen_by_the_app() -> None:
    left = asyncio.Event()

    async def handler(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\ndata: 1\n\n")
        await writer.drain()
        with suppress(ConnectionError):  # a reset tells it as well
            await reader.read()
        left.set()

    async with proxied(handler) as app:
        async with app.client() as (reader, writer):
            writer.write(GET)
            await head_of(reader)
            await reader.readuntil(b"\n\n")
        async with asyncio.timeout(PATIENCE):
            await left.wait()
        assert len(app.heard.ended_ones) == 1


async def test_an_upload_is_held_back_until_the_app_reads_it() -> None:
    go_on = asyncio.Event()
    digest = hashlib.sha256()

    async def handler(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        await go_on.wait()
        left = BIG
        while left:
            data = await reader.read(1 << 20)
            digest.update(data)
            left -= len(data)
        writer.write(OK)
        await writer.drain()

    async with proxied(handler) as app, app.client() as (reader, writer):
        writer.write(POST + b"Content-Length: %d\r\n\r\n" % BIG)
        sent = await _pushed(writer, BIG)
        assert sent < MUCH
        go_on.set()
        for _ in range(sent, BIG, 65_536):
            writer.write(b"u" * 65_536)
            await writer.drain()
        assert await head_of(reader) + await reader.readexactly(2) == OK
    assert digest.digest() == hashlib.sha256(b"u" * BIG).digest()


async def test_a_download_is_held_back_until_the_client_reads_it() -> None:
    sent: list[int] = []
    is_stuck = asyncio.Event()

    async def handler(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % BIG)
        sent.append(await _pushed(writer, BIG))
        is_stuck.set()
        for _ in range(sent[0], BIG, 65_536):
            writer.write(b"u" * 65_536)
            await writer.drain()

    async with proxied(handler) as app, app.client() as (reader, writer):
        writer.write(GET)
        await head_of(reader)
        async with asyncio.timeout(PATIENCE):
            await is_stuck.wait()
        assert sent[0] < MUCH
        digest = hashlib.sha256(await reader.readexactly(BIG))
    assert digest.digest() == hashlib.sha256(b"u" * BIG).digest()


async def _answering_once(reader: Reader, writer: Writer) -> None:
    await head_of(reader)
    writer.write(OK)
    await writer.drain()


async def _pushed(writer: Writer, most: int) -> int:
    """Write until nothing moves for a while; returns how many bytes went in."""
    sent = 0
    while sent < most:
        writer.write(b"u" * 65_536)
        sent += 65_536
        try:
            async with asyncio.timeout(0.5):
                await writer.drain()
        except TimeoutError:
            return sent
    return sent
