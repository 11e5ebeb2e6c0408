"""What of a session is kept in the table that sorts, filters and counts.

A row has what a list can be asked for, as the summary of a session says it; texts are in lower
case, as they are compared. What depends on the moment is a condition with `:now`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TypeAlias, get_args

from session_inspector.devserver.core.events.base import TimerName
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.views.selectors.life import (
    ACCEPTED,
    UNTIL_ITS_END,
    is_refuted,
)
from session_inspector.inspector.model.views.session_summary import SessionSummary
from session_inspector.inspector.model.words.text import safe

Value: TypeAlias = str | float | None


def quote(words: Sequence[str]) -> str:
    """Return words of our own as a list of SQL."""
    return ", ".join(f"'{word}'" for word in words)


COLUMNS = (
    "id",
    "id_lower",  # NULL: it is the id
    "who",
    "client",
    "kind",  # NULL: stateful, as most of a long list are
    "created",
    "size",
    "sent",
    "rolls",
    "ended",
    "ended_from",  # NULL: it holds at any moment
    "reason",
    "clock",  # its number in CLOCKS
    "over_at",  # NULL: when it ends
    "ends",
)
CREATE = (
    "CREATE TABLE sessions (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, id_lower TEXT,"
    " who TEXT, client TEXT, kind TEXT, created REAL, size INTEGER, sent REAL, rolls INTEGER,"
    " ended TEXT, ended_from REAL, reason TEXT, clock INTEGER, over_at REAL, ends REAL)"
)
KIND = "coalesce(kind, 'stateful')"
OVER_AT = "coalesce(over_at, ends)"
IS_PAST_DOUBT = f"coalesce(ended = 'in-doubt' AND {OVER_AT} <= :now, 0)"
"""Whether it lives is not known, and its own clock is over: so it does not."""
IS_PAST_END = f"coalesce(ended IN ({quote(UNTIL_ITS_END)}) AND {OVER_AT} <= :now, 0)"
HAS_ENDED = (
    f"(ended IS NOT NULL AND (ended_from IS NULL OR ended_from <= :now) AND NOT {IS_PAST_END})"
)
LIFE = f"(CASE WHEN {HAS_ENDED} THEN ended WHEN {OVER_AT} <= :now THEN 'expired' ELSE 'live' END)"
IS_JUDGED = (
    "((ended IS NOT NULL AND ended_from IS NULL AND ended <> 'accepted')"
    " OR coalesce(ended = 'in-doubt', 0))"
)
IS_RUN_OUT = f"NOT {IS_JUDGED} AND {LIFE} NOT IN ({quote(ACCEPTED)})"
"""A clock has ended it, that was live, and no event yet."""
FORCED = "!"
"""Follows the name of a clock that was expired by hand."""
CLOCKS = tuple(name + mark for name in get_args(TimerName) for mark in ("", FORCED))
"""A row has the number of one: a million of their names took 10 MB."""
LONGEST_REASON = 200


def to_row(state: State, known: KnownSession) -> tuple[Value, ...]:
    """Return the values of a session's columns: nothing of the moment, of the lab, of alarms."""
    summary = SessionSummary(state, known, 0.0)
    name = to_key(known.session)
    lower: str | None = to_key(known.session.lower())
    if lower == name:
        lower = None
    return (
        name,
        lower,
        summary.who.lower(),
        summary.client.lower(),
        None if summary.kind == "stateful" else summary.kind,
        float(summary.created_at or 0),
        summary.size,
        float(summary.last_request or 0),
        summary.rolls,
        *_describe_ended(known),
        *_describe_end(summary, known),
    )


def _describe_ended(known: KnownSession) -> Sequence[Value]:
    ended = known.ending
    if ended is None:
        return (None, None, None)
    holds_from = None
    if ended.is_by_clock:
        holds_from = float(ended.at)
    return (ended.life, holds_from, safe(ended.reason, LONGEST_REASON).lower())


def _describe_end(summary: SessionSummary, known: KnownSession) -> Sequence[Value]:
    end = summary.end
    if end is None or end.ends is None:
        return (None, None, None)
    ended = known.ending
    if ended is not None and is_refuted(ended, end):
        return (CLOCKS.index(end.name), inf, float(end.ends))
    if end.name in known.forced:
        return (CLOCKS.index(end.name + FORCED), -inf, float(end.ends))
    return (CLOCKS.index(end.name), None, float(end.ends))


def to_key(name: str) -> str:
    """Return a name as the table has it: half of a surrogate pair is no UTF-8."""
    if name.isascii():
        return name
    return name.encode("utf-8", "backslashreplace").decode()
