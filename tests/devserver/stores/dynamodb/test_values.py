"""JSON as DynamoDB's typed values, and back."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.values import Json
from session_inspector.devserver.stores.dynamodb.values import fits, from_typed, to_typed

VALUE: Json = {"a": [None, True, 1, -1.5, "x", {}], "b": {"c": 10**17}}


def test_any_value_that_fits_comes_back() -> None:
    assert fits(VALUE)
    assert from_typed(to_typed(VALUE)) == VALUE


@pytest.mark.parametrize(
    ("value", "does"),
    [
        (10**38 - 1, True),
        (10**38, False),
        (1e119, True),
        (1e121, False),
        (1e-121, False),
        (0.0, True),
        ("lone \ud800", False),
        ({"": 1}, False),
        ([{"a": [1e200]}], False),
    ],
)
def test_what_dynamodb_holds(value: Json, does: bool) -> None:
    assert fits(value) is does


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ({"N": "1.0"}, 1),
        ({"N": "0.5"}, 0.5),
        ({"N": "1e30"}, 1e30),
        ({"SS": ["a", "b"]}, ["a", "b"]),
        ({"NS": ["1", "0.5"]}, [1, 0.5]),
        ({"B": b"x"}, "eA=="),
        ({"BS": [b"x", b"y"]}, ["eA==", "eQ=="]),
        ({"S": "a", "N": "1"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_somebody_else_s_values_are_read(typed: object, value: Json) -> None:
    assert from_typed(typed) == value
