"""What the engine remembers of sessions it has seen; bounded, and gone with the process."""

from __future__ import annotations

from dataclasses import dataclass, field

from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.core.values import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """When and by what a session was destroyed."""

    at: Seconds
    cause: str


@dataclass(slots=True)
class Memory:
    """The engine's tables, by fingerprint."""

    keys: Bounded[str] = field(default_factory=Bounded)
    """Ids in the store; empty for stateless sessions."""
    spans: Bounded[tuple[float, float]] = field(default_factory=Bounded)
    """When sessions began and end: an id cookie and an expired row do not hold that."""
    endings: Bounded[Ending] = field(default_factory=Bounded)
    forced: Bounded[frozenset[TimerName]] = field(default_factory=Bounded)
    """Clocks that somebody expired by hand; a stateless session meets them at its next request."""
    reported: Bounded[str] = field(default_factory=Bounded)
    """Exchange id to what was last reported of its session: a request reads its session often."""
