"""Numbers, keys and texts are written as JavaScript's JSON.stringify writes them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.cookies.jstext import number_text, parse_json, stringify
from session_inspector.devserver.core.values import Json


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (1e21, "1e+21"),
        (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"),
        (0.000001, "0.000001"),
        (123456789012345680000.0, "123456789012345680000"),
        (2**53 + 1, "9007199254740992"),
        (5e-324, "5e-324"),
        (float("inf"), "null"),
        (10**400, "null"),  # JSON.parse reads Infinity
        (0.1, "0.1"),
    ],
)
def test_numbers_are_written_as_javascript_does(number: float, text: str) -> None:
    assert number_text(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_keeps_its_value(number: float) -> None:
    assert float(number_text(number)) == number


def test_integer_like_keys_come_first_as_in_javascript() -> None:
    assert stringify({"b": 1, "10": 2, "9": 3, "01": 4}) == b'{"9":3,"10":2,"b":1,"01":4}'


@pytest.mark.parametrize("value", [2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**64, 1.0])
@pytest.mark.parametrize("depth", range(3))
def test_a_number_is_written_the_same_at_any_depth(value: float, depth: int) -> None:
    inner: Json = value
    for _ in range(depth):
        inner = {"a": [inner]}
    assert stringify(inner).decode().strip('{"a:[]}') == number_text(value)


def test_lone_surrogates_are_escaped() -> None:
    assert stringify({"a": "\ud800é\u2028"}) == '{"a":"\\ud800é\u2028"}'.encode()
    assert json.loads(stringify({"a": "\ud800"})) == {"a": "\ud800"}


def test_integers_are_read_as_they_are_written() -> None:
    text = b'{"a":18446744073709551617,"b":[-1180591620717411303425],"c":1e30,"d":9007199254740993}'
    found = parse_json(text)
    assert found == {"a": 2**64 + 1, "b": [-(2**70) - 1], "c": 1e30, "d": 2**53 + 1}
