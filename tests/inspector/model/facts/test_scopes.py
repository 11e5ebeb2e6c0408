"""Where a browser sends a cookie: path, domain, and what keeps it from being kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.events.exchange import CookieSet, ExchangeStarted
from session_inspector.devserver.web.tap import cookie_set
from session_inspector.inspector.model.facts.scopes import (
    cookie_key,
    explain_not_sent,
    is_dropped,
    is_over,
    scope_text,
    to_header_line,
)

NOW = 1_760_000_000.0
PLAIN = "http://localhost:4000"


def cookie(line: str) -> CookieSet:
    return cookie_set(NOW, "x1", "s", parse_set_cookie(line))


def request(path: str) -> ExchangeStarted:
    return ExchangeStarted(at=NOW, exchange="x1", method="GET", path=path, client="", origin=PLAIN)


def test_a_cookie_without_path_belongs_to_the_folder_of_its_request() -> None:
    asked = request("/api/auth/x?q=/a/b")
    assert cookie_key(cookie("a=1"), asked) == ("a", "", "/api/auth")
    assert cookie_key(cookie("a=1; Path=rel"), asked) == ("a", "", "/api/auth")
    assert cookie_key(cookie("a=1; Path=/x; Domain=.Example.com"), asked) == (
        "a",
        "example.com",
        "/x",
    )
    assert scope_text(cookie("a=1"), asked) == ("no Path (so /api/auth, the folder of /api/auth/x)")
    assert scope_text(cookie("a=1; Path=/; Domain=e.com"), asked) == "Path=/ Domain=e.com"


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_an_address_that_names_itself_sets_its_own_cookie(host: str) -> None:
    """RFC 6265 §5.3, 6: no other host matches an address, and browsers keep it as the host's."""
    asked = replace(request("/"), origin=f"http://{host}:4000")
    own = cookie_key(cookie("a=1; Path=/"), asked)
    assert cookie_key(cookie(f"a=; Path=/; Domain={host}; Max-Age=0"), asked) == own
    assert cookie_key(cookie("a=; Path=/; Domain=127.0.0.2"), asked) != own
    assert cookie_key(cookie("a=; Path=/; Domain=localhost"), asked) != own
    assert cookie_key(cookie("a=; Path=/; Domain=.localhost"), request("/")) == own


def test_a_cookie_is_over_at_the_exact_second() -> None:
    assert not is_over(cookie("a=1; Max-Age=10"), NOW + 9.999)
    assert is_over(cookie("a=1; Max-Age=10"), NOW + 10)
    assert not is_over(cookie("a=1"), NOW + 1e9)


def test_what_no_browser_keeps_is_explained() -> None:
    bad = cookie("__Host-a=1; Path=/x")
    assert is_dropped(bad, PLAIN)
    assert "drops it" in explain_not_sent(bad, PLAIN)
    assert not is_dropped(cookie("a=1"), PLAIN)
    assert explain_not_sent(cookie("a=1"), PLAIN) == ""
    assert explain_not_sent(cookie("a=1; Secure"), "http://app.test") == (
        "Secure over plain http (app.test)"
    )


def test_lone_surrogates_of_a_name_do_not_end_the_judging() -> None:
    strange = CookieSet(
        at=NOW, exchange="x1", name="a\udc80", value=cookie("a=1").value, size=1, line_size=4
    )
    assert to_header_line(strange).name == "a?"
