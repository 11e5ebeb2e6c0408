"""Places in a recording: alarms, times of day, sessions."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.server import KeysRotated
from session_inspector.inspector.model.facts.alarms import AlarmMemory
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.selectors.recorded import (
    find_alarm,
    find_moment,
    list_sessions,
)
from tests.inspector.busy import busy_events

EVENTS = busy_events()
NINE = 9 * 3600.0
TAPE = [KeysRotated(at=NINE + 60 * minute, kid="k") for minute in range(5)]


def test_each_next_alarm_is_found_where_the_fold_raises_it() -> None:
    memory = AlarmMemory()
    shown = 0
    found = 0
    while (place := find_alarm(memory, EVENTS, shown)) is not None:
        shown = place
        memory = fold(State(), EVENTS[:shown]).alarms
        found += 1
        assert memory.raised[-1].at == EVENTS[shown - 1].at
    assert found > 3
    assert memory.raised == fold(State(), EVENTS).alarms.raised


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("09:02", 3),
        ("9:02:30", 3),
        (" 09:02:00.000 ", 3),
        ("08:59", 5),  # of the next day
        ("+60s", 3),
        ("+1m", 3),
        ("-90", 1),
        ("+9d", 5),
    ],
)
def test_a_time_shows_what_had_happened_by_then(text: str, place: int) -> None:
    assert find_moment(TAPE, NINE + 60, text) == place


@pytest.mark.parametrize(
    "text", ["", "soon", "12", "1:2:3:4", "+", "+5y", "9" * 400, "\x1b[0m", "25:99", "24:00"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert find_moment(TAPE, NINE, text) is None


def test_sessions_are_listed_where_they_first_appear() -> None:
    found = list_sessions(EVENTS)
    names = [one.session for one in found]
    assert len(names) == len(set(names))
    for one in found:
        assert one.session not in fold(State(), EVENTS[: one.place - 1]).sessions
        assert one.session in fold(State(), EVENTS[: one.place]).sessions
