"""A browser keeps, sends and forgets cookies by RFC 6265bis."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.browser_jar import BrowserJar
from session_inspector.devserver.cookies.cookie_date import parse_cookie_date
from session_inspector.devserver.cookies.scope import default_path, is_same_site

NOW = 1_760_000_000.0
APP = "http://127.0.0.1:3000/auth/callback"
HOME = "http://127.0.0.1:3000/"
YEAR_2000 = "Sat, 01 Jan 2000 00:00:00 GMT"


def sent(*lines: str, at: str = APP, to: str = HOME, later: float = 0, **how: str) -> str:
    jar = BrowserJar()
    for line in lines:
        jar.take(line, at, NOW)
    return jar.header(to, NOW + later, **how)


@pytest.mark.parametrize(
    ("line", "later", "is_sent"),
    [
        ("a=1; Path=/", 1e9, True),
        ("a=1; Path=/; Max-Age=60", 59, True),
        ("a=1; Path=/; Max-Age=60", 60, False),
        ("a=1; Path=/; Max-Age=0", 0, False),
        ("a=1; Path=/; Max-Age=-5", 0, False),
        (f"a=1; Path=/; Expires={YEAR_2000}", 0, False),
        (f"a=1; Path=/; Max-Age=60; Expires={YEAR_2000}", 59, True),
        ("a=1; Path=/; Expires=Thu, 09 Oct 2025 08:54:20 GMT", 59, True),
        ("a=1; Path=/; Expires=Thu, 09 Oct 2025 08:54:20 GMT", 60, False),
        ("a=1; Path=/; Expires=tomorrow", 1e9, True),
        ("a=1; Path=/; Max-Age=99999999999", 399 * 86_400, True),
        ("a=1; Path=/; Max-Age=99999999999", 400 * 86_400, False),
    ],
)
def test_a_cookie_ends_by_max_age_else_by_expires_and_after_400_days(
    line: str, later: float, is_sent: bool
) -> None:
    assert bool(sent(line, later=later)) == is_sent


def test_a_clock_that_is_set_back_brings_back_what_had_only_ended() -> None:
    jar = BrowserJar()
    jar.take("a=1; Path=/; Max-Age=60", APP, NOW)
    assert [jar.header(HOME, NOW + later) for later in (100, 10)] == ["", "a=1"]
    jar.take("a=1; Path=/; Max-Age=0", APP, NOW + 20)
    assert jar.header(HOME, NOW + 10) == ""


@pytest.mark.parametrize(
    ("path", "to", "is_sent"),
    [
        ("", "/auth/x", True),
        ("", "/auth", True),
        ("", "/", False),
        ("; Path=nonsense", "/", False),
        ("; Path=/a", "/a/b", True),
        ("; Path=/a", "/ab", False),
        ("; Path=/a/", "/a", False),
        ("; Path=/", "/", True),
    ],
)
def test_a_cookie_goes_to_its_path_and_below_which_is_the_folder_of_who_set_it(
    path: str, to: str, is_sent: bool
) -> None:
    assert bool(sent(f"a=1{path}", to=f"http://127.0.0.1:3000{to}")) == is_sent
    assert [default_path(p) for p in ("/auth/callback?x=/", "/a", "", "*")] == [
        "/auth",
        "/",
        "/",
        "/",
    ]


@pytest.mark.parametrize(
    ("at", "domain", "to", "is_sent"),
    [
        ("http://app.test/", "", "http://sub.app.test/", False),
        ("http://app.test/", "app.test", "http://sub.app.test/", True),
        ("http://app.test/", ".App.Test", "http://app.test/", True),
        ("http://app.test/", "other.test", "http://other.test/", False),
        ("http://app.test/", "test", "http://app.test/", False),
        ("http://sub.app.test/", "app.test", "http://app.test/", True),
        ("http://localhost:3000/", "localhost", "http://localhost:3000/", True),
        ("http://localhost:3000/", "localhost", "http://app.localhost:3000/", False),
        ("http://app.localhost:3000/", "localhost", "http://app.localhost:3000/", False),
        ("http://127.0.0.1:3000/", "127.0.0.1", "http://127.0.0.1:3001/", True),
    ],
)
def test_a_cookie_stays_with_its_host_unless_a_domain_above_it_is_named(
    at: str, domain: str, to: str, is_sent: bool
) -> None:
    attribute = f"; Domain={domain}" if domain else ""
    assert bool(sent(f"a=1; Path=/{attribute}", at=at, to=to)) == is_sent


@pytest.mark.parametrize(
    ("at", "to", "is_sent"),
    [
        ("http://127.0.0.1:3000/", "http://127.0.0.1:3000/", True),
        ("http://localhost/", "http://localhost/", True),
        ("http://app.localhost/", "http://app.localhost/", True),
        ("https://app.test/", "https://app.test/", True),
        ("https://app.test/", "http://app.test/", False),
        ("http://app.test/", "https://app.test/", False),
    ],
)
def test_secure_needs_tls_or_this_machine(at: str, to: str, is_sent: bool) -> None:
    assert bool(sent("a=1; Path=/; Secure", at=at, to=to)) == is_sent


@pytest.mark.parametrize(
    ("line", "method", "later", "is_sent"),
    [
        ("a=1; SameSite=Strict", "GET", 0, False),
        ("a=1; SameSite=Lax", "GET", 0, True),
        ("a=1; SameSite=Lax", "POST", 0, False),
        ("a=1; SameSite=None; Secure", "POST", 0, True),
        ("a=1; SameSite=None", "GET", 0, False),
        ("a=1", "GET", 500, True),
        ("a=1", "POST", 120, True),
        ("a=1", "POST", 121, False),
        ("a=1; SameSite=Odd", "POST", 121, False),
    ],
)
def test_same_site_decides_what_another_site_may_bring_along(
    line: str, method: str, later: float, is_sent: bool
) -> None:
    found = sent(
        f"{line}; Path=/", later=later, method=method, initiator="http://localhost:3001/login"
    )
    assert bool(found) == is_sent


def test_ports_are_one_site_and_schemes_are_not() -> None:
    assert is_same_site("http://localhost:3000/", "http://localhost:3001/x")
    assert is_same_site("http://a.app.test/", "http://b.app.test/")
    assert not is_same_site("http://localhost/", "https://localhost/")
    assert not is_same_site("http://127.0.0.1/", "http://127.0.0.2/")
    assert sent("a=1; SameSite=Strict; Path=/", initiator="http://127.0.0.1:3001/") == "a=1"


def test_a_deletion_needs_the_path_and_domain_of_the_live_cookie() -> None:
    live = "a=1; Path=/; Domain=app.test"
    at = "http://app.test/auth/x"
    for useless in ("a=; Path=/; Max-Age=0", "a=; Domain=app.test; Max-Age=0"):
        assert sent(live, useless, at=at, to="http://app.test/") == "a=1"
    gone = sent(live, "a=; Path=/; Domain=app.test; Max-Age=0", at=at, to="http://app.test/")
    assert gone == ""


def test_longer_paths_come_first_then_what_came_first_and_a_replaced_cookie_keeps_its_place() -> (
    None
):
    found = sent("a=1; Path=/", "b=2; Path=/", "c=3; Path=/auth", "a=4; Path=/", to=APP)
    assert found == "c=3; a=4; b=2"


def test_what_browsers_drop_is_not_kept() -> None:
    assert sent(f"a={'x' * 4096}; Path=/") == ""
    assert sent("__Host-a=1; Path=/auth; Secure") == ""
    assert sent("__Host-a=1; Path=/; Secure") == "__Host-a=1"


def test_dropped_and_stolen_cookies() -> None:
    jar = BrowserJar()
    jar.put({"a": "1", "__Host-b": "2"}, "127.0.0.1", NOW)
    assert jar.header(HOME, NOW) == "a=1; __Host-b=2"
    assert (jar.drop("a", NOW), jar.drop("", NOW), jar.cookies(NOW)) == (["a"], ["__Host-b"], [])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
        ("Sun Nov  6 08:49:37 1994", 784_111_777),
        ("06 NOVEMBER 94 8:49:37", 784_111_777),
        ("Thu, 01 Jan 1970 00:00:00 +9999", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ("Thu, 30 Feb 2025 00:00:00 GMT", None),
        ("Thu, 01 Jan 1600 00:00:00 GMT", -11_644_473_600),
        ("Thu, 01 Jan 2025 24:00:00 GMT", None),
        ("Thu, 01 Jan 2025", None),
        ("", None),
    ],
)
def test_dates_are_read_as_browsers_read_them(text: str, seconds: float | None) -> None:
    assert parse_cookie_date(text) == seconds
