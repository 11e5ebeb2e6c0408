"""Counts of the last minutes stay few, whatever the clock does."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.session import SessionRefused
from session_inspector.inspector.model.facts.pulse import (
    KEPT,
    SPAN,
    Pulse,
    PulseBucket,
    count_event,
)
from tests.inspector.model.events import ended, started


def test_requests_to_the_app_and_refusals_count_and_others_do_not() -> None:
    pulse = Pulse()
    for event in (
        started("x1"),
        started("x2", party="provider"),
        ended("x1"),
        SessionRefused(at=1, code="gone", reason="r"),
    ):
        pulse = count_event(pulse, event, is_alarm=False)
    assert dict(pulse.buckets) == {0: PulseBucket(requests=1, refusals=1)}


def test_an_alarm_counts_where_it_fell() -> None:
    pulse = count_event(Pulse(), replace(started("x1"), at=25.0), is_alarm=True)
    assert dict(pulse.buckets) == {2: PulseBucket(requests=1, alarms=1)}


def test_old_buckets_go_and_time_travel_leaves_few() -> None:
    pulse = Pulse()
    for number in range(5 * KEPT):
        event = replace(started("x1"), at=float(number * SPAN))
        pulse = count_event(pulse, event, is_alarm=False)
    assert len(pulse.buckets) <= 2 * KEPT
    back = count_event(pulse, replace(started("x1"), at=1.0), is_alarm=False)
    assert back.buckets[0].requests == 1
