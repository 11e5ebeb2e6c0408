"""Which browser's request is behind a request of the app's server to the provider.

    alice's browser ── x7 GET /auth/access-token ──> app ── x8 POST /oauth/token ──> provider

The lab's own app tells (`ExchangeStarted.within`). A real app does not: then it can only be a
request that was under way, and only if there was no other; that is a guess, and called so.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from immutables import Map

from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.recent import Recent

MOST = 1_000
"""Requests under way; more are leftovers whose ends were never heard of."""
PEOPLE = frozenset({"Chrome", "Firefox", "Safari", "Edge", "curl"})
"""Clients that come to the provider themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The request to the app that a request to the provider was made for."""

    exchange: str
    is_sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Presenters:
    """Requests to the app that are under way, and what is behind those to the provider."""

    under_way: Map[str, None] = field(default_factory=Map)
    behind: Recent[str, Behind] = field(default_factory=Recent)
    """Exchange at the provider to the one behind it."""


def is_browser(client: str) -> bool:
    """Say whether a client is somebody's browser, simulated or real, and no server."""
    return client in PEOPLE or client.startswith("lab:")


def noted(known: Presenters, event: Event) -> Presenters:
    """Return the presenters after an event."""
    match event:
        case ExchangeStarted(party="provider"):
            found = _behind(known, event)
            if found is None:
                return known
            return replace(known, behind=known.behind.set(event.exchange, found))
        case ExchangeStarted():
            open_ = known.under_way if len(known.under_way) < MOST else Map[str, None]()
            return replace(known, under_way=open_.set(event.exchange, None))
        case ExchangeEnded() if event.exchange in known.under_way:
            return replace(known, under_way=known.under_way.delete(event.exchange))
        case _:
            return known


def _behind(known: Presenters, event: ExchangeStarted) -> Behind | None:
    if event.within:
        return Behind(exchange=event.within, is_sure=True)
    if is_browser(event.client) or len(known.under_way) != 1:
        return None
    return Behind(exchange=next(iter(known.under_way)), is_sure=False)
