"""The alarms that were raised, and what must be remembered to raise the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from immutables import Map

from session_inspector.devserver.core.events.exchange import CookieSet, ExchangeStarted
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.values import Seconds, Shown
from session_inspector.inspector.model.facts.recent import Recent
from session_inspector.inspector.model.words.explanations import AlarmKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One finding."""

    kind: AlarmKind
    at: Seconds
    seq: int
    """Of the event that showed it."""
    cause: str
    session: str
    text: str
    """What was seen, with names and numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedWrite:
    """The last write of a session."""

    seq: int
    cause: str
    data: Mapping[str, Shown]
    """Members by path."""
    before: Mapping[str, Shown]
    """The members that this write replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmMemory:
    """The alarms so far, and what the checks compare the next event with."""

    raised: tuple[Alarm, ...] = ()
    """The newest last."""
    set_cookies: Recent[str, tuple[CookieSet, ...]] = field(default_factory=Recent)
    """Exchange under way to the session cookies it set."""
    pending: Recent[str, SessionWritten] = field(default_factory=Recent)
    """Exchange under way to the last write of its stateless session."""
    writes: Recent[str, RememberedWrite] = field(default_factory=Recent)
    """Session to its last write that changed something."""
    jars: Recent[str, Map[str, CookieSet]] = field(default_factory=Recent)
    """Client to the cookies it was last given."""
    clients: Recent[str, str] = field(default_factory=Recent)
    """Exchange under way to its client."""
    logins: Recent[str, tuple[Seconds, ...]] = field(default_factory=Recent)
    """Client to the times of its logins since the last success."""
    sent: Recent[str, ExchangeStarted] = field(default_factory=Recent)
    """Client to its last request to the app."""
