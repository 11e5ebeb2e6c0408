"""Puts sessions into the state: in the order in which they were first seen, and bounded."""

from __future__ import annotations

from session_inspector.devserver.core.events.frozen import replace
from session_inspector.inspector.model.facts.state import KnownSession, State


def replace_session(state: State, old: KnownSession, new: KnownSession) -> State:
    """Put a known session in the place of what it was, and count those that are over."""
    over = state.over + _count_over(new) - _count_over(old)
    return replace(state, sessions=state.sessions.set(new.session, new), over=over)


def keep_session(state: State, known: KnownSession) -> State:
    """Put a session in its place: a new one at the end of the order, where the first makes room."""
    old = state.sessions.get(known.session)
    if old is not None:
        return replace_session(state, old, known)
    over = state.over + _count_over(known)
    sessions = state.sessions
    if state.order.is_full:
        first = state.order[0]
        over -= _count_over(sessions[first])
        sessions = sessions.delete(first)
    return replace(
        state,
        sessions=sessions.set(known.session, known),
        order=state.order.with_items([known.session]),
        over=over,
    )


def is_surely_over(known: KnownSession) -> bool:
    """Check whether an event has ended a session whatever time it is: no clock can undo that."""
    return known.ended is not None and not known.ended.is_by_clock


def _count_over(known: KnownSession) -> int:
    return int(is_surely_over(known))
