"""Counts of the last minutes stay few, whatever the clock does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionRefused,
    SessionShownAgain,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.pulse import (
    KEPT,
    SPAN,
    UNDER_WAY,
    Pulse,
    PulseBucket,
    count_event,
    count_events,
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


GONE = SessionRefused(at=1, cause="x1", session="s", code="gone", reason="r", origin="read")
CUT = replace(GONE, code="truncated", origin="rule")
SEEN = replace(GONE, code="401", origin="seen")


def shown(outcome: str) -> SessionShownAgain:
    return SessionShownAgain(
        at=1,
        cause="x1",
        session="s",
        ended="logout",
        ended_by="x0",
        ended_at=0,
        outcome=outcome,  # type: ignore[arg-type]  # one of them
    )


def reused(outcome: str) -> CookieReused:
    return CookieReused(
        at=1,
        cause="x1",
        session="s",
        name="sid",
        digest="d",
        replaced_by="x0",
        replaced_at=0,
        is_parallel=False,
        outcome=outcome,  # type: ignore[arg-type]  # one of them
    )


@pytest.mark.parametrize(
    ("events", "status", "refusals"),
    [
        ([GONE, SEEN], 401, 1),
        ([GONE], 401, 1),
        ([CUT], 401, 1),
        ([SEEN], 401, 1),
        ([SEEN, GONE], 401, 1),
        ([shown("refused")], 401, 1),
        ([GONE, shown("refused"), SEEN], 401, 1),
        ([GONE, shown("answered")], 200, 0),
        ([GONE, shown("accepted")], 200, 0),
        ([CUT], 200, 0),
        ([shown("accepted")], 200, 0),
        ([reused("refused")], 401, 1),
        ([GONE, reused("refused")], 401, 1),
        ([reused("accepted")], 200, 0),
        ([], 401, 0),
    ],
)
def test_a_refused_request_counts_once_and_an_accepted_one_not_at_all(
    events: list[Event], status: int, refusals: int
) -> None:
    pulse = Pulse()
    for event in (started("x1"), *events, replace(ended("x1"), status=status)):
        pulse = count_event(pulse, event, is_alarm=False)
    assert pulse.buckets[0].refusals == refusals
    assert not pulse.judged


def test_requests_whose_end_is_never_told_are_forgotten() -> None:
    pulse = Pulse()
    for number in range(3 * UNDER_WAY):
        pulse = count_event(pulse, replace(SEEN, cause=f"x{number}"), is_alarm=False)
    assert len(pulse.judged) <= UNDER_WAY
    assert pulse.buckets[0].refusals == 3 * UNDER_WAY


def test_events_together_count_as_they_do_one_by_one() -> None:
    events: list[tuple[Event, bool]] = [
        (started("x1"), False),
        (replace(started("x2"), at=SPAN + 1.0), True),
        (SEEN, True),
        (GONE, False),
        (replace(ended("x1"), status=401), False),
        (replace(started("x3"), at=1.0), False),
    ]
    singly = Pulse()
    for event, is_alarm in events:
        singly = count_event(singly, event, is_alarm=is_alarm)
    assert count_events(Pulse(), events) == singly
    assert sum(bucket.requests for bucket in singly.buckets.values()) == 3
