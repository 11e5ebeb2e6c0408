from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.browsers.keeping import BROWSERS, judge_browsers
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie

TRIED = {"Chrome", "Firefox"}
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
        ("a=1; Path=/; SameSite=None", HTTPS, TRIED),
        ("a=1; Path=/; SameSite=None; Secure", HTTPS, set()),
        ("a=1; Path=/; Secure", HTTP, set(BROWSERS)),
        ("a=1; Path=/; Secure", LOCAL, {"Safari"}),
        ("a=1; Path=/; Domain=example", "https://app.example", set(BROWSERS)),
        ("a=1; Path=/; Domain=localhost", "http://localhost:3000", set()),
        ("a=1; Path=/; Domain=localhost", "http://app.localhost:3000", set(BROWSERS)),
        ("a=1; Path=/; Domain=other.example", HTTPS, set(BROWSERS)),
        ("a=1; Path=/; Domain=.app.example", "https://www.app.example", set()),
        ("a=1\x01; Path=/", HTTPS, set(BROWSERS)),
        ("a=1; Path=/; HttpOnly\x01", HTTPS, set(BROWSERS)),
        ("a=1\t2; Path=/", HTTPS, {"Chrome"}),
        ("__Http-a=1; Secure; Path=/", HTTPS, TRIED),
        ("__Host-Http-a=1; Secure; Path=/", HTTPS, TRIED),
        ("__Host-Http-a=1; Secure; Path=/; HttpOnly", HTTPS, set()),
        ("a=1; Path=/; Partitioned", HTTPS, TRIED),
        ("=__Host-x=1", HTTPS, set(BROWSERS)),
        ("=x", HTTPS, {"Firefox"}),
        ("a=1; Domain=com", "https://example.com", set(BROWSERS)),
        ("a=1; Domain=github.io", "https://me.github.io", set(BROWSERS)),
        ("a=1; Domain=github.io", "https://github.io", set()),
        ("__Host-a=1; Secure", f"{HTTPS}/one", {"Chrome", "Safari"}),
        ("__Host-a=1; Secure", f"{HTTPS}/one/two", set(BROWSERS)),
        ("__host-a=1; Secure; Path=/; Domain=localhost", "https://localhost", {"Chrome", "Safari"}),
        ("a=1; Secure", "http://127.0.0.2:3000", {"Safari"}),
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


def verdicts(line: str, url: str, **more: object) -> dict[str, tuple[str, tuple[str, ...]]]:
    found = judge_browsers(parse_set_cookie(line), url, is_whole=True, **more)  # type: ignore[arg-type]  # top and now
    return {keeping.browser: (keeping.what, keeping.why) for keeping in found}


def test_a_line_that_is_over_deletes() -> None:
    whats = {what for what, _ in verdicts("a=; Max-Age=0", HTTPS).values()}
    assert whats == {"deletes"}
    line = "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
    assert verdicts(line, HTTPS, now=1e9)["Chrome"][0] == "deletes"
    assert verdicts(line, HTTPS)["Chrome"][0] == "keeps"  # nobody said what time it is


def test_browsers_read_max_age_each_in_its_way() -> None:
    assert verdicts("a=1; Max-Age=--1", HTTPS)["Firefox"] == (
        "deletes",
        ("Max-Age=--1 is over at once",),
    )
    assert verdicts("a=1; Max-Age=--1", HTTPS)["Chrome"][0] == "keeps"


def test_in_a_frame_of_another_site_only_what_says_so_is_kept() -> None:
    found = verdicts("a=1; Path=/", HTTPS, top="https://other.example")
    assert [what for what, _ in found.values()] == ["drops", "keeps", "drops"]
    found = verdicts("a=1; Secure; SameSite=None; Partitioned", HTTPS, top="https://other.example")
    assert [what for what, _ in found.values()] == ["keeps", "keeps", "keeps"]
    found = verdicts("a=1; SameSite=Lax", HTTPS, top="https://other.example")
    assert [what for what, _ in found.values()] == ["drops", "drops", "drops"]
    found = verdicts("a=1; SameSite=Lax", HTTPS, top=HTTPS)
    assert [what for what, _ in found.values()] == ["keeps", "keeps", "keeps"]
