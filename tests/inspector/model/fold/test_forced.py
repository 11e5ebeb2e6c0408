"""A clock that was expired by hand, and put back, is what it was: and the session lives."""

from __future__ import annotations

from session_inspector.devserver.core.events.session import ClockForced, ClockRestored
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.session_rows import session_row
from tests.inspector.sample import NOW, login, server

HERE = [server(NOW), *login("alice", NOW, 1, "lab:alice")]


def test_a_clock_that_was_put_back_counts_again() -> None:
    before = fold(State(), HERE)
    forced = fold(before, [ClockForced(at=NOW, session="alice", cause="c1", clock="inactivity")])
    row = session_row(forced, "alice", NOW)
    assert row is not None
    assert row.life == "expired"
    back = fold(forced, [ClockRestored(at=NOW, session="alice", cause="c2", clock="inactivity")])
    assert session_row(back, "alice", NOW) == session_row(before, "alice", NOW)


def test_a_clock_of_a_session_that_nobody_knows_changes_nothing() -> None:
    state = fold(State(), [ClockRestored(at=NOW, session="nobody", clock="inactivity")])
    assert len(state.sessions) == 0
