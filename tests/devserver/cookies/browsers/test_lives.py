"""How long each browser keeps a cookie."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.browsers.lives import DELETES, find_end, find_life
from session_inspector.devserver.cookies.browsers.rules import LONGEST_LIFE, BrowserName
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie

NOW = 1.8e9


@pytest.mark.parametrize(
    ("attributes", "browser", "life"),
    [
        ("", "Chrome", None),
        ("Max-Age=60", "Chrome", 60),
        ("Max-Age=+60", "Chrome", 60),
        ("Max-Age=+60", "Firefox", None),
        ("Max-Age=-abc", "Firefox", DELETES),
        ("Max-Age=-abc", "Chrome", None),
        ("Max-Age=0", "Safari", DELETES),
        ("Max-Age=1e3", "Chrome", None),
        ("Max-Age=99999999", "Chrome", LONGEST_LIFE),
        ("Max-Age=99999999", "Safari", 99_999_999),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", "Firefox", DELETES),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=5", "Firefox", 5),
        ("Expires=Fri, 15 Jan 2027 08:01:00 GMT", "Safari", 60),
        ("Expires=never", "Chrome", None),
    ],
)
def test_a_life_is_what_the_browser_reads(
    attributes: str, browser: BrowserName, life: float | None
) -> None:
    assert find_life(browser, parse_set_cookie(f"a=1; {attributes}"), NOW) == life


@pytest.mark.parametrize(
    ("browser", "sent_at", "life"),
    [
        ("Chrome", NOW - 90, 150),
        ("Firefox", NOW - 90, 150),
        ("Chrome", NOW + 90, DELETES),
        ("Firefox", NOW + 60, DELETES),
        ("Firefox", NOW + 59, 1),
        ("Chrome", None, 60),
        ("Safari", NOW - 90, 60),  # untried: by its own clock
    ],
)
def test_expires_counts_from_the_date_of_the_response(
    browser: BrowserName, sent_at: float | None, life: float
) -> None:
    line = parse_set_cookie("a=1; Expires=Fri, 15 Jan 2027 08:01:00 GMT", sent_at=sent_at)
    assert find_life(browser, line, NOW) == life


def test_an_end_in_the_future_is_over_by_the_date_of_the_response() -> None:
    line = parse_set_cookie("a=1; Expires=Fri, 15 Jan 2027 08:01:00 GMT", sent_at=NOW + 90)
    assert find_end("Chrome", line, NOW).endswith("is over by the Date of its response")
    assert find_end("Chrome", line, NOW + 60).endswith("GMT is over")


def test_without_a_clock_no_date_is_over() -> None:
    line = parse_set_cookie("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
    assert find_life("Chrome", line, None) is None
