"""Dates of Expires as browsers read them (RFC 6265 section 5.1.1)."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.dates import parse_cookie_date

NOON = 1_760_011_200.0
"""2025-10-09 12:00:00 UTC."""


@pytest.mark.parametrize(
    "text",
    [
        "Thu, 09 Oct 2025 12:00:00 GMT",
        "Thu, 09-Oct-2025 12:00:00 GMT",
        "Thursday, 09-Oct-25 12:00:00 GMT",
        "Thu Oct  9 12:00:00 2025",
        "12:00:00 9 october 2025",
        "Thu, 09 Oct 2025 12:00:00 +0200",
        "9 Oct 2025 12:0:0 no zone that anybody knows",
    ],
)
def test_any_order_and_any_zone_are_read_as_utc(text: str) -> None:
    assert parse_cookie_date(text) == NOON


@pytest.mark.parametrize(
    ("year", "is_read"), [("1600", False), ("1601", True), ("9999", True), ("10000", False)]
)
def test_years_have_bounds(year: str, is_read: bool) -> None:
    found = parse_cookie_date(f"Thu, 01 Jan {year} 00:00:00 GMT")
    assert (found is not None) is is_read


def test_two_digits_of_a_year_are_of_this_century_up_to_69() -> None:
    assert parse_cookie_date("01 Jan 70 00:00:00") == 0
    assert parse_cookie_date("01 Jan 69 00:00:00") == parse_cookie_date("01 Jan 2069 00:00:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "-1",
        "tomorrow",
        "31 Feb 2025 00:00:00",
        "01 Jan 2025",
        "01 Jan 2025 24:00:00",
        "01 Jan 2025 00:60:00",
        "9" * 5000,
        "01 Jan 2025 00:00:00".replace("0", "\u0660"),
    ],
)
def test_what_browsers_do_not_read_as_a_date_is_none(text: str) -> None:
    assert parse_cookie_date(text) is None
