"""Go's gob by its own description; rows of the real packages are in tests/vectors."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.codecs.serialised.gob import is_gob, read_gob

POINT = bytes.fromhex(
    "1fff8103010105506f696e7401ff82000102010158010400010159010400000007ff82012c014200"
)
"""Point{22, 33} of the documentation of encoding/gob."""


def test_a_struct_is_read_by_its_description() -> None:
    assert is_gob(POINT)
    assert read_gob(POINT) == {"X": 22, "Y": 33}


def test_a_plain_text_is_read() -> None:
    assert read_gob(b"\x06\x0c\x00\x03abc") == "abc"
    assert is_gob(b"\x06\x0c\x00\x03abc")


@pytest.mark.parametrize("raw", [b"", b"\x06", b"{}", b"abc", b"\xf0" * 9])
def test_other_bytes_are_no_gob(raw: bytes) -> None:
    assert not is_gob(raw)


@pytest.mark.parametrize("size", range(1, len(POINT), 5))
def test_what_is_cut_is_refused(size: int) -> None:
    with pytest.raises(DecodeError) as caught:
        read_gob(POINT[:size])
    assert caught.value.code == "tampered"
