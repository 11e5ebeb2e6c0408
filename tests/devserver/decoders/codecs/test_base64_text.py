"""Base64 is read with and without padding, in its own alphabet only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.decoders.codecs.base64_text import (
    from_base64,
    from_base64url,
    to_base64,
    to_base64url,
)


@given(st.binary(max_size=40))
def test_what_is_written_is_read(raw: bytes) -> None:
    assert from_base64url(to_base64url(raw)) == raw
    assert from_base64(to_base64(raw)) == raw
    assert from_base64(to_base64(raw).rstrip("=")) == raw


@pytest.mark.parametrize("text", ["a", "ab+/", "a b=", "ab=c", "é", "====="])
def test_anything_else_is_none(text: str) -> None:
    assert from_base64url(text) is None


def test_the_alphabets_are_apart() -> None:
    assert (from_base64("-_-_"), from_base64url("+/+/")) == (None, None)
