"""JavaScript's `+`, Number(), String() and truth; the results are those of Node."""

from __future__ import annotations

import math

import pytest

from session_inspector.devserver.cookies.js_values import (
    UNDEFINED,
    JsValue,
    add,
    get_member,
    is_truthy,
    parse_float,
    parse_int,
    parse_number,
    to_number,
    to_text,
)
from session_inspector.devserver.core.errors import SealError


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        (" \n\ufeff", 0),
        ("12 ", 12),
        ("017", 17),
        ("-5", -5),
        (".5", 0.5),
        ("5.", 5),
        ("1e3", 1000),
        ("0x10", 16),
        ("0B11", 3),
        ("0o17", 15),
        ("Infinity", math.inf),
        ("-Infinity", -math.inf),
        ("1e400", math.inf),
    ],
)
def test_a_text_that_is_a_number(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text", ["5s", "-0x10", "0x", "1e", "1_000", "1,5", "\uff11", "\u0663", "inf", "nan", "."]
)
def test_a_text_that_is_none(text: str) -> None:
    assert math.isnan(parse_number(text))


@pytest.mark.parametrize(
    ("value", "total"),
    [
        (5, 15),
        (None, 10),
        (True, 11),
        ("5", 510),
        ("", 10),
        ([], 10),
        ([["7"]], 710),
        ([None], 10),
        (10**400, math.inf),
    ],
)
def test_a_text_or_list_is_joined_and_all_else_is_added(value: JsValue, total: float) -> None:
    assert add(value, 10) == total


@pytest.mark.parametrize("value", ["x", {}, [1, 2], UNDEFINED, math.nan])
def test_what_makes_no_sum(value: JsValue) -> None:
    assert math.isnan(add(value, 10))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "5"),
        (1e21, "1e+21"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
        (True, "true"),
        (None, "null"),
        (UNDEFINED, "undefined"),
        ([1, None, "x"], "1,,x"),
        ({"a": 1}, "[object Object]"),
    ],
)
def test_a_value_as_text(value: JsValue, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize("value", [[], {}, "0", 5, -1, math.inf, True])
def test_what_is_true(value: JsValue) -> None:
    assert is_truthy(value)


@pytest.mark.parametrize("value", [None, UNDEFINED, "", 0, 0.0, math.nan, False])
def test_what_is_false(value: JsValue) -> None:
    assert not is_truthy(value)


def test_numbers_of_values() -> None:
    values: list[JsValue] = [None, False, "7", [5]]
    assert [to_number(value) for value in values] == [0, 0, 7, 5]


@pytest.mark.parametrize("value", ["x", 5, [], {}, True])
def test_a_member_that_is_not_there_is_undefined(value: JsValue) -> None:
    assert get_member(value, "sid") is UNDEFINED


@pytest.mark.parametrize(("value", "kind"), [(None, "null"), (UNDEFINED, "undefined")])
def test_a_member_of_nothing_is_an_error(value: JsValue, kind: str) -> None:
    with pytest.raises(SealError) as caught:
        get_member(value, "sid")
    assert caught.value.code == "TypeError"
    assert str(caught.value) == f"Cannot read properties of {kind} (reading 'sid')"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12", 12),
        (" 12px", 12),
        ("-3.9", -3),
        ("+4", 4),
        ("", 7),
        (None, 7),
        ("px12", 7),
        ("١٢", 7),
    ],
)
def test_leading_digits_count(text: str | None, found: int) -> None:
    assert parse_int(text, 7) == found


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("77", 77),
        (" 7.5 seconds", 7.5),
        ("\ufeff.5", 0.5),
        ("5.", 5),
        ("1e3x", 1000),
        ("5e", 5),
        ("-5", -5),
        ("0x10", 0),
        ("Infinity and more", math.inf),
        ("-Infinity", -math.inf),
        ("1e400", math.inf),
        (["6", 7], 6),
        (8, 8),
    ],
)
def test_a_leading_number_is_parsed_as_node_does(value: JsValue, number: float) -> None:
    assert parse_float(value) == number


@pytest.mark.parametrize("value", ["", "soon", "infinity", None, True, [], {}, UNDEFINED])
def test_what_begins_with_no_number_is_not_one(value: JsValue) -> None:
    assert math.isnan(parse_float(value))
