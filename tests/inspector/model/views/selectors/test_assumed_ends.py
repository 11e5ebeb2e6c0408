"""An end that is a framework's default ends nothing that the app accepts after it."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.base import CookieSeen, Timer
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.session import SessionLoaded, SessionRefused
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.session_summary import SessionSummary
from tests.inspector.sample import NOW, written

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
