"""Heads of messages: cut, read, and refused where two parsers could differ."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.proxy.bodies import BadMessage, Framing
from session_inspector.devserver.attach.proxy.headers import (
    LARGEST,
    cut_head,
    next_hop_lines,
    parse_request,
    parse_response,
)


def request(*lines: str, first: str = "POST / HTTP/1.1", host: str = "Host: a") -> bytes:
    return "\r\n".join([first, host, *lines, "", ""]).encode("latin-1")


def response(*lines: str, first: str = "HTTP/1.1 200 OK") -> bytes:
    return "\r\n".join([first, *lines, "", ""]).encode("latin-1")


def test_a_head_is_cut_off_when_it_has_come_in_full() -> None:
    buffer = bytearray(b"GET / HTTP/1.1\r\nHost: a\r\n\r")
    assert cut_head(buffer, 431) is None
    buffer += b"\nbody"
    assert cut_head(buffer, 431) == b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    assert buffer == b"body"


def test_a_head_has_a_bound_to_the_byte() -> None:
    largest = b"x" * (LARGEST - 4) + b"\r\n\r\n"
    assert cut_head(bytearray(largest), 431) == largest
    for buffer in (b"x" + largest, b"x" * (LARGEST + 1)):
        with pytest.raises(BadMessage) as error:
            cut_head(bytearray(buffer), 431)
        assert error.value.status == 431


@pytest.mark.parametrize(
    ("lines", "framing"),
    [
        ((), 0),
        (("Content-Length: 5",), 5),
        (("Transfer-Encoding: chunked",), "chunked"),
        (("transfer-encoding: CHUNKED",), "chunked"),
    ],
)
def test_a_request_s_body_ends_by_one_rule(lines: tuple[str, ...], framing: Framing) -> None:
    assert parse_request(request(*lines)).framing == framing


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (request("Content-Length: 5", "Transfer-Encoding: chunked"), 400),
        (request("Content-Length: 5", "Content-Length: 5"), 400),
        (request("Content-Length: +5"), 400),
        (request("Transfer-Encoding: gzip, chunked"), 501),
        (request("Transfer-Encoding: chunked", first="POST / HTTP/1.0"), 501),
        (request("Host: b"), 400),
        (request(host="X: no host"), 400),
        (request(first="CONNECT a:1 HTTP/1.1"), 405),
        (request(first="GET / HTTP/2"), 400),
        (request(first="GET a HTTP/1.1"), 400),
        (request(" folded"), 400),
        (request("Name : value"), 400),
        (request("A: \x00"), 400),
    ],
)
def test_a_request_that_two_parsers_could_read_differently_is_refused(
    raw: bytes, status: int
) -> None:
    with pytest.raises(BadMessage) as error:
        parse_request(raw)
    assert error.value.status == status


@pytest.mark.parametrize(
    ("raw", "method", "framing", "keeps"),
    [
        (response("Content-Length: 5"), b"GET", 5, True),
        (response("Content-Length: 5"), b"HEAD", 0, True),
        (response("Content-Length: 5", first="HTTP/1.1 304 Not Modified"), b"GET", 0, True),
        (response("Transfer-Encoding: gzip, chunked"), b"GET", "chunked", True),
        (response("Transfer-Encoding: gzip"), b"GET", "close", False),
        (response(), b"GET", "close", False),
        (response("Content-Length: 5", "Connection: close"), b"GET", 5, False),
        (response("Content-Length: 5", first="HTTP/1.0 200 OK"), b"GET", 5, False),
        (
            response("Content-Length: 5", "Connection: keep-alive", first="HTTP/1.0 200 OK"),
            b"GET",
            5,
            True,
        ),
    ],
)
def test_a_response_ends_and_its_connection_is_kept_by_the_rfc(
    raw: bytes, method: bytes, framing: Framing, keeps: bool
) -> None:
    head = parse_response(raw, method)
    assert (head.framing, head.keeps) == (framing, keeps)


def test_lines_of_one_hop_go_and_those_that_end_the_message_stay() -> None:
    head = parse_request(
        request("Connection: X-Hop, Content-Length", "X-Hop: 1", "content-LENGTH: 5", "X-Kept: 1")
    )
    assert next_hop_lines(head.lines) == [b"Host: a", b"content-LENGTH: 5", b"X-Kept: 1"]
