"""How much has happened lately: counts of a few kinds of events, ten seconds each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from immutables import Map

from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionRefused,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event

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


Buckets: TypeAlias = Map[int, PulseBucket]
Counted: TypeAlias = Literal["requests", "rolls", "refreshes", "refusals", "alarms"]
Judging: TypeAlias = ExchangeEnded | SessionRefused | SessionShownAgain | CookieReused
"""What may show that a request was refused."""
JUDGING = (ExchangeEnded, SessionRefused, SessionShownAgain, CookieReused)
EMPTY = PulseBucket()
REFUSED = frozenset({400, 401, 403, 419, 440})
"""Statuses by which an app refuses a credential."""


def count_event(pulse: Pulse, event: Event, *, is_alarm: bool) -> Pulse:
    """Return the counts after an event; `is_alarm`: it has raised one."""
    return count_events(pulse, [(event, is_alarm)])


def count_events(pulse: Pulse, events: Iterable[tuple[Event, bool]]) -> Pulse:
    """Return the counts after some events, each with whether it has raised an alarm."""
    judged = pulse.judged
    found: dict[int, Counter[Counted]] = {}
    for event, is_alarm in events:
        counts = found.setdefault(int(event.at // SPAN), Counter())
        kind = _name_counted(event)
        if kind is not None:
            counts[kind] += 1
        if is_alarm:
            counts["alarms"] += 1
        if isinstance(event, JUDGING):
            counts["refusals"] += _is_refusal(judged, event)
            judged = _note_judged(judged, event)
    return Pulse(buckets=_add_counts(pulse.buckets, found), judged=judged)


def _add_counts(buckets: Buckets, found: Mapping[int, Counter[Counted]]) -> Buckets:
    for number, counts in found.items():
        before = buckets.get(number, EMPTY)
        after = PulseBucket(
            requests=before.requests + counts["requests"],
            rolls=before.rolls + counts["rolls"],
            refreshes=before.refreshes + counts["refreshes"],
            refusals=before.refusals + counts["refusals"],
            alarms=before.alarms + counts["alarms"],
        )
        if after != before:
            buckets = _forget_far(buckets.set(number, after), number)
    return buckets


def _forget_far(buckets: Buckets, number: int) -> Buckets:
    """Forget what is far from a bucket, on both sides: somebody may have travelled in time."""
    if len(buckets) > 2 * KEPT:
        for other in [other for other in buckets if abs(other - number) >= KEPT]:
            buckets = buckets.delete(other)
    return buckets


def _is_refusal(judged: Map[str, bool], event: Judging) -> bool:
    """Check whether an event shows that a request was refused, and no other has shown it yet."""
    match event:
        case ExchangeEnded():
            return judged.get(event.exchange) is False and event.status in REFUSED
        case (
            SessionRefused(origin="told" | "seen")
            | SessionShownAgain(outcome="refused")
            | CookieReused(outcome="refused")
        ):
            return not judged.get(event.cause, False)
        case _:
            return False


def _note_judged(judged: Map[str, bool], event: Judging) -> Map[str, bool]:
    """Note the request that an event is of, or forget it at its end."""
    match event:
        case ExchangeEnded() if event.exchange in judged:
            return judged.delete(event.exchange)
        case (
            SessionRefused(origin="told" | "seen")
            | SessionShownAgain(outcome="refused")
            | CookieReused(outcome="refused")
        ):
            return _set_judged(judged, event.cause, is_counted=True)
        case SessionRefused() if event.cause not in judged:
            return _set_judged(judged, event.cause, is_counted=False)
        case _:
            return judged


def _set_judged(judged: Map[str, bool], cause: str, *, is_counted: bool) -> Map[str, bool]:
    if not cause:
        return judged
    if len(judged) >= UNDER_WAY:
        judged = Map()
    return judged.set(cause, is_counted)


def _name_counted(event: Event) -> Counted | None:
    """Return as what an event is counted by itself; None: as nothing."""
    match event:
        case ExchangeStarted(party="app"):
            return "requests"
        case SessionWritten(reason="roll"):
            return "rolls"
        case SessionWritten(reason="refresh"):
            return "refreshes"
        case _:
            return None
