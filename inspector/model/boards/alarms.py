"""All alarms, the newest first; each opens its explanation and the fix."""

from __future__ import annotations

from collections import Counter

from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.words.explanations import EXPLANATIONS, Alarm, AlarmKind
from session_inspector.inspector.model.words.text import clock_text, safe, sentence

WIDTH = 18
"""Columns of a kind's name."""


def alarm_fields(state: State) -> tuple[Field, ...]:
    """Return one line an alarm, then all kinds that are watched for."""
    alarms = state.watch.alarms
    count = Counter(alarm.kind for alarm in alarms)
    title = "Watched for" if alarms else "No alarm. Watched for"
    return (
        *(_line(state, alarm) for alarm in reversed(alarms)),
        *([Field(depth=0, label="", value="", key="gap")] if alarms else []),
        Field(depth=0, label=title, value="mark one to read why, and the fix", tone="accent"),
        *(_kind(kind, count[kind]) for kind in EXPLANATIONS),
    )


def explained(kind: AlarmKind) -> str:
    """Return why an alarm of a kind matters, and what to do."""
    told = EXPLANATIONS[kind]
    return f"{sentence(told.why)}\nFix: {told.fix}"


def _kind(kind: AlarmKind, count: int) -> Field:
    seen = f"{count} seen" if count else "not seen"
    return Field(
        depth=1,
        lead=(("⚠ " if count else "✓ ", "bad" if count else "good"),),
        label=f"{kind:{WIDTH}}",
        value=seen,
        tone="bad" if count else "dim",
        explain=explained(kind),
        key=f"kind {kind}",
    )


def _line(state: State, alarm: Alarm) -> Field:
    exchange = state.exchanges.get(alarm.cause)
    known = state.sessions.get(alarm.session)
    by = ""
    if exchange is not None:
        path = exchange.path.partition("?")[0]
        asked = f"{safe(exchange.method, 20)} {safe(path, 80)}"
        by = f"\nCaused by {safe(alarm.cause, 30)}: {asked} ({safe(exchange.client, 30)})."
    who = f"{safe(known.facts.name or known.facts.sub, 30)}: " if known else ""
    return Field(
        depth=0,
        lead=(
            (f"{clock_text(alarm.at)} ", "dim"),
            (f"⚠ {alarm.kind.upper():{WIDTH}}", "bad"),
        ),
        label="",
        value=who + safe(alarm.text, 300),
        explain=explained(alarm.kind) + by,
        key=f"{alarm.seq} {alarm.kind}",
    )
