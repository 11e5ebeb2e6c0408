"""All the terminal app knows: a frozen snapshot that `update` makes anew from each event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from devserver.core.events import (
    CookieSet,
    Event,
    ExchangeStarted,
    Kind,
    SessionFacts,
    TimerName,
)
from devserver.core.values import Seconds
from inspector.model.rows import Life

KEPT = 20_000
"""Events of the timeline that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a session ended."""

    life: Life
    at: Seconds
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One session, as far as the events tell."""

    session: str
    facts: SessionFacts
    client: str
    """`lab:alice`, `Chrome`, or `store` when it was only found there."""
    ended: Ended | None = None
    cookies: Mapping[str, CookieSet] = field(default_factory=dict)
    forced: Mapping[TimerName, Seconds] = field(default_factory=dict)
    """Clocks that somebody expired by hand, and when."""
    writes: int = 0
    is_resurrected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """The lab itself."""

    base_url: str = ""
    issuer: str = ""
    kind: Kind = "stateful"
    store: str = ""
    is_store_up: bool = True
    store_reason: str = ""
    offset: Seconds = 0.0
    users: tuple[str, ...] = ()
    rolling: bool = True
    inactivity: int = 86_400
    absolute: int = 259_200


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything; `sessions` in the order they were first seen."""

    lab: Lab = field(default_factory=Lab)
    sessions: Mapping[str, Known] = field(default_factory=dict)
    timeline: tuple[Event, ...] = ()
    exchanges: Mapping[str, ExchangeStarted] = field(default_factory=dict)
    commands: Mapping[str, str] = field(default_factory=dict)
    """Command id to what was asked."""
    refresh_ends: Mapping[str, Seconds] = field(default_factory=dict)
    """Provider session id to the end of its newest refresh token."""
    provider_ends: Mapping[str, Seconds] = field(default_factory=dict)
    """Provider session id to its own end."""
    dropped: int = 0
    """Events that were lost before they could be read."""
