"""Each line of each board is of the session that it shows."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.inspector.model.boards.alarms import alarm_fields
from session_inspector.inspector.model.boards.budget import budget_fields
from session_inspector.inspector.model.boards.costs import WhatIf
from session_inspector.inspector.model.boards.logins import login_fields
from session_inspector.inspector.model.boards.requests import lay_out
from session_inspector.inspector.model.boards.rows import row_fields
from session_inspector.inspector.model.boards.tokens import token_fields
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.selectors.target import (
    name_target,
    session_of_cause,
    session_of_event,
)
from session_inspector.inspector.model.views.session_rows import session_row
from session_inspector.inspector.model.views.timeline import timeline_rows
from tests.inspector.busy import busy_events
from tests.inspector.sample import NOW, login, server, started

STATE = fold(State(), busy_events())


def texts(fields: Sequence[Field], session: str) -> list[str]:
    """Return the lines of a session, as text."""
    return [
        "".join(piece for piece, _ in line.lead) + line.label + line.value
        for line in fields
        if line.session == session
    ]


def test_all_events_of_a_request_are_of_the_session_it_touched() -> None:
    rows = [row for row in timeline_rows(STATE) if row.exchange == "x31"]
    assert rows
    assert {row.session for row in rows} == {"alice"}


def test_what_concerns_no_session_is_of_none() -> None:
    state = fold(State(), [server(), started("x1", NOW, "/", "Chrome")])
    assert [row.session for row in timeline_rows(state)] == ["", ""]
    assert [row.exchange for row in timeline_rows(state)] == ["", "x1"]


def test_a_session_that_is_forgotten_is_no_target() -> None:
    state = fold(State(), login("a", NOW, 1, "lab:a"))
    without = State(links=state.links, exchanges=state.exchanges)
    assert session_of_cause(state, "x1") == "a"
    assert session_of_cause(without, "x1") == ""
    assert session_of_event(without, login("a", NOW, 1, "lab:a")[0]) == ""


def test_tokens_are_of_who_was_given_them() -> None:
    state = fold(State(), [*login("a", NOW, 1, "lab:a"), *login("b", NOW, 2, "lab:b")])
    fields = token_fields(state, NOW)
    assert [line.session for line in fields] == ["b", "b", "a", "a"]


def test_lanes_are_of_the_session_of_their_request() -> None:
    lines = [line for line in lay_out(list(STATE.timeline), STATE) if line.exchange == "x31"]
    assert {line.session for line in lines} == {"alice"}


def test_a_login_is_of_the_session_it_made_and_names_its_request() -> None:
    state = fold(State(), [server(), *login("a", NOW, 1, "lab:a")])
    assert {(line.session, line.exchange) for line in login_fields(state)} <= {
        ("a", "x1"),
        ("", ""),
    }
    broken = [line for line in login_fields(STATE) if line.exchange == "x21"]
    assert broken
    assert {line.session for line in broken} == {""}


def test_an_alarm_is_of_its_session_and_names_its_cause() -> None:
    alarm = next(line for line in alarm_fields(STATE) if "RESURRECTION" in line.lead[1][0])
    assert (alarm.session, bool(alarm.exchange)) == ("bob", True)


def test_a_budget_is_of_its_session() -> None:
    fields = budget_fields(STATE, "alice", WhatIf(), NOW)
    assert {line.session for line in fields} == {"alice"}


def test_rows_of_a_user_are_of_the_newest_and_can_be_listed() -> None:
    line = next(line for line in row_fields(STATE, NOW) if line.key == "user Zoë Zhang")
    assert (line.session, line.query) == ("zoe-2", "user:Zoë kind:stateful")


def test_a_target_is_named_by_user_browser_and_fingerprint() -> None:
    row = session_row(STATE, "alice", NOW)
    assert name_target(row) == "Alice Archer · lab:alice · alice"
    assert name_target(None) == "no session"
