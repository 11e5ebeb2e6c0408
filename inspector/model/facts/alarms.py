"""The alarms that were raised, and what must be remembered to raise the next one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from immutables import Map

from session_inspector.devserver.core.events.browser import CookieJudged
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.browser import JudgedKey
from session_inspector.inspector.model.facts.kept.content_marks import ContentMarks
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
    """What was seen, with names and numbers; of the last time."""
    group: str = ""
    """Findings of one kind and group are one alarm that is counted."""
    count: int = 1
    is_varied: bool = False
    """It was seen in other words before: of another request, or another time."""

    @property
    def repeated(self) -> str:
        """How often it was seen, as what follows its text; empty: once."""
        if self.count == 1:
            return ""
        if self.is_varied:
            return f" (seen {self.count} times; this is the last)"
        return f" (seen {self.count} times)"


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedWrite:
    """The last write of a session."""

    cause: str
    data: ContentMarks
    """What it wrote."""
    before: ContentMarks
    """What this write replaced."""
    at: Seconds = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Requests of one client, each sent where the response to the one before redirected it."""

    targets: tuple[str, ...]
    """Path and query of each."""
    exchanges: tuple[str, ...]
    began: Seconds


CookieKey: TypeAlias = tuple[str, str, str]
"""(name, domain, path): by these a browser distinguishes cookies; no domain: the host's own."""
ClientJar: TypeAlias = Map[CookieKey, CookieSet]
ClientChunks: TypeAlias = Recent[str, Map[str, frozenset[str]]]

OwnedKey: TypeAlias = tuple[str, str, str, str]
"""(host, name, domain, path): a browser has one cookie for it, whatever the port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieOwner:
    """Which app set a cookie last."""

    origin: str
    cookie: CookieSet


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectLoop:
    """The redirect loop that was seen last."""

    event: ExchangeEnded
    request: ExchangeStarted
    chain: Chain


HeldKey: TypeAlias = tuple[str, str, str, str]
"""(name, domain, path, partition) in the jar of a real browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBy:
    """Which port has set a cookie that a real browser holds."""

    port: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class AlarmMemory:
    """The alarms so far, and what the checks compare the next event with."""

    raised: tuple[Alarm, ...] = ()
    """The newest last."""
    forgotten: int = 0
    """Alarms before them, which are not kept."""
    places: Map[tuple[AlarmKind, str], int] = field(default_factory=Map)
    """(kind, group) to which alarm it is, counted from the first of all."""
    causes: Map[str, int] = field(default_factory=Map)
    """Request to how many of them it has raised."""
    sessions: Map[str, int] = field(default_factory=Map)
    """Session to how many of them are of it."""
    held_back: Recent[str, tuple[Alarm, ...]] = field(default_factory=Recent)
    """What nobody is logged in to, to alarms that only a session deserves: they count from a login
    on."""
    set_cookies: Recent[str, tuple[CookieSet, ...]] = field(default_factory=Recent)
    """Exchange under way to the cookies it set and deleted."""
    pending: Recent[str, SessionWritten] = field(default_factory=Recent)
    """Exchange under way to the last write of its stateless session."""
    writes: Recent[str, RememberedWrite] = field(default_factory=Recent)
    """Session to its last write that changed something."""
    rows_read: Recent[str, RememberedWrite] = field(default_factory=Recent)
    """Session to its row as it was read last, after one of its requests that overlap."""
    contested: str = ""
    """What two requests changed beside each other last; empty: nothing was."""
    unproven: str = ""
    """A copy that the app has answered last, as it may answer anybody; empty: none."""
    jars: Recent[str, ClientJar] = field(default_factory=Recent)
    """Client to the cookies it was last given."""
    owners: Recent[str, Map[OwnedKey, CookieOwner]] = field(default_factory=Recent)
    """Client to who set each of its cookies."""
    dropped: Recent[str, ClientJar] = field(default_factory=Recent)
    """Client to the cookies it was given last that no browser keeps."""
    chunks: ClientChunks = field(default_factory=Recent)
    """Client to the chunks of each cookie's last write."""
    requests: Recent[str, ExchangeStarted] = field(default_factory=Recent)
    """Exchanges under way."""
    chains: Recent[str, Chain] = field(default_factory=Recent)
    """Exchange under way to the redirects that led to it."""
    expected: Recent[str, Map[str, Chain]] = field(default_factory=Recent)
    """Client to where redirects have sent it, by path."""
    logins: Recent[str, tuple[Seconds, ...]] = field(default_factory=Recent)
    """Client to the times of its logins since the last success."""
    sent: Recent[str, ExchangeStarted] = field(default_factory=Recent)
    """Client to its last request to the app."""
    judged: Recent[JudgedKey, CookieJudged] = field(default_factory=Recent)
    """The lines that a real browser has dropped."""
    held: Map[HeldKey, HeldBy] = field(default_factory=Map)
    """Who set what the real browser holds."""
    loop: RedirectLoop | None = None
    app_ports: frozenset[int] = frozenset()
    """The proxy and the app behind it: one app, by two ports."""
