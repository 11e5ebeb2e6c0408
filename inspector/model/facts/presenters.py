"""Which browser's request is behind a request of the app's server to the provider.

    alice's browser ── x7 GET /auth/access-token ──> app ── x8 POST /oauth/token ──> provider

The lab's own app names it (`ExchangeStarted.within`). A real app does not: then it can only be a
request that was under way, and only if there was no other; that is a guess, and shown as one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from immutables import Map

from session_inspector.inspector.model.facts.recent import Recent

BROWSERS = frozenset({"Chrome", "Firefox", "Safari", "Edge", "curl"})
"""Clients that talk to the provider themselves."""
SIMULATED = "lab:"
"""Begins the name of a simulated browser's client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """The request to the app that a request to the provider was made for."""

    exchange: str
    is_sure: bool


@dataclass(frozen=True, kw_only=True)
class Presenters:
    """Requests to the app that are under way, and which of them triggered those to the provider."""

    under_way: Map[str, None] = field(default_factory=Map)
    triggers: Recent[str, Trigger] = field(default_factory=Recent)
    """Exchange at the provider to the one that triggered it."""


def is_browser(client: str) -> bool:
    """Check whether a client is a browser, simulated or real, and no server."""
    return client in BROWSERS or client.startswith(SIMULATED)
