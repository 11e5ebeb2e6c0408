"""Every end that a decoded session has, and how far seal and browser are apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.traits import Traits
from session_inspector.inspector.decode.clocks import (
    TOLERANCE,
    EndTime,
    describe_assumed,
    describe_disagreement,
    describe_forgotten,
    describe_unknown_age,
    find_clocks,
    find_first_end,
    find_writing,
)
from session_inspector.inspector.decode.paste import PastedCookie


def end(name: str, at: Seconds, *, ends_session: bool = True) -> EndTime:
    return EndTime(name=name, at=at, ends_session=ends_session)


def decoded(payload: JsonObject, expires: Seconds | None = None) -> Decoded:
    return Decoded(format="any", cookies=(), payload=payload, expires=expires)


def pasted(line: str, at: Seconds | None = None) -> PastedCookie:
    return PastedCookie(value="1", line=parse_set_cookie(line), at=at)


def test_clocks_are_found_wherever_they_lie_and_sorted() -> None:
    payload: JsonObject = {"tokenSet": {"expiresAt": 30}, "list": [{"expires_at": 20}]}
    names = [clock.name for clock in find_clocks(decoded(payload, 10), [])]
    assert names == ["seal", "list[0].expires_at", "tokenSet.expiresAt"]


def test_a_token_s_end_does_not_end_the_session() -> None:
    clocks = find_clocks(decoded({"expires_at": 5}, 10), [])
    assert find_first_end(clocks) == end("seal", 10)
    assert find_first_end(clocks[:1]) is None


def test_a_line_that_has_the_life_which_its_server_checks_leaves_no_end_by_default() -> None:
    traits = Traits(stamp_life=60, is_stamp_life_told=True)
    found = replace(decoded({}, 160), issued=100, traits=traits)
    assert [clock.name for clock in find_clocks(found, [])] == ["seal"]
    clocks = find_clocks(found, [pasted("s=1; Max-Age=900", 100)])
    assert [(clock.name, clock.at) for clock in clocks] == [("cookie Max-Age", 1000)]
    assert describe_disagreement(clocks) == ""


@pytest.mark.parametrize(
    ("line", "at", "clock"),
    [
        ("s=1; Max-Age=60", 500, end("cookie Max-Age", 560)),
        ("s=1; Max-Age=60", None, None),
        ("s=1", 500, None),
        ("s=1; Expires=Thu, 01 Jan 1970 00:15:00 GMT", None, end("cookie Expires", 900)),
        ("s=1; Expires=soon", None, None),
        ("s=1; Expires=Thu, 01 Jan 1970 00:15:00 GMT; Max-Age=60", 500, end("cookie Max-Age", 560)),
        (
            "s=1; Expires=Thu, 01 Jan 1970 00:15:00 GMT; Max-Age=60",
            None,
            end("cookie Expires", 900),
        ),
    ],
)
def test_the_browser_s_clock_begins_when_the_line_was_sent(
    line: str, at: Seconds | None, clock: EndTime | None
) -> None:
    assert find_first_end(find_clocks(decoded({}), [pasted(line, at)])) == clock


def test_a_max_age_counts_from_the_stamp_of_a_cookie_that_is_stamped_when_it_is_written() -> None:
    traits = Traits(stamp_life=60, is_stamp_life_told=True, is_issued_anew=True)
    stamped = replace(decoded({}, 160), issued=100, traits=traits)
    lines = [pasted("s=1; Max-Age=900")]
    (clock,) = find_clocks(stamped, lines)
    assert clock == end("cookie Max-Age from its time stamp", 1000)
    assert describe_unknown_age(lines, find_writing(stamped)) == ""
    assert describe_assumed(stamped, [clock]) == ""
    assert describe_assumed(stamped, find_clocks(stamped, [])).startswith(
        "its end is assumed: 1 min"
    )
    login = replace(stamped, traits=replace(traits, is_issued_anew=False))
    assert find_writing(login) is None
    assert [one.name for one in find_clocks(login, lines)] == ["seal"]


@pytest.mark.parametrize(
    ("browser", "said"),
    [
        (100 + TOLERANCE, ""),
        (4000, "the browser sends it for"),
        (10, "the browser forgets it"),
    ],
)
def test_seal_and_browser_agree_within_two_seconds(browser: Seconds, said: str) -> None:
    text = describe_disagreement([end("cookie Max-Age", browser), end("seal", 100)])
    assert text.startswith(said)
    assert bool(text) is bool(said)


@pytest.mark.parametrize(("name", "at"), [("cookie Expires", 101), ("seal", 50)])
def test_only_a_browser_s_own_end_that_is_over_is_noted_as_forgotten(
    name: str, at: Seconds
) -> None:
    assert describe_forgotten([end(name, at)], now=100) == ""


def test_a_cookie_that_the_browser_dropped_is_noted_at_the_exact_second() -> None:
    text = describe_forgotten([end("cookie Expires", 100)], now=100)
    assert text.startswith("the browser dropped it 0 s ago, by cookie Expires")
    assert "its server does not read that end" in text


def test_a_max_age_of_unknown_age_is_told_and_no_clock() -> None:
    assert "does not say when" in describe_unknown_age([pasted("s=1; Max-Age=60")])
    both = describe_unknown_age(
        [pasted("s=1; Max-Age=1209600; Expires=Thu, 01 Jan 2099 00:00:00 GMT")]
    )
    assert both.startswith("Max-Age=1209600 (14 d) counts from")
    assert "obeys it before Expires" in both
    assert describe_unknown_age([pasted("s=1; Max-Age=60", 500), pasted("s=1")]) == ""


def test_a_number_that_is_no_date_is_no_clock() -> None:
    assert (
        find_clocks(decoded({"expires_at": 1e300, "list": [{"expiresAt": 1e999}]}, 1e17), []) == ()
    )
