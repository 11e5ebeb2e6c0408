"""Set-Cookie lines carry any value there and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.cookies.jar import CookieOptions, RequestJar, ResponseJar
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie


@given(st.text(st.characters(codec="utf-8")), st.integers(1, 10**8))
def test_a_set_cookie_line_carries_any_value(value: str, age: int) -> None:
    jar = ResponseJar()
    jar.set("n", value, CookieOptions(secure=True, domain="a.test"), max_age=age, now=0.0)
    (line,) = jar.lines()
    found = parse_set_cookie(line)
    assert line.isascii()
    assert (found.max_age, found.secure, found.domain, found.same_site) == (
        age,
        True,
        "a.test",
        "lax",
    )
    assert RequestJar.parse(f"n={found.value}").get("n") == value
