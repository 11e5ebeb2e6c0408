"""What is reported of a store: each change once, and what watching it costs."""

from __future__ import annotations

from session_inspector.devserver.attach.rows.store_states import StoreStates
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.stores.watching.pace import GENTLE

NOW = 1_760_000_000.0


def test_a_state_is_reported_when_it_changes() -> None:
    events: list[Event] = []
    states = StoreStates("redis", "connect-redis", ManualClock(NOW), events.append)
    for _ in range(2):
        states.report_up(has_more=False, pause=1)
    states.report_down("refused", has_more=False)
    states.report_down("refused", has_more=False)
    states.report_up(has_more=True, pause=1)
    found = [event for event in events if isinstance(event, StoreStateChanged)]
    assert [(event.is_up, event.reason) for event in found] == [
        (True, ""),
        (False, "refused"),
        (True, ""),
    ]
    assert found[2].watched_by.startswith("looking every 1 s at 5,000 rows of ")
    states.report_up(has_more=True, pause=1, about="about 10,000,000")
    told = events[-1]
    assert isinstance(told, StoreStateChanged)
    assert told.about == "about 10,000,000"
    assert "5,000 of about 10,000,000 rows of " in told.watched_by


def test_the_cost_is_reported_with_how_the_store_is_watched() -> None:
    events: list[StoreStateChanged] = []
    states = StoreStates("redis", "scs", ManualClock(NOW), events.append, GENTLE)  # type: ignore[arg-type]
    states.report_load(3.0)
    assert events == [], "nothing is known of the store yet"
    states.report_up(has_more=True, pause=10)
    states.report_load(3.0)
    states.report_load(700.0)
    states.report_up(has_more=True, pause=10)
    assert [(event.watched_by, event.commands) for event in events] == [
        ("looking gently every 10 s at 400 rows of scs, and those of requests", 3.0),
        ("looking gently every 10 s at 400 rows of scs, and those of requests", 700.0),
    ]
    states.report_down("refused", has_more=True)
    states.report_load(1.0)
    assert not events[-1].is_up, "a figure does not make a store answer"
    count = len(events)
    states.report_down("refused", has_more=True)
    assert len(events) == count, "nor is it one outage more"
