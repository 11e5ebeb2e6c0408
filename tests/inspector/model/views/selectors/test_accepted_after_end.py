"""A session that its app accepts after the end inside its cookie: all panes say that it lives."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.devserver.core.events.session import SessionLoaded, SessionRefused
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.views.ladder import ACCEPTED_AFTER
from tests.inspector.model.views.selectors.scene import STATELESS_APP, after, clocks, life
from tests.inspector.sample import NOW, cookie, server, started, written

LATER = NOW + 3
MADE = written("a", NOW, "x1", kind="stateless")
SEALED = Timer(name="sealed", ends=NOW - 60, ends_session=True)
OVER = [
    replace(server(NOW), upstream="http://localhost:3000"),
    started("x1", NOW, "/login", "Chrome"),
    replace(MADE, facts=replace(MADE.facts, timers=(SEALED,))),
    cookie("a", NOW, "x1"),
]
RULED = SessionRefused(
    at=LATER, cause="x2", session="a", code="expired", reason="it has ended", origin="rule"
)


def answered() -> list[Event]:
    return [
        SessionLoaded(at=LATER, cause="x2", session="a", sub="alice", origin="seen"),
        ExchangeEnded(at=LATER, cause="x2", exchange="x2", status=200, duration=0.1),
    ]


def test_what_the_app_accepts_lives_whatever_the_rule_says() -> None:
    state = after(started("x2", LATER, "/me?x=1", "Chrome"), RULED, *answered(), before=OVER)
    said, reason = life(state, LATER)
    assert said == "accepted"
    assert "The app accepts it all the same: GET /me in x2" in reason
    assert clocks(state, LATER)["sealed"].note == ACCEPTED_AFTER


def test_a_later_rule_changes_nothing_and_a_refusal_does() -> None:
    seen = [started("x2", LATER, "/me", "Chrome"), RULED, *answered()]
    again = replace(RULED, at=LATER + 1, cause="x3")
    assert life(after(*seen, again, before=OVER), LATER + 1)[0] == "accepted"
    refused = replace(again, code="401", origin="seen")
    assert life(after(*seen, refused, before=OVER), LATER + 1)[0] == "refused"


def test_what_only_a_rule_accepts_lives_by_its_clocks() -> None:
    ruled = after(started("x2", LATER, "/me", "Chrome"), RULED, before=OVER)
    assert life(ruled, LATER)[0] == "expired"
    lives = after(started("x2", LATER, "/me", "Chrome"), *answered(), before=STATELESS_APP)
    assert life(lives, LATER)[0] == "live"
