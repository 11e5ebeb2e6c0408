"""Content is packed only where that is shorter; garbage and bombs are refused with a code."""

from __future__ import annotations

import zlib

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.codecs.deflate import deflate_if_shorter, inflate
from session_inspector.devserver.decoders.codecs.limits import LARGEST


def test_it_is_packed_only_where_that_is_shorter() -> None:
    assert deflate_if_shorter(b"abc") == ("", b"abc")
    mark, packed = deflate_if_shorter(b"a" * 500)
    assert (mark, inflate(packed)) == (".", b"a" * 500)


@pytest.mark.parametrize(
    ("raw", "code"),
    [(b"garbage", "tampered"), (zlib.compress(b"\0" * (LARGEST + 1)), "too_large")],
)
def test_garbage_and_bombs_are_refused(raw: bytes, code: str) -> None:
    with pytest.raises(DecodeError) as caught:
        inflate(raw)
    assert caught.value.code == code


def test_the_limit_itself_is_let_through() -> None:
    assert len(inflate(zlib.compress(b"\0" * LARGEST))) == LARGEST
