"""What can happen, as facts in the past tense; one union, `Event`.

Every event has `at` (the clock), `cause` (the exchange `x7` or the command `c3` that made it
happen; empty: the server itself), `session` (the fingerprint of a session, empty: about none)
and `seq` (given by the journal). Events carry plain values only: each survives JSON. Credentials
travel as `Secret`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.core.facts import (
    CookieSeen,
    EndReason,
    Header,
    Kind,
    SessionFacts,
    Timer,
    TimerName,
    WriteReason,
)
from session_inspector.devserver.core.login_events import (
    KnobApplied,
    KnobsTurned,
    LoginFailed,
    LoginStarted,
    LoginSucceeded,
    LogoutTokenSent,
    ProviderSessionEnded,
    ProviderSessionStarted,
    TokenMinted,
    TokenRefused,
    TokenRevoked,
)
from session_inspector.devserver.core.server_events import (
    CarrierSwitched,
    ClockMoved,
    CommandRun,
    ExchangesSkipped,
    KeysRotated,
    PluginFailed,
    ScenarioTold,
    ServerStarted,
    StoreStateChanged,
    UpstreamStateChanged,
)
from session_inspector.devserver.core.values import Seconds, Secret

__all__ = [
    "CarrierSwitched",
    "ClockForced",
    "ClockMoved",
    "CommandRun",
    "CookieSeen",
    "CookieSet",
    "EndReason",
    "Event",
    "ExchangeEnded",
    "ExchangeStarted",
    "ExchangesSkipped",
    "Header",
    "KeysRotated",
    "Kind",
    "KnobApplied",
    "KnobsTurned",
    "LoginFailed",
    "LoginStarted",
    "LoginSucceeded",
    "LogoutTokenSent",
    "PluginFailed",
    "ProviderSessionEnded",
    "ProviderSessionStarted",
    "ScenarioTold",
    "ServerStarted",
    "SessionDestroyed",
    "SessionFacts",
    "SessionLoaded",
    "SessionRefused",
    "SessionResurrected",
    "SessionSeen",
    "SessionVanished",
    "SessionWriteRefused",
    "SessionWritten",
    "StoreStateChanged",
    "Timer",
    "TimerName",
    "TokenMinted",
    "TokenRefused",
    "TokenRevoked",
    "UpstreamStateChanged",
    "WriteReason",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeStarted(Header):
    """A request arrived."""

    exchange: str
    method: str
    path: str
    """Path and query, with code, state and tokens masked."""
    client: str
    """`lab:<browser>` for the simulated ones, else what the User-Agent says it is."""
    party: Literal["app", "provider"] = "app"
    cookie_bytes: int = 0
    """Bytes of the whole Cookie header line."""
    cookies: tuple[CookieSeen, ...] = ()
    within: str = ""
    """At the provider: the exchange of the lab's app that asked; empty: nobody told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeEnded(Header):
    """The response went out."""

    exchange: str
    status: int
    duration: float
    """Seconds, by the monotonic clock."""
    set_cookies: int = 0
    cache_control: str = ""
    location: str = ""
    """Where a redirect points, secrets masked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieSet(Header):
    """A response set one cookie (`max_age` 0 with an empty value: a deletion)."""

    exchange: str
    name: str
    value: Secret
    size: int
    """Bytes of the value as it stands on the wire."""
    line_size: int
    """Bytes of the whole Set-Cookie line, attributes included."""
    is_deletion: bool = False
    max_age: float | None = None
    """Seconds; None: the cookie ends with the browser session."""
    path: str = "/"
    domain: str = ""
    secure: bool = False
    http_only: bool = False
    same_site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLoaded(Header):
    """A request presented a live session."""

    sub: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRefused(Header):
    """A request presented a session cookie that does not count."""

    code: str
    """inactivity, absolute, ceiling, revoked, gone, or a SealError code."""
    reason: str
    """One sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWritten(Header):
    """A session was created, rolled or changed; `facts` is what it is now."""

    reason: WriteReason
    facts: SessionFacts
    previous: str = ""
    """At a login: the fingerprint of the session that was replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWriteRefused(Header):
    """A write came too late: the session had been destroyed meanwhile, and stays so."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionResurrected(Header):
    """A session that had been destroyed was written again: logout came back to life."""

    destroyed_by: str
    destroyed_at: Seconds
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDestroyed(Header):
    """A session is over."""

    reason: EndReason
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockForced(Header):
    """Somebody expired one clock of one session by hand."""

    clock: TimerName


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSeen(Header):
    """A session was found in the store, written by this process or another."""

    facts: SessionFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionVanished(Header):
    """A session that was in the store is there no more, and not by our doing."""

    reason: str = ""


Event: TypeAlias = (
    ServerStarted
    | CarrierSwitched
    | StoreStateChanged
    | ClockMoved
    | KeysRotated
    | PluginFailed
    | ExchangeStarted
    | ExchangeEnded
    | CookieSet
    | SessionLoaded
    | SessionRefused
    | SessionWritten
    | SessionWriteRefused
    | SessionResurrected
    | SessionDestroyed
    | ClockForced
    | SessionSeen
    | SessionVanished
    | LoginStarted
    | LoginSucceeded
    | LoginFailed
    | TokenMinted
    | TokenRefused
    | TokenRevoked
    | ProviderSessionStarted
    | ProviderSessionEnded
    | LogoutTokenSent
    | KnobsTurned
    | KnobApplied
    | CommandRun
    | ScenarioTold
    | UpstreamStateChanged
    | ExchangesSkipped
)
