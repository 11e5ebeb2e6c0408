"""Every event folds, none is forgotten, and the timeline is bounded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.events.login import (
    KnobsTurned,
    ProviderSessionEnded,
    ProviderSessionStarted,
)
from session_inspector.devserver.core.events.server import (
    ClockMoved,
    CommandRun,
    KeysRotated,
    ScenarioTold,
)
from session_inspector.devserver.core.events.session import SessionLoaded, SessionSeen
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.fact import KnownProviderSession
from session_inspector.inspector.model.facts.logs import Log
from session_inspector.inspector.model.facts.state import LabState, State
from session_inspector.inspector.model.fold.update import fold, update
from tests.inspector.model.events import started
from tests.inspector.sample import NOW, cookie, login, sample_events, written


def facts(state: State) -> State:
    """The state without what keeps every event."""
    return replace(state, timeline=Log(), loud=Log(), runs=Log())


def test_a_batch_folds_to_what_its_events_fold_to_one_by_one() -> None:
    events = sample_events()
    one_by_one = State()
    for event in events:
        one_by_one = update(one_by_one, event)
    assert fold(State(), events) == one_by_one


def test_an_older_state_stays_what_it_was() -> None:
    events = sample_events()
    before = fold(State(), events[:10])
    fold(before, events[10:])
    assert before == fold(State(), events[:10])


def test_lost_events_are_counted() -> None:
    state = fold(fold(State(), (), dropped=3), (), dropped=2)
    assert state.dropped == 5


@pytest.mark.parametrize(
    "event",
    [
        KeysRotated(at=NOW, kid="k"),
        SessionLoaded(at=NOW, session="nobody", sub="u"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_an_event_that_changes_no_fact_is_in_the_timeline_alone(event: Event) -> None:
    before = fold(State(), login("alice", NOW, 1, "lab:alice"))
    after = update(before, event)
    assert facts(after) == facts(before)
    assert after.timeline[-1] == event


def test_quiet_events_are_not_in_the_loud_timeline() -> None:
    seen = SessionSeen(at=NOW, session="a", facts=written("a", NOW, "").facts)
    state = fold(State(), [SessionLoaded(at=NOW, session="a", sub="u"), seen])
    assert (len(state.timeline), len(state.loud)) == (2, 0)


def test_scenario_steps_are_kept_as_runs() -> None:
    told = ScenarioTold(at=NOW, cause="c1", scenario="logins", text="t", is_ok=True)
    assert list(fold(State(), [KeysRotated(at=NOW, kid="k"), told]).runs) == [told]


def test_requests_and_commands_are_found_by_their_id() -> None:
    request = started("x1")
    command = CommandRun(at=NOW, cause="c1", command="Login", is_ok=True, message="m")
    state = fold(State(), [request, command])
    assert dict(state.exchanges) == {"x1": request}
    assert dict(state.commands) == {"c1": "Login"}


def test_a_provider_session_ends_when_the_provider_says_so() -> None:
    began = ProviderSessionStarted(at=NOW, sub="u", sid="p", expires=NOW + 100)
    over = ProviderSessionEnded(at=NOW + 5, sub="u", sid="p")
    lives = KnownProviderSession(expires=NOW + 100)
    ended = KnownProviderSession(expires=NOW + 100, ended=NOW + 5)
    assert dict(fold(State(), [began]).provider_sessions) == {"p": lives}
    assert dict(fold(State(), [began, over]).provider_sessions) == {"p": ended}


def test_the_lab_changes_by_server_events_and_knobs() -> None:
    events: list[Event] = [
        ClockMoved(at=NOW, by=60, offset=60),
        KnobsTurned(at=NOW, told=("wrong nonce",)),
    ]
    assert fold(State(), events).lab == LabState(offset=60, knobs=("wrong nonce",))


def test_a_cookie_of_an_unknown_session_changes_no_session() -> None:
    event = cookie("nobody", NOW, "x1")
    assert isinstance(event, CookieSet)
    assert dict(fold(State(), [event]).sessions) == {}


def test_five_thousand_exchanges_fold_into_a_bounded_timeline() -> None:
    events = [e for n in range(5_000) for e in login("a", NOW + n, n, "lab:a")[:1]]
    assert len(fold(State(), events).timeline) == 5_000
