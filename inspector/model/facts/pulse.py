"""How much has happened lately: counts of a few kinds of events, ten seconds each."""

from __future__ import annotations

from dataclasses import dataclass, field

from immutables import Map

from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.session import SessionRefused, SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace

SPAN = 10
"""Seconds of one bucket."""
KEPT = 60
"""Buckets that are kept: ten minutes."""


@dataclass(frozen=True, kw_only=True)
class PulseBucket:
    """What happened in ten seconds."""

    requests: int = 0
    """To the app."""
    rolls: int = 0
    refreshes: int = 0
    refusals: int = 0
    alarms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The newest buckets, by their number: seconds divided by `SPAN`."""

    buckets: Map[int, PulseBucket] = field(default_factory=Map)


EMPTY = PulseBucket()


def count_event(pulse: Pulse, event: Event, *, is_alarm: bool) -> Pulse:
    """Return the counts after an event; `is_alarm`: it has raised one."""
    number = int(event.at // SPAN)
    before = pulse.buckets.get(number, EMPTY)
    after = _count(before, event)
    if is_alarm:
        after = replace(after, alarms=after.alarms + 1)
    if after is before:
        return pulse
    buckets = pulse.buckets.set(number, after)
    if len(buckets) > 2 * KEPT:
        # both sides: somebody may have travelled in time
        for other in [other for other in buckets if abs(other - number) >= KEPT]:
            buckets = buckets.delete(other)
    return Pulse(buckets=buckets)


def _count(bucket: PulseBucket, event: Event) -> PulseBucket:
    match event:
        case ExchangeStarted(party="app"):
            return replace(bucket, requests=bucket.requests + 1)
        case SessionWritten(reason="roll"):
            return replace(bucket, rolls=bucket.rolls + 1)
        case SessionWritten(reason="refresh"):
            return replace(bucket, refreshes=bucket.refreshes + 1)
        case SessionRefused():
            return replace(bucket, refusals=bucket.refusals + 1)
        case _:
            return bucket
