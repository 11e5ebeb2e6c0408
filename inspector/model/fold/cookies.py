"""Folds what is seen of a session's cookies: set, deleted, sent, and forgotten without a line."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.exchange import CookieSet, CookiesForgotten
from session_inspector.devserver.core.events.session import SessionLoaded, SessionRefused
from session_inspector.inspector.model.facts.alarms import CookieKey
from session_inspector.inspector.model.facts.fact import CookieSent, LostCookie
from session_inspector.inspector.model.facts.scopes import cookie_key
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.fold.register import replace_session


def fold_cookie(state: State, event: CookieSet) -> State:
    """Return the state after a response set a cookie; one of an unknown session is left out."""
    known = state.sessions.get(event.session)
    if known is None:
        return state
    scope = cookie_key(event, state.exchanges.get(event.exchange))
    cookies = {**known.cookies, scope: event}
    lost = {one: loss for one, loss in known.lost.items() if one != scope}
    state = replace_session(state, known, replace(known, cookies=cookies, lost=lost))
    if event.is_deletion:
        return state
    return _overwrite(state, known.previous, scope, event)


def fold_forgotten(state: State, event: CookiesForgotten) -> State:
    """Return the state after a simulated browser was made to forget cookies."""
    known = state.sessions.get(event.session)
    if known is None:
        return state
    loss = LostCookie(
        at=event.at,
        seq=event.seq,
        origin="told",
        why=f"{event.client} was made to forget it",
    )
    names = set(event.names)
    gone = {scope: loss for scope, cookie in known.cookies.items() if cookie.name in names}
    return replace_session(state, known, replace(known, lost={**known.lost, **gone}))


def find_sent(
    state: State, known: KnownSession, event: SessionLoaded | SessionRefused
) -> CookieSent | None:
    """Return the last request that brought a cookie of a session."""
    exchange = state.exchanges.get(event.cause)
    if exchange is None:
        return known.sent
    return CookieSent(
        exchange=exchange.exchange,
        client=exchange.client,
        at=exchange.at,
        seq=exchange.seq,
        names=frozenset(cookie.name for cookie in exchange.cookies),
    )


def _overwrite(state: State, previous: str, scope: CookieKey, event: CookieSet) -> State:
    """Note that the cookie of a session that was replaced has another value now."""
    replaced = state.sessions.get(previous)
    if replaced is None or scope not in replaced.cookies:
        return state
    loss = LostCookie(
        at=event.at,
        seq=event.seq,
        origin="seen",
        why=f"{event.cause} set it for another session",
    )
    lost = {**replaced.lost, scope: loss}
    return replace_session(state, replaced, replace(replaced, lost=lost))
