"""What can happen, as facts in the past tense; one union, `Event`.

Every event has `at` (the clock), `cause` (the exchange `x7` or the command `c3` that made it
happen; empty: the server itself), `session` (the fingerprint of a session, empty: about none)
and `seq` (given by the journal). Events carry plain values only: each survives JSON. Credentials
travel as `Secret`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from devserver.core.values import Seconds, Secret, ShownObject

Kind: TypeAlias = Literal["stateless", "stateful"]
WriteReason: TypeAlias = Literal["login", "roll", "refresh", "update", "migrate"]
EndReason: TypeAlias = Literal[
    "logout", "replaced", "revoked", "back-channel", "inactivity", "absolute", "ceiling", "pruned"
]
TimerName: TypeAlias = Literal[
    "cookie",  # Max-Age of the cookie in the browser
    "sealed",  # exp inside the encrypted cookie
    "store",  # expiry of the row
    "inactivity",
    "absolute",
    "access_token",
    "refresh_token",
    "provider",  # the session at the OpenID Provider
    "ceiling",  # session_expiry of the ID token
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """One clock of a session."""

    name: TimerName
    ends: Seconds | None
    """Unix seconds; None: never (a browser-session cookie, a row without expiry)."""
    ends_session: bool = False
    """True when the session is over at that moment (an access token's end is not the session's)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """What a session was right after it was written, or found in a store."""

    kind: Kind
    sub: str
    name: str = ""
    """The user's name or e-mail, for people; `sub` when there is neither."""
    sid: str = ""
    created_at: Seconds = 0
    written_at: Seconds = 0
    size: int = 0
    """UTF-8 bytes of the session as JSON."""
    timers: tuple[Timer, ...] = ()
    data: ShownObject = field(default_factory=dict)
    """user, tokenSet, internal, …, credentials masked."""
    key: Secret | None = None
    """The id in the store; None for a stateless session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What every event has; see the module."""

    at: Seconds
    cause: str = ""
    session: str = ""
    seq: int = 0


# -- the server ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStarted(Header):
    """The lab is listening."""

    base_url: str
    issuer: str
    kind: Kind
    store: str
    """The store's URL with its password masked."""
    rolling: bool = True
    inactivity: int = 86400
    absolute: int = 259200
    cookie_name: str = "__session"
    users: tuple[str, ...] = ()
    """Subjects that can log in with one key."""
    wall: Seconds = 0
    """The machine's own clock at this event; `at - wall` is the time travelled so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierSwitched(Header):
    """From now on sessions travel another way, or live in another store."""

    kind: Kind
    store: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStateChanged(Header):
    """The store went away, or came back."""

    store: str
    is_up: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMoved(Header):
    """Somebody travelled in time; `at` is the moment after it."""

    by: Seconds
    offset: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysRotated(Header):
    """The provider signs with a new key; the old ones still verify."""

    kid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginFailed(Header):
    """A store or decoder of somebody else raised; it was skipped."""

    plugin: str
    reason: str


# -- HTTP ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieSeen:
    """One cookie of a request: its name and the bytes of its value."""

    name: str
    size: int


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


# -- sessions ------------------------------------------------------------------------------


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


# -- login, tokens -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginStarted(Header):
    """The app sent a browser to the provider."""

    login: str
    """Fingerprint of `state`: ties the steps together."""
    transaction_cookie: str
    return_to: str = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSucceeded(Header):
    """The callback made a session."""

    login: str
    sub: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginFailed(Header):
    """A step of the login was refused."""

    login: str
    step: Literal["authorize", "state", "transaction", "exchange", "id_token", "callback"]
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenMinted(Header):
    """The provider issued a token."""

    token: Literal["id", "access", "refresh", "logout"]
    value: Secret
    sub: str
    sid: str = ""
    expires: Seconds | None = None
    parent: str = ""
    """Digest of the refresh token it was exchanged for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRefused(Header):
    """The provider refused a token; `code` refresh_reused means the family is dead."""

    token: Literal["code", "access", "refresh", "logout"]
    digest: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Header):
    """A token was revoked (RFC 7009), or its whole family was."""

    token: Literal["access", "refresh"]
    digest: str
    family: int = 1
    """How many tokens died with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSessionStarted(Header):
    """A browser signed in at the provider."""

    sub: str
    sid: str
    expires: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSessionEnded(Header):
    """A browser signed out at the provider."""

    sub: str
    sid: str


# -- commands ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRun(Header):
    """A person or script asked for something; `cause` is its own id."""

    command: str
    is_ok: bool
    message: str


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
    | CommandRun
)
