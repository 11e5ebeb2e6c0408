"""All alarms, the newest first; each opens its explanation and the fix."""

from __future__ import annotations

from inspector.model.alarms import EXPLANATIONS, Alarm
from inspector.model.rows import Field
from inspector.model.state import State
from inspector.model.text import clock_text, safe


def alarm_fields(state: State) -> tuple[Field, ...]:
    """Return one line an alarm."""
    return tuple(_line(state, alarm) for alarm in reversed(state.watch.alarms))


def _line(state: State, alarm: Alarm) -> Field:
    told = EXPLANATIONS[alarm.kind]
    exchange = state.exchanges.get(alarm.cause)
    by = ""
    if exchange is not None:
        path = exchange.path.partition("?")[0]
        asked = f"{safe(exchange.method, 20)} {safe(path, 80)}"
        by = f"\nCaused by {alarm.cause}: {asked} ({safe(exchange.client, 30)})."
    return Field(
        depth=0,
        label=f"{clock_text(alarm.at)} {alarm.kind.upper():16}",
        value=safe(alarm.text, 300),
        tone="bad",
        explain=f"{told.why}\nFix: {told.fix}{by}",
        key=f"{alarm.seq} {alarm.kind}",
    )
