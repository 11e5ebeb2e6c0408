"""Ends are written as JavaScript's Date does, also where Python has no date."""

from __future__ import annotations

import math

import pytest

from session_inspector.devserver.cookies.utc_string import find_end, to_utc_string


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (8.64e12, "Sat, 13 Sep 275760 00:00:00 GMT"),
        (math.inf, "Invalid Date"),
    ],
)
def test_a_date_is_written_as_javascript_does(seconds: float, text: str) -> None:
    assert to_utc_string(seconds) == text


@pytest.mark.parametrize(
    ("now", "max_age", "end"), [(1.999, 60, 61), (0, 8.64e12, 8.64e12), (1, 8.64e12, math.inf)]
)
def test_an_end_is_a_whole_second_and_no_later_than_any_date(
    now: float, max_age: float, end: float
) -> None:
    assert find_end(now, max_age) == end
