"""What happens to the lab as a whole: its server, store, clock, keys, and what it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from session_inspector.devserver.core.events.base import Header, Kind
from session_inspector.devserver.core.values import Seconds

NO_PROXY = "no proxy: the store alone"
"""What an attachment without a proxy calls its upstream."""
READ_ONLY = "attached read-only: the app's store is not changed. Fix: start again with --write"
TAKES_CONNECTIONS = "it takes connections again"
"""Why an app is said to be up that has not answered yet."""

NO_STORE = "the cookie itself"
"""What stateless sessions call their store; with a revocation list its place follows."""
IN_COOKIES = "the app's cookies (no store named)"
"""What an attachment without a store calls it."""
TAKES_NO_WRITES = "read only: "
"""What the reason begins with of a store that answers reads and refuses writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStarted(Header):
    """The lab is listening."""

    base_url: str
    issuer: str
    kind: Kind
    store: str
    """The store's URL with its password masked."""
    rolling: bool | None = True
    """None, here and in the next two: attached, and no configuration says how the app does it."""
    inactivity: int | None = 86400
    absolute: int | None = 259200
    cookie_name: str = "__session"
    """Empty: attached, and the app's session cookie goes by a name of its own."""
    users: tuple[str, ...] = ()
    """Subjects that can log in with one key."""
    wall: Seconds = 0
    """The machine's own clock at this event; `at - wall` is the time travelled so far."""
    upstream: str = ""
    """Attached: the app behind the proxy at `base_url`, or NO_PROXY; empty: the lab."""
    origins: tuple[str, ...] = ()
    """Attached: further origins, `api http://localhost:4101 → http://localhost:4000`."""
    tenant: str = ""
    """The URL of an app that logs in here as a tenant's; empty: there is none."""
    tenant_env: str = ""
    """The file that has the tenant's environment."""
    control_url: str = ""
    """Attached: where commands and events are; empty: at `base_url`."""
    may_write: bool = True
    """False: attached read-only, the app's store is not changed."""


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
    watched_by: str = ""
    """By what means changes of others are heard of; empty: this event is not about that."""
    has_more: bool = False
    """It has more rows than are listed."""
    about: str = ""
    """About how many rows it has, in words with the error; empty: all are listed, or not known."""
    found: str = ""
    """What is there, where no row of a known layout is: key patterns, tables."""
    commands: float | None = None
    """Commands a second that the watching sends to its engine, where `watched_by` is given; None:
    not counted (yet). Reported anew when it has changed by half, every ten seconds at most."""
    is_chosen: bool = False
    """Of several stores this is the one that is watched from now on."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRun(Header):
    """A person or script asked for something; `cause` is its own id."""

    command: str
    is_ok: bool
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioTold(Header):
    """A scenario did a step, or came to its verdict."""

    scenario: str
    text: str
    is_ok: bool
    is_verdict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamStateChanged(Header):
    """The app behind the proxy went away, or answers (again)."""

    upstream: str
    is_up: bool
    reason: str = ""
    """Why it is not; when it is: how that is known, empty for an answer of its own."""
    is_unusable: bool = False
    """Not up, though something takes connections there: attach cannot talk to it."""
    beside: str = ""
    """Name of another origin beside the app, which this is about; empty: the app itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppAddressSeen(Header):
    """A redirect to a provider named the host that logins of the app behind the proxy return to."""

    base_url: str
    """The proxy under that host: what people should open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangesSkipped(Header):
    """So many exchanges came at once that some were relayed and not reported."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFailed(Header):
    """A part of the watching failed; it was told, and goes on or was started again."""

    task: str
    reason: str
    """What kind of error, and where; never its text, which could hold a secret."""
    count: int = 1
    """How often this task has failed in this run."""


ServerEvent: TypeAlias = (
    ServerStarted
    | CarrierSwitched
    | StoreStateChanged
    | ClockMoved
    | KeysRotated
    | PluginFailed
    | CommandRun
    | ScenarioTold
    | UpstreamStateChanged
    | AppAddressSeen
    | ExchangesSkipped
    | WatchFailed
)
