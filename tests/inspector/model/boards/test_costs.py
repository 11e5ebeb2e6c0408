"""Sizes are computed to the byte, although secrets are masked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.cookies.jstext import stringify
from session_inspector.devserver.cookies.sealed import KeyRing, seal_text
from session_inspector.devserver.core.values import JsonObject, mask_object
from session_inspector.inspector.model.boards.costs import (
    CHUNK,
    WhatIf,
    chunks_of,
    json_size,
    parts_of,
    sealed_size,
)

DATA: JsonObject = {
    "user": {"sub": "auth0|1", "name": 'Zoë "Z"'},
    "tokenSet": {"accessToken": "a" * 900, "idToken": "i" * 700, "expiresAt": 12},
    "internal": {"sid": "s", "createdAt": 1},
    "list": [1, "two", None],
}


def test_sizes_add_up_to_the_byte_although_tokens_are_masked() -> None:
    shown = mask_object(DATA)
    assert json_size(shown) == len(stringify(DATA))
    parts = sum(count for _, count in parts_of(shown, WhatIf()))
    assert abs(parts - len(stringify(DATA))) <= len(DATA) + 6  # commas and braces


@given(st.integers(0, 40_000))
def test_the_sealed_size_is_that_of_a_real_cookie(size: int) -> None:
    assert sealed_size(size) == len(seal_text(b"x" * size, KeyRing(["s" * 32])))


def test_chunks_of_a_value() -> None:
    assert [chunks_of(size) for size in (1, CHUNK, CHUNK + 1, 3 * CHUNK)] == [1, 1, 2, 3]
