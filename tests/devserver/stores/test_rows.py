"""A record as text: any JSON comes back, and what is no object is nothing."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.stores.rows import (
    as_whole,
    from_text,
    from_whole,
    to_plain_record,
    to_text,
)

SCALARS: st.SearchStrategy[Json] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=()))
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)


@given(st.dictionaries(st.text(), VALUES))
def test_any_session_comes_back(data: JsonObject) -> None:
    assert from_text(to_text(data)) == data
    assert from_whole(as_whole(data)) == data


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**64, -(2**70), 10**300 + 7])
def test_an_integer_beyond_64_bits_comes_back_exactly(number: int) -> None:
    data: JsonObject = {"user": {"balances": [number, 1e300, -0.0]}}
    assert from_text(to_text(data)) == data
    assert from_text(json.dumps({"n": number})) == {"n": number}


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("beside", [1, 2**80, "\ud800"])
def test_what_no_json_holds_is_written_as_null_in_every_form(odd: float, beside: Json) -> None:
    data: JsonObject = {"odd": odd, "beside": beside}
    strict: JsonObject = {"odd": None, "beside": beside}
    assert from_text(to_text(data)) == strict
    assert from_whole(as_whole(data)) == strict


def test_the_text_has_no_spaces_and_stays_utf_8() -> None:
    assert to_text({"user": {"sub": "zoë"}}) == '{"user":{"sub":"zoë"}}'


def test_a_session_kept_whole_is_ascii() -> None:
    (text,) = as_whole({"sub": "zoë\x00\ud800"}).values()
    assert str(text).isascii()


@pytest.mark.parametrize("text", ["", "not json", "[1]", "null", b"\xff", '"text"', "{"])
def test_what_is_no_object_is_nothing(text: str | bytes) -> None:
    assert from_text(text) is None


def test_a_member_of_that_name_among_others_is_data() -> None:
    data: JsonObject = {"__json__": "{}", "user": {}}
    assert from_whole(data) == data


@pytest.mark.parametrize("text", ["not JSON", "[1]", "5", b"\x80", None, 7])
def test_what_is_no_object_is_noted_and_what_is_one_is_taken_as_it_is(text: object) -> None:
    odd = to_plain_record(text, 5)
    assert (odd.data, odd.expires, odd.is_usable) == ({}, 5, False)
    whole = to_plain_record(to_text(as_whole({"a": 1})), 5)
    assert (whole.data, whole.is_usable) == (as_whole({"a": 1}), True)
