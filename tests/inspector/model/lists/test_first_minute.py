"""The first steps tick themselves off by what has happened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from session_inspector.devserver.core.events.server import NO_PROXY, ServerStarted
from session_inspector.devserver.core.events.session import SessionSeen
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.lists.first_minute import (
    MOST,
    begins_empty,
    first_steps,
    is_beyond,
)
from tests.inspector.busy import busy_events
from tests.inspector.model.events import state_of
from tests.inspector.sample import NOW, login, server, started, written


def done(state: State, *, has_read: bool = False) -> list[bool]:
    return [step.is_done for step in first_steps(state, has_read=has_read)]


def test_each_step_is_ticked_off_by_what_has_happened() -> None:
    assert done(state_of(server())) == [False, False, False]
    assert done(state_of(server(), *login("a", NOW, 1, "lab:alice"))) == [True, False, False]
    assert done(state_of(*busy_events())) == [True, True, False]
    assert done(state_of(*busy_events()), has_read=True) == [True, True, True]


@pytest.mark.parametrize("changes", [{"upstream": "http://x"}, {"upstream": NO_PROXY}])
def test_only_the_lab_has_first_steps(changes: dict[str, Any]) -> None:
    assert begins_empty(state_of(server()))
    started = server()
    assert isinstance(started, ServerStarted)
    assert not begins_empty(state_of(replace(started, **changes)))
    assert not begins_empty(State()), "nothing is known yet"


def test_a_lab_with_sessions_and_one_for_an_app_begin_without() -> None:
    assert not begins_empty(state_of(server(), written("a", NOW, "x1")))
    tenant = state_of(server())
    tenant = replace(tenant, lab=replace(tenant.lab, tenant="http://localhost:3000"))
    assert not begins_empty(tenant)


def test_who_makes_many_sessions_needs_no_steps() -> None:
    browser = started("x0", NOW, "/", "lab:alice")
    few = [browser, *(written(f"s{at}", NOW, "x0") for at in range(MOST))]
    assert not is_beyond(state_of(*few))
    assert is_beyond(state_of(*few, written("more", NOW, "x0")))


def test_sessions_of_an_earlier_run_need_no_steps() -> None:
    seen = [event for event in busy_events() if isinstance(event, SessionSeen)]
    assert is_beyond(state_of(server(), *seen))
