"""Sizes are computed to the byte, although secrets are masked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.cookies.jstext import stringify
from session_inspector.devserver.cookies.sealed import KeyRing, seal_text
from session_inspector.devserver.core.values import JsonObject, mask_object
from session_inspector.inspector.model.boards.costs import (
    CHUNK,
    WhatIf,
    chunks_of,
    header_of,
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


def test_what_is_changed_is_described() -> None:
    changed = WhatIf(dropped=frozenset({"b", "a"}), audiences=1, grown=-500)
    assert changed.describe() == "without a, b · 1 more audience · -500 B of claims"
    assert (WhatIf().describe(), WhatIf().is_asked, changed.is_asked) == ("", False, True)


@pytest.mark.parametrize("size", [1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_the_header_is_as_long_as_it_is_written(size: int) -> None:
    count = chunks_of(size)
    text = "x" * size
    cookies = [f"s={text}"]
    if count > 1:
        parts = [text[CHUNK * number : CHUNK * (number + 1)] for number in range(count)]
        cookies = [f"s__{number}={part}" for number, part in enumerate(parts)]
    assert header_of("s", size) == len(f"Cookie: {'; '.join(cookies)}")
