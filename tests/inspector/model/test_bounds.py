"""What is kept is bounded, and snapshots stay what they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.core.events.server import CommandRun
from session_inspector.devserver.core.events.session import SessionDestroyed
from session_inspector.inspector.model.facts.logs import Joined, Log
from session_inspector.inspector.model.facts.recent import Recent
from session_inspector.inspector.model.facts.state import empty
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.select import listed, session_row, status
from session_inspector.inspector.model.views.timeline import timeline_rows
from tests.inspector.sample import NOW, login, written


@given(st.lists(st.lists(st.integers(), max_size=400), max_size=8), st.integers(1, 300))
def test_a_log_keeps_the_newest_and_old_views_do_not_change(
    parts: list[list[int]], limit: int
) -> None:
    views, all_ = [(Log[int](limit=limit), list[int]())], list[int]()
    for part in parts:
        all_ = [*all_, *part]
        views.append((views[-1][0].extended(part), all_[-limit:]))
    for view, expected in views:
        assert list(view) == view[:] == expected
        assert len(view) == len(expected)
        assert [view[n] for n in range(-len(expected), len(expected))] == expected * 2


def test_a_log_that_grew_twice_is_two_logs() -> None:
    base = Log([1, 2], limit=3)
    assert (list(base.extended([3, 4])), list(base.extended([5]))) == ([2, 3, 4], [1, 2, 5])


def test_a_full_log_does_not_hold_what_it_dropped_for_ever() -> None:
    log = Log[int](limit=1000)
    for number in range(10_000):
        log = log.extended([number])
    assert len(log._items) <= 1000 + 250 + 2


def test_a_recent_map_forgets_what_came_first() -> None:
    table = Recent[str, int](limit=3)
    for number, name in enumerate("abcd"):
        table = table.set(name, number)
    assert dict(table) == {"b": 1, "c": 2, "d": 3}
    again = table.set("b", 9).delete("c").set("e", 5)
    assert dict(again) == {"d": 3, "e": 5}
    assert dict(table) == {"b": 1, "c": 2, "d": 3}


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


def test_a_session_that_was_forgotten_says_so_in_a_list_that_has_it_still() -> None:
    row = listed(empty(100), ["long gone"], NOW)[0]
    assert (row.session, row.life) == ("long gone", "gone")


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


@pytest.mark.parametrize("limit", [3, 100, 10_000])
def test_a_log_knows_how_many_entries_there_ever_were(limit: int) -> None:
    log: Log[int] = Log([1, 2], limit=limit)
    older = log
    for number in range(1000):
        log = log.extended([number, number])
    assert (log.total, older.total) == (2002, 2)
    assert older.extended([7]).total == 3, "another view has grown already"


def test_two_sequences_are_read_as_one() -> None:
    for since, count, whole in [
        (2, 5, [1, 2, 7, 8]),
        (9, 5, [1, 2, 3, 7, 8]),
        (0, 5, [7, 8]),
        (2, 3, [1, 2, 7]),
    ]:
        joined = Joined([1, 2, 3], since, [7, 8], count)
        assert list(joined) == whole
        assert joined[1:] == whole[1:]
        assert joined[-1] == whole[-1]
        with pytest.raises(IndexError):
            joined[len(whole)]
