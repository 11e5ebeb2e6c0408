"""How long each browser keeps a cookie."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.browsers.lives import DELETES, find_life
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


def test_without_a_clock_no_date_is_over() -> None:
    line = parse_set_cookie("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
    assert find_life("Chrome", line, None) is None
