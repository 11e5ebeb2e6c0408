"""Erlang's terms as structure; sessions of the real plug_crypto are in tests/vectors."""

from __future__ import annotations

import zlib

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json
from session_inspector.devserver.decoders.codecs.serialised.erlang_terms import is_term, read_term


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"a\x07", 7),
        (b"b\xff\xff\xff\xff", -1),
        (b"F?\xe0\x00\x00\x00\x00\x00\x00", 0.5),
        (b"w\x02ok", ":ok"),
        (b"d\x00\x04true", True),
        (b"w\x03nil", None),
        (b"h\x02a\x01a\x02", [1, 2]),
        (b"j", []),
        (b"k\x00\x02ab", [97, 98]),
        (b"l\x00\x00\x00\x01a\x01j", [1]),
        (b"m\x00\x00\x00\x02\xc3\xab", "ë"),
        (b"m\x00\x00\x00\x01\xff", "/w=="),
        (b"n\x01\x01\x07", -7),
        (b"t\x00\x00\x00\x01w\x01aa\x01", {"a": 1}),
    ],
)
def test_each_kind_of_term_is_read(raw: bytes, value: Json) -> None:
    assert is_term(b"\x83" + raw)
    assert read_term(b"\x83" + raw) == value


def test_a_packed_term_is_read() -> None:
    assert read_term(b"\x83P\x00\x00\x00\x02" + zlib.compress(b"a\x07")) == 7


@pytest.mark.parametrize("raw", [b"", b"\x83", b"\x83a", b"\x83q", b"\x83" + b"h\x01" * 500, b"{}"])
def test_what_is_cut_or_no_plain_value_is_refused(raw: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        read_term(raw)
    assert caught.value.code == "tampered"
