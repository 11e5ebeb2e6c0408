"""What `run --inline` shows below the app's output: the last alarms, and the newest session."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TypeAlias

from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.rows import TimerRow, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.ladder import timer_rows
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.search import count_run_out, is_long
from session_inspector.inspector.model.views.selectors.clock_groups import ClockGroup, group_clocks
from session_inspector.inspector.model.views.session_rows import session_row
from session_inspector.inspector.model.views.status import status
from session_inspector.inspector.model.views.table.table import SearchTable
from session_inspector.inspector.model.words.text import safe

InlineLine: TypeAlias = tuple[str, Tone]
MOST = 10
"""Lines in all."""
ALARMS = 3
LEFT = 14
"""Columns of the time left."""
LONGEST = 300


def inline_lines(state: State, now: Seconds, table: SearchTable | None = None) -> list[InlineLine]:
    """Return at most ten lines, each with its tone; many sessions are counted in the table."""
    lines = [_head(state, now, table), *_alarm_lines(state)]
    return [*lines, *islice(_session_lines(state, now), MOST - len(lines))]


def _head(state: State, now: Seconds, table: SearchTable | None) -> InlineLine:
    if table is not None and is_long(state):
        run_out = table.count_run_out(state, now, lambda: True)
    else:
        run_out = count_run_out(state, now)
    row = status(state, now, run_out)
    counts = f"{row.live} live · {row.over} over"
    if row.visitors:
        counts += f" · {count_noun(row.visitors, 'visitor')}"
    if row.in_doubt:
        counts += f" · {row.in_doubt} in doubt"
    text = f"── Session Inspector  {counts}   {row.base_url}"
    if not row.is_upstream_up:
        return f"{text} → {row.upstream}", "bad"
    if not row.is_store_up:
        return f"{text}   store AWAY: {row.store_reason}", "bad"
    return text, "accent"


def _alarm_lines(state: State) -> Iterator[InlineLine]:
    alarms = state.alarms.raised
    if not alarms:
        yield "no alarm", "dim"
    for alarm in reversed(alarms[-ALARMS:]):
        yield f"⚠ {alarm.kind.upper()}: {safe(alarm.text, LONGEST)}{alarm.repeated}", "bad"


def _session_lines(state: State, now: Seconds) -> Iterator[InlineLine]:
    """Yield the newest session: who, its clocks, the one that ends it first, and its lamps."""
    if not state.order:
        yield "no session yet: open the app, and log in", "dim"
        return
    session = state.order[-1]
    row = session_row(state, session, now)
    if row is None:
        return
    who = " · ".join(part for part in (row.who, row.client, row.kind, safe(session[:6])) if part)
    if row.life == "live":
        yield f"{who} · live", "good"
    elif row.life == "visitor":
        yield f"{who} · a visitor's: {row.reason}", "dim"
    else:
        yield f"{who} · {row.life.upper()}: {row.reason}", "bad"
    for group in group_clocks(timer_rows(state, session, now)):
        yield _clock_line(group)
    lamps = "   ".join(f"{lamp.name} {lamp.how}" for lamp in lamps_of(state, session, now))
    if lamps:
        yield lamps, "plain"


def _clock_line(group: ClockGroup) -> InlineLine:
    clock = group.head
    text = f"{clock.left:>{LEFT}} {group.label}"
    if clock.is_first:
        text += "  ◀ ends it"
    text += f"  {'·'.join(group.origins)}"
    if group.is_disagreeing:
        return f"{text}  {group.note}", "warn"
    return text, _tone_of(clock)


def _tone_of(clock: TimerRow) -> Tone:
    if clock.is_past:
        return "bad"
    if clock.is_first:
        return "warn"
    return "plain"
