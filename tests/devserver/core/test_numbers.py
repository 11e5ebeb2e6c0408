"""Numbers of strangers: what may be counted with."""

from __future__ import annotations

import math

import pytest

from session_inspector.devserver.core.numbers import FURTHEST, count_noun, is_number, to_number


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf, 10**310, True, None, "1", [1]])
def test_what_no_sum_can_be_made_of_is_no_number(odd: object) -> None:
    assert not is_number(odd)
    assert to_number(odd) is None


@pytest.mark.parametrize("far", [1e16, -1e300, 10**200])
def test_what_is_no_time_in_any_unit_is_none(far: float) -> None:
    assert is_number(far)
    assert to_number(far) is None


def test_the_furthest_time_is_one() -> None:
    assert to_number(FURTHEST) == FURTHEST
    assert to_number(-FURTHEST) == -FURTHEST
    assert to_number(0) == 0


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1.0), (1.5, 1.5), (0, 0.0), (True, None), (False, None), ("1", None), (None, None)],
)
def test_a_bool_is_no_number_and_a_text_is_none_either(value: object, number: float | None) -> None:
    assert to_number(value) == number
    assert is_number(value) is (number is not None)


def test_a_count_has_its_noun() -> None:
    found = [count_noun(n, "token") for n in (0, 1, 2)]
    assert found == ["0 tokens", "1 token", "2 tokens"]
