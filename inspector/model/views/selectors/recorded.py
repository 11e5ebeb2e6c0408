"""Places in a recording: where the next alarm falls, a moment, and where each session begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from session_inspector.devserver.core.events.session import SessionSeen, SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.alarms import AlarmMemory
from session_inspector.inspector.model.facts.sessions.users import name_user
from session_inspector.inspector.model.fold.alarms import fold_alarms
from session_inspector.inspector.model.words.text import safe

DAY = 86_400
CLOCK = re.compile(
    r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9](?:\.[0-9]{1,3})?))?"  # 00:00 to 23:59:59
)
STEP = re.compile(r"([+-])([0-9]{1,9}(?:\.[0-9]{1,3})?)([smhd]?)")
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": DAY}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSession:
    """One session of a recording."""

    session: str
    who: str
    at: Seconds
    place: int
    """How many events are shown when it is there."""


def find_alarm(memory: AlarmMemory, events: Sequence[Event], shown: int) -> int | None:
    """Return how many events are shown at the next alarm; None: there is none any more.

    `memory` is that of the alarms after the first `shown` events.
    """
    for number, event in enumerate(islice(events, shown, None), shown + 1):
        before = memory.raised
        memory = fold_alarms(memory, event)
        if memory.raised[-1:] != before[-1:] and memory.raised[-1].count == 1:
            return number  # what is only counted again stays where it is
    return None


def find_moment(events: Sequence[Event], now: Seconds, text: str) -> int | None:
    """Return how many events are shown at `12:30:05`, or `+90s` and `-5m` from now.

    A clock time is that of the day of the first event, or of the next one. None: it is no time.
    """
    at = _read_moment(events, now, text.strip())
    if at is None or not events:
        return None
    later = (number for number, event in enumerate(events, 1) if event.at > at)
    return max(1, next(later, len(events) + 1) - 1)


def list_sessions(events: Sequence[Event]) -> list[RecordedSession]:
    """Return the sessions of a recording as they first appear."""
    return list(_walk_sessions(events))


def _walk_sessions(events: Sequence[Event]) -> Iterator[RecordedSession]:
    known: set[str] = set()
    for number, event in enumerate(events, 1):
        if not isinstance(event, SessionWritten | SessionSeen) or event.session in known:
            continue
        known.add(event.session)
        who = name_user(event.facts) or "–"
        yield RecordedSession(session=event.session, who=safe(who, 60), at=event.at, place=number)


def _read_moment(events: Sequence[Event], now: Seconds, text: str) -> Seconds | None:
    step = STEP.fullmatch(text)
    if step is not None:
        seconds = float(step[2]) * UNITS[step[3]]
        return now + seconds if step[1] == "+" else now - seconds
    clock = CLOCK.fullmatch(text)
    if clock is None or not events:
        return None
    of_day = int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3] or 0)
    first = events[0].at
    at = first - first % DAY + of_day
    if at < first:
        at += DAY
    return at
