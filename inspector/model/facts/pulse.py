"""How much has happened lately: counts of a few kinds of events, ten seconds each."""

from __future__ import annotations

from dataclasses import dataclass, field

from immutables import Map

from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionRefused,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace

SPAN = 10
"""Seconds of one bucket."""
KEPT = 60
"""Buckets that are kept: ten minutes."""


UNDER_WAY = 1000
"""Requests that are remembered: one whose end is never told is forgotten with the others."""


@dataclass(frozen=True, kw_only=True)
class PulseBucket:
    """What happened in ten seconds."""

    requests: int = 0
    """To the app."""
    rolls: int = 0
    refreshes: int = 0
    refusals: int = 0
    """Requests whose session was refused, each once."""
    alarms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The newest buckets, by their number: seconds divided by `SPAN`."""

    buckets: Map[int, PulseBucket] = field(default_factory=Map)
    judged: Map[str, bool] = field(default_factory=Map)
    """Requests under way whose session does not count, and whether their refusal is counted. By a
    row or a cookie alone it is not: the app may accept it, and the response shows that."""


EMPTY = PulseBucket()
REFUSED = frozenset({400, 401, 403, 419, 440})
"""Statuses by which an app refuses a credential."""


def count_event(pulse: Pulse, event: Event, *, is_alarm: bool) -> Pulse:
    """Return the counts after an event; `is_alarm`: it has raised one."""
    number = int(event.at // SPAN)
    before = pulse.buckets.get(number, EMPTY)
    after = _count(before, event)
    if _is_refusal(pulse, event):
        after = replace(after, refusals=after.refusals + 1)
    pulse = _note_judged(pulse, event)
    if is_alarm:
        after = replace(after, alarms=after.alarms + 1)
    if after is before:
        return pulse
    buckets = pulse.buckets.set(number, after)
    if len(buckets) > 2 * KEPT:
        # both sides: somebody may have travelled in time
        for other in [other for other in buckets if abs(other - number) >= KEPT]:
            buckets = buckets.delete(other)
    return replace(pulse, buckets=buckets)


def _is_refusal(pulse: Pulse, event: Event) -> bool:
    """Check whether an event shows that a request was refused, and no other has shown it yet."""
    match event:
        case ExchangeEnded():
            return pulse.judged.get(event.exchange) is False and event.status in REFUSED
        case (
            SessionRefused(origin="told" | "seen")
            | SessionShownAgain(outcome="refused")
            | CookieReused(outcome="refused")
        ):
            return not pulse.judged.get(event.cause, False)
        case _:
            return False


def _note_judged(pulse: Pulse, event: Event) -> Pulse:
    """Return the counts with the request that an event is of noted, or forgotten at its end."""
    judged = pulse.judged
    match event:
        case ExchangeEnded() if event.exchange in judged:
            judged = judged.delete(event.exchange)
        case (
            SessionRefused(origin="told" | "seen")
            | SessionShownAgain(outcome="refused")
            | CookieReused(outcome="refused")
        ):
            judged = _set_judged(judged, event.cause, is_counted=True)
        case SessionRefused() if event.cause not in judged:
            judged = _set_judged(judged, event.cause, is_counted=False)
        case _:
            return pulse
    return replace(pulse, judged=judged)


def _set_judged(judged: Map[str, bool], cause: str, *, is_counted: bool) -> Map[str, bool]:
    if not cause:
        return judged
    if len(judged) >= UNDER_WAY:
        judged = Map()
    return judged.set(cause, is_counted)


def _count(bucket: PulseBucket, event: Event) -> PulseBucket:
    match event:
        case ExchangeStarted(party="app"):
            return replace(bucket, requests=bucket.requests + 1)
        case SessionWritten(reason="roll"):
            return replace(bucket, rolls=bucket.rolls + 1)
        case SessionWritten(reason="refresh"):
            return replace(bucket, refreshes=bucket.refreshes + 1)
        case _:
            return bucket
