"""What is no pickle of plain values is refused, whatever its texts hold."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.codecs.pickles import read_pickle


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\x80\x03}S'\\N'\nI1\ns.", "tampered"),
        (b"}cos\\N\nsystem\nI1\ns.", "tampered"),
        (b"}cos\nsystem\nI1\ns.", "unsafe_serialisation"),
        (b"I1\n.", "not_a_session"),
    ],
)
def test_it_is_refused_with_its_code(raw: bytes, code: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read_pickle(raw)
    assert caught.value.code == code


def test_an_escape_that_pickle_writes_is_read() -> None:
    assert read_pickle(b"\x80\x03}S'\\x41\\n'\nI1\ns.") == {"A\n": 1}
