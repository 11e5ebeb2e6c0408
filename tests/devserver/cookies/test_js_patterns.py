"""Chunks by a cookie's name that is a regular expression; the results are the SDK's."""

from __future__ import annotations

import math

import pytest

from session_inspector.devserver.cookies.js_patterns import match_chunks, sort_chunks
from session_inspector.devserver.core.errors import SealError

NAMES = ("a", "ab", "b__0", "zb__7", "a|b__1", "aab__6")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("b", ["b__0"]),
        ("a|b", ["a", "ab", "b__0", "zb__7", "a|b__1", "aab__6"]),
        ("z.*", ["zb__7"]),
        ("a+b", ["aab__6"]),
        ("a$b", []),
    ],
)
def test_a_name_finds_what_it_means_as_a_pattern(name: str, found: list[str]) -> None:
    assert list(match_chunks(NAMES, name)) == found


def test_a_name_without_a_number_at_its_end_has_no_index() -> None:
    found = match_chunks(NAMES, "a|b")
    assert math.isnan(found["ab"])
    assert found["zb__7"] == 7


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("*a", "Nothing to repeat"),
        ("a**", "Nothing to repeat"),
        ("a++", "Nothing to repeat"),
        ("a(", "Unterminated group"),
        ("a)", "Unmatched ')'"),
    ],
)
def test_a_name_that_is_no_pattern_is_an_error(name: str, reason: str) -> None:
    with pytest.raises(SealError) as caught:
        match_chunks(NAMES, name)
    assert caught.value.code == "SyntaxError"
    assert str(caught.value) == rf"Invalid regular expression: /^{name}__\d+$/: {reason}"


def test_chunks_are_in_order_of_their_numbers() -> None:
    assert sort_chunks({"c": 10, "a": 9, "b": 0, "d": math.nan}) == ["b", "a", "c", "d"]


def test_an_index_of_five_thousand_digits_is_a_number() -> None:
    assert match_chunks(["b__" + "9" * 5000], "b") == {"b__" + "9" * 5000: math.inf}
