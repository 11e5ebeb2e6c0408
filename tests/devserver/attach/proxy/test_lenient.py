"""What is unusual and clear is relayed: heads with bare LF, statuses of an app's own."""

from __future__ import annotations

import pytest

from tests.devserver.attach.proxy.wire import OK, answering, head_of, proxied

LAST = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


async def test_a_request_with_bare_lf_is_answered_and_the_app_gets_crlf() -> None:
    got: list[bytes] = []
    async with proxied(answering(OK, got)) as app:
        answer = await app.exchange(LAST.replace(b"\r\n", b"\n"))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert got[0].startswith(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
    assert got[0].count(b"\n") == got[0].count(b"\r\n")


async def test_an_answer_with_bare_lf_reaches_the_client_with_crlf() -> None:
    early = b"HTTP/1.1 103 Early Hints\nLink: </a>\n\n"
    answer = b"HTTP/1.1 200 OK\nSet-Cookie: a=1\nContent-Length: 3\n\na\nb"
    async with proxied(answering(early + answer)) as app:
        got = await app.exchange(LAST)
    assert got == (
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 3\r\n"
        b"Connection: close\r\n\r\na\nb"
    )


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\n\n",
        b"GET / HTTP/1.1\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\nHost: localhost\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: 1\n\nGET /2 HTTP/1.1\r\n\r\n",
    ],
)
async def test_a_head_that_mixes_both_is_refused_at_once(head: bytes) -> None:
    got: list[bytes] = []
    async with proxied(answering(OK, got)) as app:
        answer = await app.exchange(head)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answer.count(b"HTTP/1.1 400 ") == answer.count(b"\r\n\r\n") == 1
    assert got == []


@pytest.mark.parametrize("status", [b"600", b"799", b"999"])
async def test_a_status_of_an_app_s_own_passes(status: bytes) -> None:
    answer = OK.replace(b"200 OK", status + b" Mine")
    async with proxied(answering(answer)) as app, app.client() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert await head_of(reader) + await reader.readexactly(2) == answer
        assert [one.status for one in app.heard.ended_ones] == [int(status)]


@pytest.mark.parametrize("status", [b"000", b"099", b"1000", b"20", b"2x0", b"-20"])
async def test_what_is_no_status_is_a_502(status: bytes) -> None:
    async with proxied(answering(OK.replace(b"200", status))) as app:
        assert (await app.exchange(LAST)).startswith(b"HTTP/1.1 502 ")
