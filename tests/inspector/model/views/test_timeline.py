"""Every kind of event has its line, with what made it happen."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.server import (
    CarrierSwitched,
    CommandRun,
    ScenarioTold,
)
from session_inspector.devserver.core.events.session import SessionLoaded, SessionVanished
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import QUIET, fold, update
from session_inspector.inspector.model.views.timeline import timeline_rows
from tests.inspector.sample import NOW, sample_events

STATE = fold(State(), sample_events())


def test_causes_are_named_for_people() -> None:
    rows = timeline_rows(STATE)
    causes = {row.title: row.cause for row in rows}
    assert causes["rolled"] == "GET /protected (lab:alice)"
    assert causes["session ended: revoked"] == "you: revoke"
    assert causes["the lab is running"] == ""


def test_what_a_scenario_does_is_the_scenario_s() -> None:
    told = ScenarioTold(at=NOW, cause="c9", scenario="logout-race", text="t", is_ok=True)
    switched = CarrierSwitched(at=NOW, cause="c9", kind="stateless", store="none")
    run = CommandRun(at=NOW, cause="c9", command="RunScenario", is_ok=True, message="m")
    mine = CommandRun(at=NOW, cause="c10", command="Switch", is_ok=True, message="m")
    events: list[Event] = [switched, told, run, replace(switched, cause="c10"), mine]
    rows = timeline_rows(fold(STATE, events))
    causes = [row.cause for row in rows if row.title.startswith("new sessions are")]
    assert causes[-2:] == ["scenario logout-race", "you: switch"]


def test_one_session_s_timeline_has_its_exchanges_too() -> None:
    titles = [row.title for row in timeline_rows(STATE, session="carol")]
    assert "GET /protected" in titles
    assert "session refused: gone" in titles
    assert "rolled" not in titles


def test_quiet_events_are_told_only_to_their_session() -> None:
    state = update(STATE, SessionLoaded(at=NOW, session="alice", cause="x5", sub="u"))
    assert "session accepted" not in [row.title for row in timeline_rows(state)]
    assert "session accepted" in [row.title for row in timeline_rows(state, session="alice")]


def test_rows_are_made_when_looked_at() -> None:
    rows = timeline_rows(STATE)
    assert len(rows) == len([e for e in STATE.timeline if not isinstance(e, QUIET)])
    assert rows[-1].title.startswith("time travel")
    assert [row.seq for row in rows[-3:]] == [row.seq for row in tuple(rows)[-3:]]


def test_the_end_of_a_session_says_whose_and_which() -> None:
    gone = SessionVanished(at=NOW, session="0123456789", reason="deleted", name="bob")
    assert timeline_rows(update(STATE, gone))[-1].detail == "deleted · bob, session 012345"
    nobody = SessionVanished(at=NOW, session="0123456789", reason="deleted")
    assert timeline_rows(update(STATE, nobody))[-1].detail == "deleted · session 012345"
    known = SessionVanished(at=NOW, session="alice", reason="deleted", name="of the row")
    state = update(STATE, known)
    name = state.sessions["alice"].facts.name
    assert timeline_rows(state)[-1].detail == f"deleted · {name}, session alice"
