"""Small builders of events, and the state that they fold into."""

from __future__ import annotations

from typing import Literal

from session_inspector.devserver.core.events.base import CookieSeen
from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.login import TokenMinted
from session_inspector.devserver.core.events.session import SessionAnswered
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Seconds, Secret
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold

EXPIRES = 10_000.0


def state_of(*events: Event) -> State:
    """Fold events one by one, numbered as the journal numbers them."""
    state = State()
    for number, event in enumerate(events, 1):
        object.__setattr__(event, "seq", number)
        state = fold(state, [event])
    return state


def started(
    exchange: str,
    path: str = "/",
    *cookies: str,
    party: Literal["app", "provider"] = "app",
    client: str = "lab:a",
    within: str = "",
) -> ExchangeStarted:
    return ExchangeStarted(
        at=1,
        cause=exchange,
        exchange=exchange,
        method="GET",
        path=path,
        client=client,
        party=party,
        within=within,
        cookies=tuple(CookieSeen(name=name, size=9) for name in cookies),
    )


def answered(session: str, at: Seconds, cause: str = "") -> SessionAnswered:
    """Return the answer of another page to a session that the app has refused."""
    return SessionAnswered(
        at=at,
        cause=cause,
        session=session,
        refused="GET /admin/",
        refused_by="x2",
        request="POST /ro",
        status=200,
    )


def ended(exchange: str, location: str = "") -> ExchangeEnded:
    return ExchangeEnded(
        at=2, cause=exchange, exchange=exchange, status=200, duration=0.1, location=location
    )


def minted(token: str, parent: str = "", cause: str = "x2") -> TokenMinted:
    return TokenMinted(
        at=1,
        cause=cause,
        token="refresh",
        value=Secret.of(token),
        sub="u",
        sid="p",
        parent=parent,
        expires=EXPIRES,
    )
