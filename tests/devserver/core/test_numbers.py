"""What counts as a number in foreign data."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.numbers import is_number, to_number


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1.0), (1.5, 1.5), (0, 0.0), (True, None), (False, None), ("1", None), (None, None)],
)
def test_a_bool_is_no_number_and_a_text_is_none_either(value: object, number: float | None) -> None:
    assert to_number(value) == number
    assert is_number(value) is (number is not None)
