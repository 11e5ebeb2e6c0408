"""The end of several cookies: the last moment, whatever ends with the browser beside it."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.lifetimes import last_dated_end, only_dated


@pytest.mark.parametrize(
    ("ends", "last"), [([], None), ([None], None), ([None, 5, 3], 5), ([0.0], 0.0), ([0, -1], 0)]
)
def test_the_last_end_of_those_that_have_one(ends: list[float | None], last: float | None) -> None:
    assert last_dated_end(ends) == last


def test_what_ends_with_the_browser_has_no_date() -> None:
    assert only_dated({"sid": None, "remember": 5, "gone": 0}) == {"remember": 5, "gone": 0}
