"""What is kept is bounded, and snapshots stay what they were."""

from __future__ import annotations

from session_inspector.devserver.core.events.server import CommandRun
from session_inspector.devserver.core.events.session import SessionDestroyed
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.state import empty
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.session_rows import session_row
from session_inspector.inspector.model.views.status import status
from session_inspector.inspector.model.views.timeline import timeline_rows
from tests.inspector.sample import NOW, login, written


def test_the_newest_sessions_and_events_are_kept() -> None:
    state = empty(100)
    for number in range(250):
        state = fold(state, login(f"s{number}", NOW + number, number, "lab:a"))
        state = fold(state, [SessionDestroyed(at=NOW, session=f"s{number}", reason="logout")])
    assert (len(state.order), len(state.sessions), state.over) == (100, 100, 100)
    assert set(state.order) == set(state.sessions)
    assert state.order[0] == "s150"
    assert (len(state.timeline), len(timeline_rows(state))) == (100, 100)
    assert status(state, NOW).over == 100
    assert session_row(state, "s0", NOW) is None


def test_a_batch_with_more_sessions_than_are_kept_folds_as_one_by_one() -> None:
    events: list[Event] = []
    for number in range(250):
        events += [written(f"s{number}", NOW, f"x{number}")]
        events += [SessionDestroyed(at=NOW, session=f"s{number - 3}", reason="logout")]
    one_by_one = fold(empty(100), events[:120])
    for event in events[120:]:
        one_by_one = fold(one_by_one, [event])
    at_once = fold(fold(empty(100), events[:120]), events[120:])
    assert (at_once.order, at_once.sessions) == (one_by_one.order, one_by_one.sessions)
    assert (at_once.order[0], at_once.over) == ("s150", one_by_one.over) == ("s150", 97)


def test_a_forgotten_session_that_is_written_again_is_there_again() -> None:
    state = empty(100)
    for number in [*range(101), 0]:
        state = fold(state, [written(f"s{number}", NOW, f"x{number}")])
    assert (state.order[-1], len(state.sessions)) == ("s0", 100)


def test_side_tables_are_bounded_too() -> None:
    state = empty(100)
    asked = (
        CommandRun(at=NOW, cause=f"c{n}", command="Request", is_ok=True, message="")
        for n in range(100_050)
    )
    state = fold(state, asked)
    assert (len(state.commands), "c49" in state.commands, "c50" in state.commands) == (
        100_000,
        False,
        True,
    )
