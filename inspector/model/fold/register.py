"""Puts sessions into the state: in the order in which they were first seen, and bounded."""

from __future__ import annotations

from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.state import Ended, KnownSession, State

NOT_OVER = ("accepted", "in-doubt")
"""Ways in which a session may live on of which something has said that it is over."""


def replace_session(state: State, old: KnownSession, new: KnownSession) -> State:
    """Put a known session in the place of what it was, and count those that are over."""
    over = state.over + is_surely_over(new) - is_surely_over(old)
    in_doubt = state.in_doubt + is_in_doubt(new) - is_in_doubt(old)
    visitors = state.visitors + is_visitor(new) - is_visitor(old)
    sessions = state.sessions.set(new.session, new)
    return replace(state, sessions=sessions, over=over, in_doubt=in_doubt, visitors=visitors)


def keep_session(state: State, known: KnownSession) -> State:
    """Put a session in its place: a new one at the end of the order, where the first makes room."""
    old = state.sessions.get(known.session)
    if old is not None:
        return replace_session(state, old, known)
    over = state.over + is_surely_over(known)
    in_doubt = state.in_doubt + is_in_doubt(known)
    visitors = state.visitors + is_visitor(known)
    sessions = state.sessions
    if state.order.is_full:
        first = state.order[0]
        over -= is_surely_over(sessions[first])
        in_doubt -= is_in_doubt(sessions[first])
        visitors -= is_visitor(sessions[first])
        sessions = sessions.delete(first)
    return replace(
        state,
        sessions=sessions.set(known.session, known),
        order=state.order.with_items([known.session]),
        over=over,
        in_doubt=in_doubt,
        visitors=visitors,
    )


def is_surely_over(known: KnownSession) -> bool:
    """Check whether an event has ended a session whatever time it is: no clock can undo that."""
    ending = known.ending
    if ending is None or ending.is_by_clock:
        return False
    return ending.life not in (*NOT_OVER, "visitor")


def is_final(ended: Ended | None) -> bool:
    """Check whether a session has ended for good: a refusal or a clock may be followed by more."""
    return ended is not None and ended.is_final


def is_in_doubt(known: KnownSession) -> bool:
    """Check whether it is not known of a session if the app accepts it: its own end aside."""
    ending = known.ending
    return ending is not None and ending.life == "in-doubt"


def is_visitor(known: KnownSession) -> bool:
    """Check whether nobody is logged in to what is listed: it is neither live nor over."""
    ending = known.ending
    return ending is not None and ending.life == "visitor"
