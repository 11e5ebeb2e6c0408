"""Set-Cookie lines as browsers read them, hostile ones too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.cookies.jar import CookieOptions, RequestJar, ResponseJar
from session_inspector.devserver.cookies.set_cookie import LONGEST_LIFE, parse_set_cookie


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "-Infinity", "undefined", "", "3600.5", "1e3", "+60", "٣", "1 2"]
)
def test_a_max_age_that_is_not_digits_is_as_if_it_were_not_there(text: str) -> None:
    found = parse_set_cookie(f"a=b; Max-Age={text}")
    assert found.max_age is None
    assert not found.is_deletion


@pytest.mark.parametrize(("text", "seconds"), [("3600", 3600), ("0", 0), ("-1", -1), ("007", 7)])
def test_a_max_age_of_digits_counts(text: str, seconds: int) -> None:
    found = parse_set_cookie(f"a=b; Max-Age={text}")
    assert found.max_age == seconds
    assert found.is_deletion == (seconds <= 0)


@pytest.mark.parametrize("digits", [12, 20, 400, 5_000])
def test_a_max_age_of_many_digits_is_cut_to_one_whose_end_is_a_date(digits: int) -> None:
    assert parse_set_cookie(f"a=b; Max-Age={'9' * digits}").max_age == LONGEST_LIFE
    assert parse_set_cookie(f"a=b; Max-Age=-{'9' * digits}").max_age == -LONGEST_LIFE


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
