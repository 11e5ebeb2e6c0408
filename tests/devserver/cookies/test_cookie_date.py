"""Expires as RFC 6265 §5.1.1 reads it."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.cookie_date import parse_cookie_date

JUNE = 1_623_233_894


@pytest.mark.parametrize(
    "text",
    [
        "Wed, 09 Jun 2021 10:18:14 GMT",
        "Wednesday, 09-Jun-21 10:18:14 GMT",
        "Jun 9 10:18:14 2021",
        "9 june 2021 10:18:14 +9999",
        "10:18:14, 2021 jUn 09 (CET)",
        "9 Jun 2021 10:18:14 no zone that anybody knows",
        "Wed, 09 Jun 2021 10:18:14 -9959",
        "Wed, 09 Jun 2021 10:18:14 +99999999999999999999",
    ],
)
def test_a_date_is_read_leniently_and_as_utc(text: str) -> None:
    assert parse_cookie_date(text) == JUNE


def test_years_of_two_digits_are_from_1970_to_2069() -> None:
    assert parse_cookie_date("01-Jan-70 00:00:00") == 0
    assert parse_cookie_date("01-Jan-69 00:00:00") == 3_124_224_000


def test_the_last_year_is_a_date() -> None:
    assert parse_cookie_date("Fri, 31 Dec 9999 23:59:59 GMT") == 253_402_300_799


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Invalid Date",
        "0",
        "Wed, 31 Feb 2021 10:18:14 GMT",
        "Wed, 09 Jun 2021 25:00:00 GMT",
        "-1",
        "01 Jan 2025 24:00:00",
        "01 Jan 2025 00:60:00",
        "01 Jan 2025 00:00:00".replace("0", "\u0660"),
        "Wed, 09 Jun 99999 10:18:14 GMT",
        "Wed, 09 Jun 2021",
        "x" * 100_000,
    ],
)
def test_what_is_no_date_is_no_end(text: str) -> None:
    assert parse_cookie_date(text) is None


def test_what_is_before_1601_is_over_as_browsers_have_it() -> None:
    earliest = parse_cookie_date("Mon, 01 Jan 1601 00:00:00 GMT")
    assert parse_cookie_date("Wed, 09 Jun 1600 10:18:14 GMT") == earliest
    assert earliest is not None
    assert earliest < 0
