"""The encoding of a row is named by its bytes."""

from __future__ import annotations

import gzip
import pickle
import zlib

import msgpack
import pytest

from session_inspector.devserver.decoders.codecs.serialised.encodings import name_encoding

DATA = {"user": "u", "n": 1}


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (b' {"user": "u"}', "JSON"),
        (msgpack.packb(DATA), "MessagePack"),
        (msgpack.packb({}), "MessagePack"),
        (pickle.dumps(DATA), "pickle"),
        (pickle.dumps(DATA, protocol=2), "pickle"),
        (zlib.compress(pickle.dumps(DATA)), "pickle in zlib"),
        (gzip.compress(b"{}", mtime=0), "JSON in gzip"),
        (b"\xac\xed\x00\x05t\x00\x01u", "serialised Java"),
        (b'user|s:1:"u";', "serialised PHP"),
        (b'a:1:{s:1:"a";i:1;}', "serialised PHP"),
    ],
)
def test_each_way_of_writing_a_row_has_its_name(row: bytes, name: str) -> None:
    assert name_encoding(row) == name


@pytest.mark.parametrize("row", [b"", b"text", b"eyJhIjoxfQ:1uX:sig", b"\x1f\x8bcut", b"\xff\xff"])
def test_other_bytes_have_none(row: bytes) -> None:
    assert name_encoding(row) == ""
