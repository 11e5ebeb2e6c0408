"""What happened at the provider beside the code flow: pushed requests, devices, logouts, faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.logs import Log
from session_inspector.inspector.model.facts.recent import Recent
from session_inspector.inspector.model.facts.rows import Tone

GrantKind: TypeAlias = Literal[
    "pushed request",
    "device login",
    "client credentials",
    "second factor",
    "DPoP proof",
    "logout",
    "fault",
    "step",
]
GrantOutcome: TypeAlias = Literal["under way", "done", "refused", "applied", "failed"]
KEPT_GRANTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantStep:
    """One thing that happened."""

    at: Seconds
    text: str
    tone: Tone = "dim"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFlow:
    """One of them, from its beginning."""

    key: str
    kind: GrantKind
    client_id: str
    """Whose it is; of a logout the user, of a fault the provider; empty: not known."""
    started: Seconds
    steps: tuple[GrantStep, ...] = ()
    outcome: GrantOutcome = "under way"
    expires: Seconds | None = None


@dataclass(frozen=True, kw_only=True)
class GrantFlows:
    """All of them."""

    by_key: Recent[str, GrantFlow] = field(default_factory=lambda: Recent(limit=KEPT_GRANTS))
    order: Log[str] = field(default_factory=lambda: Log(limit=KEPT_GRANTS))
