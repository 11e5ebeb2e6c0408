"""A client that ends its side still gets what it asked for; one that has left is noticed."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

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
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"


async def _all_of(reader: Reader) -> bytes:
    async with asyncio.timeout(PATIENCE):
        return await reader.read()


@pytest.mark.parametrize(
    ("request_", "answers"),
    [(GET, 1), (GET * 3, 3), (POST % 4 + b"data", 1), (POST % 4 + b"data" + GET, 2)],
    ids=["GET", "pipelined", "with a body", "a body and another"],
)
async def test_what_was_asked_for_is_answered(request_: bytes, answers: int) -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        while True:
            head = await head_of(reader)
            if head.startswith(b"POST"):
                await reader.readexactly(4)
            writer.write(OK)
            await writer.drain()

    async with proxied(handler) as app, app.client() as (reader, writer):
        writer.write(request_)
        writer.write_eof()
        assert await _all_of(reader) == OK * answers
        assert [one.status for one in app.heard.ended_ones] == [200] * answers


async def test_an_answer_that_takes_its_time_is_waited_for() -> None:
    asked = asyncio.Event()
    go_on = asyncio.Event()

    async def handler(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        asked.set()
        await go_on.wait()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
        await writer.drain()
        writer.write(b"slow")
        await writer.drain()

    async with proxied(handler) as app, app.client() as (reader, writer):
        writer.write(GET)
        writer.write_eof()
        async with asyncio.timeout(PATIENCE):
            await asked.wait()
        go_on.set()
        assert (await _all_of(reader)).endswith(b"\r\n\r\nslow")


async def test_a_download_goes_on_when_the_client_ends_its_side_in_the_middle() -> None:
    body = b"x" * 3_000_000

    async def handler(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()

    async with proxied(handler) as app, app.client() as (reader, writer):
        writer.write(GET)
        await head_of(reader)
        writer.write_eof()
        assert await _all_of(reader) == body
        assert len(app.heard.ended_ones) == 1


@pytest.mark.parametrize("half", [b"GET / HT", POST % 9 + b"data"], ids=["head", "body"])
async def test_half_a_request_is_no_request(half: bytes) -> None:
    async with proxied(answering(OK)) as app, app.client() as (reader, writer):
        writer.write(half)
        writer.write_eof()
        assert await _all_of(reader) == b""
        assert all(one.status != 200 for one in app.heard.ended_ones)


async def test_a_side_of_a_tunnel_ends_alone() -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")
        writer.write((await reader.read()).upper())
        await writer.drain()

    async with proxied(handler) as app, app.client() as (reader, writer):
        writer.write(GET[:-2] + b"Upgrade: x\r\nConnection: Upgrade\r\n\r\n")
        await head_of(reader)
        writer.write(b"all of it")
        writer.write_eof()
        assert await _all_of(reader) == b"ALL OF IT"


async def test_a_client_that_leaves_a_stream_is_noticed_without_another_byte() -> None:
    left = asyncio.Event()

    async def handler(reader: Reader, writer: Writer) -> None:
        await head_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
        await writer.drain()
        with suppress(ConnectionError):
            await reader.read()
        left.set()

    async with proxied(handler) as app:
        async with app.client() as (reader, writer):
            writer.write(GET)
            await reader.readuntil(b"\n\n")
        async with asyncio.timeout(PATIENCE):
            await left.wait()
        assert len(app.heard.ended_ones) == 1
