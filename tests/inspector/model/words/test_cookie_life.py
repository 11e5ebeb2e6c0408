"""A cookie's end is worded by the attribute that says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.attach.traffic.endings import to_max_age
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.web.tap import cookie_set
from session_inspector.inspector.model.words.cookie_life import describe_left, life_text
from tests.inspector.sample import NOW, cookie

DATE = "Thu, 09 Oct 2025 08:54:19 GMT"
"""59 seconds after NOW."""
FAR = "Fri, 31 Dec 9999 23:59:59 GMT"
ENDLESS = "9" * 23


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ("", "browser session"),
        ("; Max-Age=59", "Max-Age 59 s"),
        (f"; Expires={DATE}", "Expires in 59 s"),
        (f"; Max-Age=60; Expires={DATE}", "Max-Age 1 min"),
        (f"; Max-Age=1.5; Expires={DATE}", "Expires in 59 s"),
        (f"; Max-Age={ENDLESS}", f"Max-Age {ENDLESS}"),
        (f"; Expires={FAR}", f"Expires {FAR}"),
        ("; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "Expires in the past"),
    ],
)
def test_the_attribute_that_counts_is_named(attributes: str, said: str) -> None:
    line = to_max_age(parse_set_cookie(f"s=v{attributes}"), NOW)
    assert life_text(cookie_set(NOW, "x1", "a", line)) == said


def test_a_cookie_of_an_older_recording_has_its_seconds() -> None:
    old = cookie("a", NOW, "x1")
    assert isinstance(old, CookieSet)
    assert life_text(old) == "Max-Age 1 d"
    assert life_text(replace(old, max_age=1e11)) == "Max-Age 100000000000"


def test_no_browser_keeps_a_cookie_for_days_that_are_counted_in_thousands() -> None:
    assert describe_left(400 * 86_400.0) == "400 d 00:00:00"
    assert describe_left(400 * 86_400.0 + 1) == describe_left(1e11) == "> 400 d"
