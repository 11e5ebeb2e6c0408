from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.browsers import BROWSERS, judge_browsers
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie

HTTPS = "https://app.example"
HTTP = "http://app.example"
LOCAL = "http://localhost:3000"


def dropped_by(line: str, origin: str = HTTPS, *, is_whole: bool = True) -> set[str]:
    found = judge_browsers(parse_set_cookie(line), origin, is_whole=is_whole)
    assert all(keeping.why for keeping in found if not keeping.is_kept)
    return {keeping.browser for keeping in found if not keeping.is_kept}


@pytest.mark.parametrize(
    ("line", "origin", "browsers"),
    [
        ("a=1; Path=/; Secure; HttpOnly; SameSite=Lax", HTTPS, set()),
        (f"a={'x' * 4095}; Path=/", HTTPS, set()),
        (f"a={'x' * 4096}; Path=/", HTTPS, set(BROWSERS)),
        ("__Secure-a=1; Path=/", HTTPS, set(BROWSERS)),
        ("__secure-a=1; Path=/", HTTPS, set(BROWSERS)),
        ("__Secure-a=1; Path=/; Secure", HTTPS, set()),
        ("__Host-a=1; Path=/; Secure", HTTPS, set()),
        ("__Host-a=1; Path=/app; Secure", HTTPS, set(BROWSERS)),
        ("__Host-a=1; Path=/; Secure; Domain=app.example", HTTPS, set(BROWSERS)),
        ("a=1; Path=/; SameSite=None", HTTPS, {"Chrome"}),
        ("a=1; Path=/; SameSite=None; Secure", HTTPS, set()),
        ("a=1; Path=/; Secure", HTTP, set(BROWSERS)),
        ("a=1; Path=/; Secure", LOCAL, {"Safari"}),
        ("a=1; Path=/; Domain=example", "https://app.example", set(BROWSERS)),
        ("a=1; Path=/; Domain=localhost", "http://localhost:3000", set()),
        ("a=1; Path=/; Domain=localhost", "http://app.localhost:3000", set(BROWSERS)),
        ("a=1; Path=/; Domain=other.example", HTTPS, set(BROWSERS)),
        ("a=1; Path=/; Domain=.app.example", "https://www.app.example", set()),
        ("a=1\x01; Path=/", HTTPS, set(BROWSERS)),
        ("a=1\x1f1; Path=/", HTTPS, set(BROWSERS)),
        ("a=1\x7f1; Path=/", HTTPS, set(BROWSERS)),
        ("a=1\t1\x80; Path=/", HTTPS, set()),
    ],
)
def test_each_browser_keeps_or_drops(line: str, origin: str, browsers: set[str]) -> None:
    assert dropped_by(line, origin) == browsers


def test_a_cookie_header_is_only_judged_by_size() -> None:
    assert dropped_by("__Host-a=1", HTTP, is_whole=False) == set()
    assert dropped_by(f"a={'x' * 5000}", "", is_whole=False) == set(BROWSERS)


def test_what_changes_a_kept_cookie_is_told() -> None:
    line = "a=1; Path=/; Secure; Max-Age=99999999"
    told = {k.browser: k.why for k in judge_browsers(parse_set_cookie(line), HTTPS, is_whole=True)}
    assert told["Safari"] == ()
    assert told["Firefox"] == ("lives 400 days at most, whatever Max-Age says",)
    assert told["Chrome"][1] == "no SameSite: treated as Lax"
