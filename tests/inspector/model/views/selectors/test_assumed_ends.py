"""An end that is a framework's default ends nothing that the app accepts after it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import CookieSeen, Timer
from session_inspector.devserver.core.events.exchange import CookieSet, ExchangeStarted
from session_inspector.devserver.core.events.session import SessionLoaded, SessionRefused
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.search import session_rows
from session_inspector.inspector.model.views.session_summary import SessionSummary
from tests.inspector.model.views.selectors.scene import DAY, after, clocks
from tests.inspector.sample import NOW, cookie, server, started, written

LATER = NOW + 100


def request() -> ExchangeStarted:
    return ExchangeStarted(
        at=LATER,
        seq=1000,
        cause="x9",
        exchange="x9",
        method="GET",
        path="/",
        client="lab:alice",
        cookies=(CookieSeen(name="session", size=9),),
    )


def test_it_is_over_until_a_request_shows_that_the_app_accepts_it() -> None:
    made = written("alice", NOW, "x1")
    clock = Timer(name="sealed", ends=NOW + 50, ends_session=True, rule="default", is_assumed=True)
    facts = replace(made.facts, kind="stateless", timers=(clock,))
    state = fold(State(), [replace(made, facts=facts)])
    summary = SessionSummary(state, state.sessions["alice"], LATER)
    assert (summary.life, summary.origin) == ("expired", "rule")
    assert summary.reason == "it has ended: default"
    loaded = SessionLoaded(
        at=LATER, seq=1001, cause="x9", session="alice", sub="alice", origin="rule"
    )
    state = fold(state, [request(), loaded])
    assert SessionSummary(state, state.sessions["alice"], LATER).life == "live"
    refused = SessionRefused(
        at=LATER, seq=1002, cause="x9", session="alice", code="401", reason="no", origin="seen"
    )
    state = fold(state, [refused])
    assert SessionSummary(state, state.sessions["alice"], LATER).life == "refused"


def remembered(*, ends: float, rule: str, cookies: tuple[str, ...] = ()) -> State:
    """Return a session of `sid`, which ends with the browser, and `remember` for a day."""
    made = written("a", NOW, "x1", kind="stateless")
    clock = Timer(
        name="cookie", ends=ends, ends_session=True, rule=rule, cookies=cookies, is_assumed=True
    )
    facts = replace(made.facts, kind="unknown", timers=(clock,))
    short = cookie("a", NOW, "x1", "sid")
    assert isinstance(short, CookieSet)
    return after(
        replace(server(NOW), upstream="http://localhost:3000"),
        started("x1", NOW, "/login", "Chrome"),
        replace(made, facts=facts),
        replace(short, max_age=None),
        cookie("a", NOW, "x1", "remember"),
        before=[],
    )


def test_a_cookie_that_outlives_the_browser_is_the_end_and_the_rule_is_said() -> None:
    rule = "its longest cookie; sid ends with the browser"
    state = remembered(ends=NOW + DAY, rule=rule)
    row = clocks(state)["cookie"]
    assert (row.label, row.ends, row.note) == ("assumed end", NOW + DAY, rule)
    (shown,) = session_rows(state, NOW)
    assert (shown.ends, shown.life) == (NOW + DAY, "live")


def test_a_cookie_that_does_not_carry_the_session_on_does_not_move_its_end() -> None:
    """`remember` has carried it on alone; `device`, which lives for a year, has not."""
    state = remembered(ends=NOW + DAY, rule="remember carried it on alone", cookies=("remember",))
    device = cookie("a", NOW, "x1", "device")
    assert isinstance(device, CookieSet)
    state = fold(state, [replace(device, seq=2000, max_age=365 * DAY)])
    assert clocks(state)["cookie"].ends == NOW + DAY


def test_what_the_wire_showed_of_it_counts_more_than_what_was_noted_at_the_write() -> None:
    state = remembered(ends=NOW + 5, rule="r")
    assert clocks(state)["cookie"].ends == NOW + DAY


@pytest.mark.parametrize("max_age", [None, 4, 2 * int(DAY)])
def test_what_renews_the_other_cookies_ends_them_whatever_their_own_end(
    max_age: int | None,
) -> None:
    rule = "refresh_token, which renews the other cookies"
    made = written("a", NOW, "x1", kind="stateless")
    clock = Timer(
        name="cookie", ends=NOW + 12, ends_session=True, rule=rule, cookies=("refresh_token",)
    )
    token = Timer(name="access_token", ends=NOW + 4)
    access = cookie("a", NOW, "x1", "access_token")
    renewer = cookie("a", NOW, "x1", "refresh_token")
    assert isinstance(access, CookieSet)
    assert isinstance(renewer, CookieSet)
    state = after(
        replace(server(NOW), upstream="http://localhost:3000"),
        started("x1", NOW, "/login", "Chrome"),
        replace(made, facts=replace(made.facts, timers=(clock, token))),
        replace(access, max_age=max_age),
        replace(renewer, max_age=12),
        before=[],
    )
    row = clocks(state)["cookie"]
    assert (row.ends, row.ends_session, row.note) == (NOW + 12, True, rule)
    (live,) = session_rows(state, NOW + 11)
    (over,) = session_rows(state, NOW + 12)
    assert (live.ends, live.life, over.life) == (NOW + 12, "live", "expired")
    assert clocks(state, NOW + 12)["cookie"].is_past
