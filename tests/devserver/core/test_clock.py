"""Clocks tell the moment they are made for."""

from __future__ import annotations

from session_inspector.devserver.core.clock import ManualClock, SystemClock, TravelClock, stopwatch


def test_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(100.0)
    clock.advance(5)
    assert clock.now() == 105.0
    clock.set(1.0)
    assert clock.now() == 1.0


def test_travel_clock_adds_its_offset_both_ways() -> None:
    clock = TravelClock(ManualClock(100.0))
    clock.travel(60)
    clock.travel(-10)
    assert (clock.now(), clock.offset) == (150.0, 50.0)


def test_system_clock_runs_forward() -> None:
    clock = SystemClock()
    assert clock.now() > 1_700_000_000
    assert stopwatch() <= stopwatch()
