"""What each event shows of a session's row; events that show nothing of it leave it as it was.

In the lab our own engine tells what it did to the row. Of a real app only a look into its store
does: a cookie that was set or deleted says nothing of the row.
"""

from __future__ import annotations

from session_inspector.devserver.core.events.base import Origin
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionSeen,
    SessionVanished,
    SessionWritten,
)
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.fact import RowState
from session_inspector.inspector.model.facts.row_ends import has_row_clock, obeyed_end
from session_inspector.inspector.model.facts.state import KnownSession, State


def row_after_write(state: State, known: KnownSession, event: SessionWritten) -> RowState | None:
    """Return the row after a session was written: by our engine, by a command, or by an app."""
    if event.facts.kind != "stateful":
        return None
    if is_ours(state) or event.cause not in state.exchanges:
        return RowState(is_there=True, at=event.at, origin="told", evidence=name_cause(event.cause))
    if known.row is None and has_row_clock(event.facts.timers):
        return RowState(
            is_there=True,
            at=event.at,
            origin="read",
            evidence="with its request",
            refused=event.facts.unusable,
        )
    return known.row


def row_after_look(before: RowState | None, event: SessionSeen) -> RowState | None:
    """Return the row after a session was seen: in its store, or in a cookie alone."""
    if event.facts.kind != "stateful" or not has_row_clock(event.facts.timers):
        return before
    return RowState(
        is_there=True,
        at=event.at,
        origin="read",
        evidence="in the store",
        refused=event.facts.unusable,
    )


def row_after_end(state: State, known: KnownSession, event: SessionDestroyed) -> RowState | None:
    """Return the row after a session's end."""
    if known.facts.kind != "stateful":
        return known.row
    if not is_ours(state) and event.reason != "revoked":
        return known.row  # seen: its cookie was deleted
    why = f"deleted ({event.reason})"
    return RowState(
        is_there=False, at=event.at, origin="told", evidence=name_cause(event.cause), why=why
    )


def row_after_vanishing(event: SessionVanished) -> RowState:
    """Return the row that a look into the store did not find."""
    why = event.reason or "it is not in the store any more"
    return RowState(is_there=False, at=event.at, origin="read", evidence="in the store", why=why)


def row_after_verdict(
    state: State, known: KnownSession, event: SessionLoaded | SessionRefused
) -> RowState | None:
    """Return the row after a request brought the session's cookie."""
    if known.facts.kind != "stateful":
        return known.row
    origin: Origin = "read"
    if is_ours(state):
        origin = "told"
    evidence = name_cause(event.cause)
    match event:
        case SessionLoaded(origin="told"):
            return RowState(is_there=True, at=event.at, origin=origin, evidence=evidence)
        case SessionRefused(code="gone") if _is_news(known, event):
            return RowState(
                is_there=False, at=event.at, origin=origin, evidence=evidence, why=event.reason
            )
        case _:
            return known.row


def _is_news(known: KnownSession, event: SessionRefused) -> bool:
    """Check whether a refusal shows that a row is gone, and not only that its time is over."""
    is_known = known.row is not None and not known.row.is_there
    return not is_known and not has_run_out(known, event.at)


def has_run_out(known: KnownSession, at: Seconds) -> bool:
    """Check whether a row's own end has passed: it may be there, and no request can use it."""
    end = obeyed_end(known.facts.timers)
    return end is not None and end <= at


def is_ours(state: State) -> bool:
    """Check whether our own engine runs the sessions: this is the lab."""
    return not state.lab.upstream


def name_cause(cause: str) -> str:
    """Return what shows something: the exchange or command, where it is known."""
    if not cause:
        return "by the engine"
    return f"in {cause}"


def is_over(event: SessionSeen) -> bool:
    """Check whether a row that was read has ended."""
    end = obeyed_end(event.facts.timers)
    return end is not None and end <= event.at
