"""Lanes of recordings that no proxy writes: foreign causes, names that come twice."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.boards.lanes import lay_out_steps


def started(exchange: str, cause: str) -> ExchangeStarted:
    return ExchangeStarted(
        at=1.0, cause=cause, exchange=exchange, method="GET", path="/", client="Chrome"
    )


def ended(exchange: str, cause: str) -> ExchangeEnded:
    return ExchangeEnded(at=2.0, cause=cause, exchange=exchange, status=200, duration=1.0)


@pytest.mark.parametrize(
    "events",
    [
        [started("x1", "y"), ended("x1", "y")],
        [started("x1", ""), ended("x1", "")],
        [started("x1", "x2"), started("x2", "x1"), ended("x2", "x1"), ended("x1", "x2")],
    ],
)
def test_an_exchange_is_found_by_its_own_name_whatever_its_cause(events: Sequence[Event]) -> None:
    steps = lay_out_steps(events)
    assert [step.event for step in steps] == list(events)


def test_an_end_that_comes_twice_or_of_nothing_is_left_out() -> None:
    events: list[Event] = [
        started("x1", "x1"),
        ended("x1", "x1"),
        ended("x1", "x1"),
        ended("x9", "x1"),
    ]
    assert len(lay_out_steps(events)) == 2


def test_a_start_that_comes_twice_takes_one_lane() -> None:
    events: list[Event] = [
        started("x1", "x1"),
        started("x1", "x1"),
        ended("x1", "x1"),
        started("x2", "x2"),
    ]
    last = lay_out_steps(events)[-1]
    assert (last.here, last.busy, last.beside) == (0, 1, 1)
