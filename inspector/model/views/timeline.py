"""The event timeline: each event as a line with its cause."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.server import CommandRun, ScenarioTold
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionRefused,
    SessionResurrected,
    SessionVanished,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.causes import SCENARIO, is_command
from session_inspector.inspector.model.facts.logs import Concatenated, Mapped
from session_inspector.inspector.model.facts.rows import TimelineRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.facts.sweeps import (
    CookieSweep,
    close_sweep,
    gather_sweeps,
)
from session_inspector.inspector.model.views.event_lines import line_of, sweep_line
from session_inspector.inspector.model.views.selectors.meanwhile import SessionRequests
from session_inspector.inspector.model.views.selectors.target import (
    exchange_of,
    session_of_event,
)
from session_inspector.inspector.model.views.server_lines import spell_command
from session_inspector.inspector.model.words.text import clock_text, safe

ENDINGS = (SessionDestroyed, SessionRefused, SessionResurrected, SessionVanished)
ONLY = "since the look before only"
SCANNED = 20_000
"""Newest events in which those of one session are looked for."""


def timeline_rows(state: State, *, session: str = "") -> Sequence[TimelineRow]:
    """Return the events, oldest first: the newest of one session, or all, made when drawn."""
    if not session:
        waiting = close_sweep(state.sweep)
        count = len(state.loud)
        entries = Concatenated(state.loud, count, waiting, count + len(waiting))
        return Mapped(entries, lambda entry: make_row(state, entry))
    folded, waiting_deletions = gather_sweeps((), _events_of(state, session))
    requests = SessionRequests(state, session, state.timeline[-SCANNED:])
    rows = []
    for entry in (*folded, *close_sweep(waiting_deletions)):
        row = make_row(state, entry)
        meanwhile = () if isinstance(entry, CookieSweep) else requests.find_meanwhile(entry)
        if meanwhile:
            row = replace(row, cause=describe_meanwhile(state, meanwhile))
        if len(meanwhile) == 1:
            row = replace(row, exchange=meanwhile[0])
        rows.append(row)
    return tuple(rows)


def _events_of(state: State, session: str) -> list[Event]:
    """Return the events of a session, and those of the exchanges and commands that touched it."""
    recent = state.timeline[-SCANNED:]
    causes = {event.cause for event in recent if event.session == session and event.cause}
    return [
        event
        for event in recent
        if event.session == session or (not event.session and event.cause in causes)
    ]


def make_row(state: State, entry: Event | CookieSweep) -> TimelineRow:
    """Return one event, or the deletions of one response, as a line."""
    if isinstance(entry, CookieSweep):
        mark, title, detail, tone = sweep_line(entry)
        event: Event = entry.first
    else:
        mark, title, detail, tone = line_of(entry)
        event = entry
        if isinstance(event, ENDINGS) and event.session:
            detail = " · ".join(filter(None, (detail, name_whose(state, event))))
    return TimelineRow(
        seq=event.seq,
        at=event.at,
        clock=clock_text(event.at),
        mark=mark,
        title=safe(title, 160),
        detail=safe(detail, 400),
        cause=describe_cause(state, event),
        session=session_of_event(state, event),
        exchange=exchange_of(state, event.cause),
        tone=tone,
    )


def describe_meanwhile(state: State, exchanges: Sequence[str]) -> str:
    """Return which requests of a session were under way while its row changed; empty: none."""
    if len(exchanges) > 1:
        return f"during one of {len(exchanges)} requests of it, or beside them"
    for exchange in exchanges:
        request = state.exchanges.get(exchange)
        if request is not None:
            path = request.path.partition("?")[0]
            return safe(f"{ONLY} {request.method} {path} ({request.client})", 120)
    return ""


def name_whose(state: State, event: Event) -> str:
    """Return whose session has ended, and which."""
    name = ""
    if isinstance(event, SessionVanished):
        name = event.name
    known = state.sessions.get(event.session)
    if known is not None:
        name = known.user or name
    which = f"session {event.session[:6]}"
    if not name:
        return which
    return f"{name}, {which}"


def describe_cause(state: State, event: Event) -> str:
    """Return what made it happen: `GET /protected (lab:alice)`, `you: revoke`, or nothing."""
    if isinstance(event, ExchangeStarted | CommandRun | ScenarioTold):
        return ""
    exchange = state.exchanges.get(event.cause)
    if exchange is not None:
        path = exchange.path.partition("?")[0]
        return safe(f"{exchange.method} {path} ({exchange.client})", 80)
    command = state.commands.get(event.cause)
    if command and command.startswith(SCENARIO):
        return safe(command, 80)
    if command:
        return safe(f"you: {spell_command(command)}", 80)
    if command is not None or is_command(event.cause):
        return "you"
    return ""
