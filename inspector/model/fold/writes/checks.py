"""Checks what each write and each look shows of a session's content, beside what was before."""

from __future__ import annotations

from session_inspector.devserver.core.events.session import RowRead, SessionSeen, SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.alarms import AlarmMemory
from session_inspector.inspector.model.facts.causes import is_command
from session_inspector.inspector.model.fold.raising import raise_alarm
from session_inspector.inspector.model.fold.writes.lost_updates import (
    WriteComparison,
    check_row,
    check_write,
    remember_seen,
)


def check_content(
    memory: AlarmMemory, event: SessionWritten | RowRead | SessionSeen
) -> AlarmMemory:
    """Return the memory after a content was seen, with the alarm of what it has lost."""
    match event:
        case RowRead():
            return _check_row(memory, event)
        case SessionWritten():
            return _hold_or_check_write(memory, event)
        case SessionSeen():
            return _note_seen(memory, event)


def _note_seen(memory: AlarmMemory, event: SessionSeen) -> AlarmMemory:
    """Remember what a cookie held whose making was not seen: a write changes something of it."""
    if event.facts.kind != "stateless" or event.session in memory.writes:
        return memory
    return replace(memory, writes=memory.writes.set(event.session, remember_seen(event)))


def _hold_or_check_write(memory: AlarmMemory, event: SessionWritten) -> AlarmMemory:
    """Check a write: a stateless one with the response, of whose writes the last one counts."""
    if event.facts.kind == "stateless" and event.cause in memory.requests:
        return replace(memory, pending=memory.pending.set(event.cause, event))
    if event.reason == "roll" and event.facts.kind == "stateful":
        return memory  # it only moves the row's end, and writes no data back
    return compare_write(memory, event)


def compare_write(memory: AlarmMemory, event: SessionWritten) -> AlarmMemory:
    """Return the memory with a write, and with the alarm of what it has lost."""
    last = memory.writes.get(event.session)
    found = check_write(last, event, _began(memory, event))
    if found.write is not last:
        memory = replace(memory, writes=memory.writes.set(event.session, found.write))
    if is_command(event.cause):
        return memory  # an undo is no lost update
    return _take_comparison(memory, event, found)


def _check_row(memory: AlarmMemory, event: RowRead) -> AlarmMemory:
    """Compare a row with what it was after the answer of another request."""
    found = check_row(memory.rows_read.get(event.session), event, _began(memory, event))
    memory = replace(memory, rows_read=memory.rows_read.set(event.session, found.write))
    return _take_comparison(memory, event, found)


def _began(memory: AlarmMemory, event: Event) -> Seconds | None:
    """Return when the request of an event came; None: that is not known."""
    request = memory.requests.get(event.cause)
    if request is None:
        return None
    return request.at


def _take_comparison(memory: AlarmMemory, event: Event, found: WriteComparison) -> AlarmMemory:
    if found.contested:
        memory = replace(memory, contested=found.contested)
    if not found.problem:
        return memory
    return raise_alarm(memory, event, "lost update", found.problem)
