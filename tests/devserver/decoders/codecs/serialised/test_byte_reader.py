"""A reader of bytes never goes past their end, too deep, or on for ever."""

from __future__ import annotations

import pytest

from session_inspector.devserver.decoders.codecs.limits import DEEPEST
from session_inspector.devserver.decoders.codecs.serialised.byte_reader import MOST, ByteReader


def test_bytes_are_taken_one_after_another() -> None:
    reader = ByteReader(b"\x01\xff\xfeab;c")
    assert (reader.byte(), reader.int(2), reader.take_until(b";")) == (1, -2, b"ab")
    reader.expect(b"c")
    assert reader.left == 0


@pytest.mark.parametrize("size", [2, -1, 10**9])
def test_what_is_not_there_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="too early"):
        ByteReader(b"a").take(size)
    with pytest.raises(ValueError, match="too early"):
        ByteReader(b"a").take_until(b";")
    with pytest.raises(ValueError, match="missing"):
        ByteReader(b"a").expect(b"b")


def test_too_deep_and_too_many_are_refused() -> None:
    deep = ByteReader(b"")
    for _ in range(DEEPEST):
        deep.enter()
    with pytest.raises(ValueError, match="too deep"):
        deep.enter()
    many = ByteReader(b"")
    for _ in range(MOST):
        many.enter()
        many.leave()
    with pytest.raises(ValueError, match="too many"):
        many.enter()
