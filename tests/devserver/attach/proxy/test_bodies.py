"""Where a body ends, wherever the network cut it; what could be read in two ways is refused."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.proxy.bodies import BadMessage, Framing, body_of

CHUNKED = b"3;x=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n"


def feed(framing: Framing, data: bytes, step: int) -> tuple[int, bool]:
    """Return how many bytes were the body's, and whether it ended, fed in portions."""
    body = body_of(framing)
    used = 0
    for first in range(0, len(data), step):
        if body.is_done:
            break
        used += body.feed(data[first : first + step])
    return used, body.is_done


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("framing", "data", "used", "is_done"),
    [
        (0, b"next", 0, True),
        (4, b"bodynext", 4, True),
        (4, b"bod", 3, False),
        ("close", b"all of it", 9, False),
        ("chunked", CHUNKED + b"next", len(CHUNKED), True),
        ("chunked", b"0\r\n\r\nnext", 5, True),
        ("chunked", CHUNKED[:-1], len(CHUNKED) - 1, False),
    ],
)
def test_a_body_ends_at_the_same_byte_however_it_is_cut(
    framing: Framing, data: bytes, used: int, is_done: bool, step: int
) -> None:
    assert feed(framing, data, step) == (used, is_done)


@pytest.mark.parametrize("step", [1, 1000])
@pytest.mark.parametrize(
    "data",
    [
        b"3\r\nabcd\r\n",
        b"3\nabc\r\n",
        b"x\r\n",
        b"-1\r\n",
        b"0x3\r\nabc\r\n",
        b" 3\r\nabc\r\n",
        b"3;\x00\r\nabc\r\n",
        b"1111111111111111\r\n",
        b"0\r\nno trailer\r\n\r\n",
        b"0\r\n\x00: 1\r\n\r\n",
    ],
)
def test_a_chunk_that_two_parsers_could_read_differently_is_refused(data: bytes, step: int) -> None:
    with pytest.raises(BadMessage):
        feed("chunked", data, step)


def test_a_line_of_a_chunk_has_a_bound() -> None:
    with pytest.raises(BadMessage, match="too long"):
        feed("chunked", b"3;" + b"x" * 20_000, 1000)
