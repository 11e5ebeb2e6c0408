"""Folds what happens to sessions into the map of known sessions, in the order of their logins."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.events.session import (
    ClockForced,
    CookieReused,
    SessionDestroyed,
    SessionEvent,
    SessionLoaded,
    SessionRefused,
    SessionResurrected,
    SessionSeen,
    SessionVanished,
    SessionWriteRefused,
    SessionWritten,
)
from session_inspector.inspector.model.facts.state import Ended, KnownSession, State
from session_inspector.inspector.model.fold.endings import (
    REPLACED,
    describe_end,
    describe_refusal,
)


def fold_sessions(state: State, event: SessionEvent) -> State:
    """Return the state after an event of a session."""
    match event:
        case SessionWritten():
            return _note_write(state, event)
        case SessionSeen():
            return _note_row(state, event)
        case SessionRefused():
            return _end(state, event.session, describe_refusal(event))
        case SessionDestroyed(reason="reuse"):
            return _end(_reopen(state, event.session), event.session, describe_end(event))
        case SessionDestroyed() | SessionVanished():
            return _end(state, event.session, describe_end(event))
        case SessionResurrected():
            return _resurrect(state, event)
        case ClockForced():
            return _force_clock(state, event)
        case SessionLoaded() | SessionWriteRefused() | CookieReused():
            return state
        case _:
            assert_never(event)


def fold_cookie(state: State, event: CookieSet) -> State:
    """Return the state after a response set a cookie; one of an unknown session is left out."""
    known = state.sessions.get(event.session)
    if known is None:
        return state
    cookies = {**known.cookies, event.name: event}
    return _replace(state, known, replace(known, cookies=cookies))


def _note_write(state: State, event: SessionWritten) -> State:
    exchange = state.exchanges.get(event.cause)
    known = state.sessions.get(event.session)
    if known is None:
        known = KnownSession(session=event.session, facts=event.facts, client="")
    client = known.client
    if exchange is not None:
        client = exchange.client
    written = replace(
        known, facts=event.facts, client=client, writes=known.writes + 1, ended=None, forced={}
    )
    if event.previous and event.previous != event.session:
        replaced = Ended(life="replaced", at=event.at, reason=REPLACED)
        state = _end(state, event.previous, replaced)
    return _keep(state, written)


def _note_row(state: State, event: SessionSeen) -> State:
    known = state.sessions.get(event.session)
    if known is not None:
        return _keep(state, replace(known, facts=event.facts))
    client = "store"
    exchange = state.exchanges.get(event.cause)
    if exchange is not None:  # attached to an app: a request brought the session
        client = exchange.client
    return _keep(state, KnownSession(session=event.session, facts=event.facts, client=client))


def _resurrect(state: State, event: SessionResurrected) -> State:
    known = state.sessions.get(event.session)
    if known is None:
        return state
    return _replace(state, known, replace(known, is_resurrected=True, ended=None))


def _force_clock(state: State, event: ClockForced) -> State:
    known = state.sessions.get(event.session)
    if known is None:
        return state
    forced = {**known.forced, event.clock: event.at}
    return _replace(state, known, replace(known, forced=forced))


def _end(state: State, session: str, ended: Ended | None) -> State:
    """Note how a session ended; the first ending counts, later refusals only repeat it."""
    known = state.sessions.get(session)
    if known is None or known.ended is not None or ended is None:
        return state
    return _replace(state, known, replace(known, ended=ended))


def _reopen(state: State, session: str) -> State:
    """Forget how a session ended: a later event says it better."""
    known = state.sessions.get(session)
    if known is None or known.ended is None:
        return state
    return _replace(state, known, replace(known, ended=None))


def _replace(state: State, old: KnownSession, new: KnownSession) -> State:
    """Put a known session in the place of what it was, and count those that are over."""
    over = state.over + _count_over(new) - _count_over(old)
    return replace(state, sessions=state.sessions.set(new.session, new), over=over)


def _keep(state: State, known: KnownSession) -> State:
    """Put a session in its place: a new one at the end of the order, where the first makes room."""
    old = state.sessions.get(known.session)
    if old is not None:
        return _replace(state, old, known)
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


def _count_over(known: KnownSession) -> int:
    return int(known.ended is not None)
