"""Requests beside each other have lanes, and each line says what a request did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.events.session import SessionLoaded
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.boards.lanes import MOST
from session_inspector.inspector.model.boards.requests import (
    BUSY,
    FEW,
    HERE,
    NO_RULE,
    NOT_ROLLED,
    PRESENTED,
    lay_out,
)
from tests.inspector.model.events import ended, started
from tests.inspector.sample import cookie, swept, written

CAUSED = "Caused by x1: GET / of lab:a."


def test_requests_beside_each_other_have_lanes_of_their_own() -> None:
    fields = lay_out([started("a"), started("b"), ended("a"), started("c"), ended("c"), ended("b")])
    lanes = ["".join(piece for piece, _ in field.lead[1:]).rstrip() for field in fields]
    assert {len(field.lead) for field in fields} == {1 + FEW + 1}, "as many as are used"
    assert lanes == [
        HERE,
        f"{BUSY}{HERE}",
        f"{HERE}{BUSY}",
        f"{HERE}{BUSY}",
        f"{HERE}{BUSY}",
        f" {HERE}",
    ]
    assert "‖ 2 at once" in fields[2].value


def test_what_the_app_asks_the_provider_is_no_request_beside_its_own() -> None:
    fields = lay_out(
        [started("a"), started("b", "/oauth/token", party="provider"), ended("b"), ended("a")]
    )
    assert all("at once" not in field.value for field in fields)


def test_lanes_are_drawn_up_to_the_last_that_is_used() -> None:
    fields = lay_out([started(name) for name in "abcdefgh"])
    assert {len(field.lead) for field in fields} == {1 + 8 + 1}


def line(*events: Event) -> tuple[str, str]:
    """The last line's text and explanation."""
    field = lay_out(events)[-1]
    return field.value, field.explain


def test_a_request_says_who_sent_which_cookies() -> None:
    event = replace(started("x1", "/a?b=1", "s"), cookie_bytes=11)
    assert line(event) == (
        "→ x1 GET /a  lab:a  11 B of Cookie header",
        "It sent: s 9 B. Query: /a?b=1",
    )
    asked = started("x2", "/token", party="provider", client="httpx", within="x1")
    text = "→ x2 GET /token  httpx  at the provider for x1"
    assert line(asked) == (text, "It sent: no cookie. Query: /token")


def test_a_response_says_whether_it_may_be_cached() -> None:
    text, explain = line(started("x1"), ended("x1", "/login"))
    assert text == "← x1 200  100.0 ms"
    assert explain == f"0 Set-Cookie lines. {NO_RULE}. It redirects to /login."


def test_a_session_that_was_accepted_and_not_written_has_not_rolled() -> None:
    loaded = SessionLoaded(at=1, cause="x1", session="abcdefgh", sub="u")
    text, explain = line(started("x1"), loaded, ended("x1"))
    assert (text, explain) == ("← x1 200  100.0 ms  not rolled", NOT_ROLLED)
    assert line(started("x1"), loaded) == ("  ✓ session accepted  u  session abcdef", CAUSED)


def test_a_session_whose_cookie_only_opens_is_presented_and_not_accepted() -> None:
    presented = SessionLoaded(at=1, cause="x1", session="a", sub="u", origin="rule")
    text, explain = line(started("x1"), presented, ended("x1"))
    assert (text, explain) == ("← x1 200  100.0 ms  no cookie set", PRESENTED.format(status=200))
    shown, _ = line(started("x1"), presented)
    assert "session presented" in shown
    assert "accepted" not in shown


@pytest.mark.parametrize("kind", ["stateful", "stateless"])
def test_a_refresh_is_told_as_one_though_the_session_rolls_beside_it(kind: Kind) -> None:
    events: list[Event] = [
        started("x1"),
        written("s", 1, "x1", reason="refresh", kind=kind),
        written("s", 1, "x1", reason="roll", kind=kind),
        cookie("s", 1, "x1"),
    ]
    text, _ = line(*events)
    assert "new tokens" in text
    assert "unchanged" not in text


def test_a_cookie_says_what_of_the_session_changed() -> None:
    wrote = written("s", 1, "x1", reason="roll")
    event = cookie("s", 1, "x1")
    assert line(started("x1"), wrote, event) == (
        "  ⇠ Set-Cookie __session 159 B  (the same id, its end moved)  session s",
        "Path /, Max-Age 1 d, SameSite lax.",
    )
    sealed = written("s", 1, "x1", reason="roll", kind="stateless")
    text, _ = line(started("x1"), sealed, event)
    assert "(payload unchanged, only its end moved)" in text
    text, _ = line(started("x1"), swept("s", 1, "x1", "__session"))
    assert text == "  ⌫ deletes __session  session s"


def test_events_of_no_request_are_left_out() -> None:
    assert list(lay_out([SessionLoaded(at=1, cause="c1", session="a", sub="u")])) == []


def test_more_requests_than_lanes_share_the_last() -> None:
    fields = lay_out([started(f"x{number}") for number in range(MOST + 2)])
    assert len(fields[-1].lead) == 1 + MOST + 1


@pytest.mark.parametrize(
    ("status", "is_kept"), [(200, True), (404, True), (401, False), (302, False)]
)
def test_a_response_without_cache_control_is_kept_only_where_a_cache_may(
    status: int, is_kept: bool
) -> None:
    explain = lay_out([started("x1", "/me"), replace(ended("x1"), status=status)])[-1].explain
    assert ("a cache may keep this response" in explain) == is_kept
    if not is_kept:
        assert f"no cache keeps a {status} response to GET by itself" in explain
