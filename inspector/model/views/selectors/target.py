"""The session of a line: what keys act on while the cursor is there; and its name."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.login import (
    ProviderSessionEnded,
    ProviderSessionStarted,
    TokenMinted,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.rows import SessionRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.register import is_visitor
from session_inspector.inspector.model.words.text import safe

FINGERPRINT = 6
"""Characters of a fingerprint that tell two sessions of one user apart."""
OF_THE_PROVIDER = (ProviderSessionStarted, ProviderSessionEnded, TokenMinted)
"""They name the provider's session."""


def session_of_event(state: State, event: Event) -> str:
    """Return the session that an event belongs to; empty: it is of none that is known."""
    found = event.session or session_of_cause(state, event.cause)
    if not found and isinstance(event, ExchangeStarted):
        found = session_of_cause(state, event.exchange)
    if not found and isinstance(event, OF_THE_PROVIDER):
        found = session_of_sid(state, event.sid)
    return _known(state, found)


def session_of_cause(state: State, cause: str) -> str:
    """Return the session of a request or a command; of one at the provider: of who asked."""
    found = _choose_of_cause(state, cause)
    trigger = state.families.presenters.triggers.get(cause)
    if not found and trigger is not None and trigger.is_sure:
        found = _choose_of_cause(state, trigger.exchange)
    return _known(state, found)


def _choose_of_cause(state: State, cause: str) -> str:
    """Return the session that a cause touched last; a visitor's only where there is no other."""
    links = state.links
    last = links.by_cause.get(cause, "")
    if not last:
        return ""
    return choose_session(state, (last, *reversed(links.beside.get(cause, ()))))


def choose_session(state: State, names: Sequence[str]) -> str:
    """Return the first of some sessions that somebody is logged in to; else the first.

    A cart's cookie comes beside the session's, and is of who is logged in there. Empty: none is
    known.
    """
    known = [state.sessions[name] for name in names if name in state.sessions]
    first = next((one for one in known if not is_visitor(one)), None)
    if first is not None:
        return first.session
    return known[0].session if known else ""


def session_of_sid(state: State, sid: str) -> str:
    """Return the newest session of a session at the provider."""
    return _known(state, state.links.by_sid.get(sid, ""))


def exchange_of(state: State, cause: str) -> str:
    """Return the request that a cause is; empty: it is none, or it is forgotten."""
    if cause in state.exchanges:
        return cause
    return ""


def name_target(row: SessionRow | None) -> str:
    """Return a session as titles and questions name it: `Alice · lab:alice · 3f2a91`."""
    if row is None:
        return "no session"
    parts = (row.who, row.client, safe(row.session[:FINGERPRINT]))
    return " · ".join(part for part in parts if part)


def _known(state: State, session: str) -> str:
    if session in state.sessions:
        return session
    return ""
