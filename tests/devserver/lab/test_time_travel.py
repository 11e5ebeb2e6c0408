"""The lab's clock moves ten years at most, and each move is an event."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.clock import FURTHEST, ManualClock, TravelClock
from session_inspector.devserver.core.events.server import ClockMoved
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.lab.time_travel import TimeTravel


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        (15, "the lab's clock moved by +0:00:15"),
        (-90_015, "the lab's clock moved by -1 day, 1:00:15"),
        (0, "the lab's clock moved by +0:00:00"),
        (FURTHEST, "the lab's clock moved by +3650 days, 0:00:00"),
        (-FURTHEST, "the lab's clock moved by -3650 days, 0:00:00"),
    ],
)
def test_a_move_is_described_and_published(seconds: float, message: str) -> None:
    events: list[Event] = []
    clock = TravelClock(ManualClock(100.0))
    reply = TimeTravel(clock, events.append).move(seconds, "c1")
    assert (reply.is_ok, reply.message) == (True, message)
    assert events == [ClockMoved(at=100.0 + seconds, cause="c1", by=seconds, offset=seconds)]


@pytest.mark.parametrize(
    "seconds", [FURTHEST + 1, -FURTHEST - 1, 10**400, float("nan"), float("-inf")]
)
def test_beyond_ten_years_nothing_moves(seconds: float) -> None:
    events: list[Event] = []
    clock = TravelClock(ManualClock(100.0))
    reply = TimeTravel(clock, events.append).move(seconds, "c1")
    assert (reply.is_ok, clock.offset, events) == (False, 0.0, [])


def test_moves_add_up_to_ten_years_at_most() -> None:
    travel = TimeTravel(TravelClock(ManualClock(100.0)), lambda event: None)
    assert travel.move(FURTHEST, "c1").is_ok
    assert not travel.move(1, "c2").is_ok
    assert travel.move(-2 * FURTHEST, "c3").is_ok
