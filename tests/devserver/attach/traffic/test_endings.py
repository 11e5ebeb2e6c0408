"""When a browser forgets a cookie: Max-Age before Expires, to the second."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.traffic.endings import is_deleted_by, to_max_age
from session_inspector.devserver.cookies.lifetimes import cookie_end, is_deleted
from session_inspector.devserver.cookies.set_cookie import SetCookie, parse_set_cookie
from session_inspector.devserver.decoders.base import Decoded

NOW = 1_760_000_000.0
DATE = "Expires=Thu, 09 Oct 2025 08:53:20 GMT"
"""NOW."""


def line(attributes: str) -> SetCookie:
    return parse_set_cookie(f"a=1; {attributes}")


@pytest.mark.parametrize(
    ("attributes", "end"),
    [
        ("Path=/", None),
        ("Max-Age=60", NOW + 60),
        ("Max-Age=0", NOW),
        ("Max-Age=-5", NOW - 5),
        (DATE, NOW),
        (f"{DATE}; Max-Age=60", NOW + 60),
        ("Expires=Thu, 09 Oct 2025 08:53:20", NOW),
        ("Expires=never", None),
        ("Max-Age=soon; " + DATE, NOW),
    ],
)
def test_max_age_wins_over_expires_and_junk_is_no_end(attributes: str, end: float | None) -> None:
    assert cookie_end(line(attributes), NOW) == end


@pytest.mark.parametrize("offset", [-90, -1, 0, 90, 86_400])
def test_expires_counts_from_the_date_of_its_response(offset: int) -> None:
    """The server means a life of 60 s, whatever its clock is."""
    sent_at = NOW - 60 + offset
    line = parse_set_cookie(f"a=1; {DATE}", sent_at=sent_at)
    now = NOW - 60
    assert cookie_end(line, now) == now + 60 - offset
    assert is_deleted(line, now) is (offset >= 60)
    aged = parse_set_cookie(f"a=1; {DATE}; Max-Age=5", sent_at=sent_at)
    assert cookie_end(aged, now) == now + 5


def test_a_cookie_is_deleted_at_the_exact_second_of_its_end() -> None:
    assert not is_deleted(line(DATE), NOW - 1)
    assert is_deleted(line(DATE), NOW)
    assert not is_deleted(line("Path=/"), NOW)


def test_a_session_is_deleted_when_all_its_chunks_are() -> None:
    found = Decoded(format="x", cookies=("a.0", "a.1"))
    gone = line("Max-Age=0")
    assert is_deleted_by(found, {"a.0": gone, "a.1": gone}, NOW)
    assert not is_deleted_by(found, {"a.0": gone}, NOW)
    assert not is_deleted_by(found, {"a.0": gone, "a.1": line("Max-Age=1")}, NOW)


@pytest.mark.parametrize(
    ("attributes", "max_age"),
    [
        ("Path=/", None),
        ("Max-Age=60", 60.0),
        (DATE, 10),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ],
)
def test_an_end_by_date_becomes_a_max_age(attributes: str, max_age: float | None) -> None:
    assert to_max_age(line(attributes), NOW - 10).max_age == max_age
