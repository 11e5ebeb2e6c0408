"""Logins step by step: what was sent, what came back, and where it failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from session_inspector.devserver.core.events.exchange import CookieSet, ExchangeStarted
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.logs import Log
from session_inspector.inspector.model.facts.recent import KEPT, Recent

FlowOutcome: TypeAlias = Literal["under way", "logged in", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One login."""

    login: str
    client: str
    started: Seconds
    return_to: str
    cookie: str
    """Name of the transaction cookie."""
    outcome: FlowOutcome = "under way"
    stored: CookieSet | None = None
    """The transaction cookie as it was set."""
    authorize: str = ""
    """The URL the browser was sent to, secrets masked."""
    at_provider: bool = False
    callback: ExchangeStarted | None = None
    tokens: tuple[str, ...] = ()
    sid: str = ""
    """The provider's session, by the tokens that name this login."""
    refresh: str = ""
    """Digest of the refresh token that this login got."""
    failed_step: str = ""
    reason: str = ""
    ended: Seconds | None = None


@dataclass(frozen=True, kw_only=True)
class Flows:
    """All logins."""

    by_login: Recent[str, Flow] = field(default_factory=Recent)
    order: Log[str] = field(default_factory=lambda: Log(limit=KEPT))
    by_client: Recent[str, str] = field(default_factory=Recent)
    """Client to its newest login."""
    by_exchange: Recent[str, str] = field(default_factory=Recent)
    """Exchange that began or ended a login to that login."""
    clients: Recent[str, str] = field(default_factory=Recent)
    """Exchange under way at the app to its client."""
    by_session: Recent[str, str] = field(default_factory=Recent)
    """Session to the login that made it."""
    callbacks: Recent[str, ExchangeStarted] = field(default_factory=Recent)
    """Exchange under way to its request, when it is a login callback."""
