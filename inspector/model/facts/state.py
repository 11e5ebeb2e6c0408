"""All the terminal app knows: a frozen snapshot; `fold/update.py` makes the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from session_inspector.devserver.core.events.base import (
    Kind,
    Origin,
    SessionFacts,
    TimerName,
)
from session_inspector.devserver.core.events.exchange import CookieSet, ExchangeStarted
from session_inspector.devserver.core.events.process import (
    AppEnded,
    AppListensElsewhere,
    ProcessEvent,
)
from session_inspector.devserver.core.events.server import ScenarioTold
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.alarms import AlarmMemory, CookieKey
from session_inspector.inspector.model.facts.browser import RealBrowserFacts
from session_inspector.inspector.model.facts.fact import (
    CookieSent,
    KnownProviderSession,
    LostCookie,
    RowState,
)
from session_inspector.inspector.model.facts.families import TokenFamilies
from session_inspector.inspector.model.facts.flows import Flows
from session_inspector.inspector.model.facts.grants import GrantFlows
from session_inspector.inspector.model.facts.kept.entries import Stores
from session_inspector.inspector.model.facts.kept.known_sessions import KnownSessions
from session_inspector.inspector.model.facts.kept.stored_log import StoredLog
from session_inspector.inspector.model.facts.links import Links
from session_inspector.inspector.model.facts.logs import MILLION, Log
from session_inspector.inspector.model.facts.pulse import Pulse
from session_inspector.inspector.model.facts.recent import Recent
from session_inspector.inspector.model.facts.rows import Life
from session_inspector.inspector.model.facts.sessions.users import (
    FormerUser,
    name_user,
    name_user_at,
)
from session_inspector.inspector.model.facts.sweeps import CookieSweep

NOT_FINAL: tuple[Life, ...] = ("refused", "accepted", "in-doubt")
"""Ends that may be followed by more."""
OUTPUT = 20_000
"""Lines of the app's output that are kept."""
EXCHANGES = 50_000
"""Requests whose method and path are kept, for the lines that they caused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a session ended."""

    life: Life
    at: Seconds
    reason: str
    origin: Origin = "told"
    is_by_clock: bool = False
    """A request found a clock over. It says nothing of a moment before that, to which one may
    travel back."""
    was: Ended | None = None
    """How it ended, of a session that the app accepts all the same, or may."""
    logout: str = ""
    """The exchange that asked to log out and left its cookie; empty: there is none."""
    copy_refused: Seconds = 0.0
    """When the app has last refused a copy of it: that it accepted one before is proven later at
    times."""

    @property
    def is_final(self) -> bool:
        """Whether it has ended for good: a refusal or a clock may be followed by more."""
        return not self.is_by_clock and self.life not in NOT_FINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSession:
    """One session, as far as events have shown it."""

    session: str
    facts: SessionFacts
    client: str
    """`lab:alice`, `Chrome`, or `store` when it was only found there."""
    ended: Ended | None = None
    cookies: Mapping[CookieKey, CookieSet] = field(default_factory=dict)
    """The last line that set each cookie: a deletion of another path or domain is of another one,
    which only its own line shows."""
    overwritten: Mapping[CookieKey, CookieSet] = field(default_factory=dict)
    """The line before the last one of each cookie."""
    lost: Mapping[CookieKey, LostCookie] = field(default_factory=dict)
    """Cookies of those that their browser has no more."""
    sent: CookieSent | None = None
    row: RowState | None = None
    """None: nobody has looked, or there is none."""
    changed: Seconds = 0.0
    """When something was last done to it, by the machine's own clock: a look into the store that
    began before that shows what was."""
    previous: str = ""
    """The session whose place it took."""
    forced: Mapping[TimerName, Seconds] = field(default_factory=dict)
    """Clocks that somebody expired by hand, and when."""
    writes: int = 0
    rolls: int = 0
    """Writes that only moved its end."""
    is_resurrected: bool = False
    former: tuple[FormerUser, ...] = ()
    """Users whose place in its row others have taken, the first one first."""

    @property
    def user(self) -> str:
        """Who is in it, for people; empty: nobody, as far as is known."""
        return name_user(self.facts)

    def user_at(self, at: Seconds) -> str:
        """Return who was in it at a moment; both, where that was between two reads of its row."""
        return name_user_at(self.facts, self.former, at)

    @property
    def ending(self) -> Ended | None:
        """What has ended it; of what nobody is logged in to, that it is a visitor's. None: neither.

        Whether an app refuses a visitor's cookie, and whether its time is over, ends no session.
        """
        facts = self.facts
        if not facts.visitor or (self.ended is not None and self.ended.is_final):
            return self.ended
        return Ended(
            life="visitor", at=facts.written_at, reason=facts.visitor, origin=_visitor_origin(facts)
        )


def _visitor_origin(facts: SessionFacts) -> Origin:
    """Return where it is from that nobody is logged in: from a login, a row, or a cookie."""
    if facts.kind == "unknown":
        return "rule"
    if facts.layout:
        return "read"
    return "inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownApp:
    """The app's own process, where it was started here."""

    command: str
    pid: int
    found: str = ""
    """What the app is, in one line."""
    started: Seconds = 0.0
    starts: int = 1
    listening: str = ""
    """Where it was seen to listen; empty: nowhere yet."""
    elsewhere: AppListensElsewhere | None = None
    """It listens, and not where it was said to."""
    ended: AppEnded | None = None
    """None: it runs."""
    errors: int = 0
    """Lines of its that read as errors, since it was started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabState:
    """The lab itself."""

    base_url: str = ""
    issuer: str = ""
    kind: Kind = "stateful"
    store: str = ""
    is_store_up: bool = True
    store_reason: str = ""
    has_more: bool = False
    """The store has more rows than are listed."""
    store_rows: str = ""
    """About how many, in words; empty: not known."""
    store_found: str = ""
    """What the store has instead of rows of a known layout."""
    store_watched: str = ""
    """By what means changes in the store are heard of."""
    store_commands: float | None = None
    """Commands a second that this sends to it; None: not counted."""
    offset: Seconds = 0.0
    users: tuple[str, ...] = ()
    rolling: bool = True
    inactivity: int = 86_400
    absolute: int = 259_200
    knobs: tuple[str, ...] = ()
    """How the provider misbehaves on purpose, a sentence each."""
    origins: tuple[str, ...] = ()
    """Others beside the app, with the proxy before each."""
    tenant: str = ""
    """The app that logs in here as a tenant's; empty: there is none."""
    tenant_env: str = ""
    """The file that has its environment."""
    control_url: str = ""
    """Where others can watch what is watched here; empty: at `base_url`."""
    may_write: bool = True
    """False: attached read-only."""
    upstream: str = ""
    """The app behind the proxy; empty: this is the lab."""
    is_upstream_up: bool = True
    upstream_reason: str = ""
    failures: Mapping[str, int] = field(default_factory=dict)
    """Task of the watching to how often it has failed."""
    is_upstream_unusable: bool = False
    """Not up, though something takes connections there."""


@dataclass(frozen=True, kw_only=True)
class State:
    """Everything; maps and logs are shared by snapshots, which cost no copy.

    What is kept is bounded: see `empty`.
    """

    lab: LabState = field(default_factory=LabState)
    sessions: KnownSessions[KnownSession] = field(default_factory=KnownSessions)
    order: Log[str] = field(default_factory=Log)
    """Sessions as they were first seen, the newest last."""
    over: int = 0
    """Sessions that ended by an event; those a clock ended are found when looking."""
    visitors: int = 0
    """What nobody is logged in to: visitors' cookies and rows."""
    in_doubt: int = 0
    """Sessions whose row is gone, and which the app may accept all the same."""
    timeline: Log[Event] = field(default_factory=Log)
    loud: Log[Event | CookieSweep] = field(default_factory=Log)
    """The timeline without what is shown only for one session; deletions of one response are one
    entry."""
    sweep: tuple[CookieSet, ...] = ()
    """Deletions of one response that may go on."""
    exchanges: Recent[str, ExchangeStarted] = field(default_factory=lambda: Recent(limit=EXCHANGES))
    bearers: int = 0
    """Requests that carried a bearer token."""
    commands: Recent[str, str] = field(default_factory=Recent)
    """Command id to what was asked."""
    provider_sessions: Recent[str, KnownProviderSession] = field(
        default_factory=lambda: Recent(limit=MILLION)
    )
    """By the provider's session id."""
    app: KnownApp | None = None
    """None: nobody started one here."""
    output: Log[ProcessEvent] = field(default_factory=lambda: Log(limit=OUTPUT))
    """What the app wrote, and what happened to its process, the newest last."""
    runs: Log[ScenarioTold] = field(default_factory=Log)
    alarms: AlarmMemory = field(default_factory=AlarmMemory)
    families: TokenFamilies = field(default_factory=TokenFamilies)
    grants: GrantFlows = field(default_factory=GrantFlows)
    flows: Flows = field(default_factory=Flows)
    links: Links = field(default_factory=Links)
    browser: RealBrowserFacts = field(default_factory=RealBrowserFacts)
    pulse: Pulse = field(default_factory=Pulse)
    dropped: int = 0
    """Events that were lost before they could be read."""


def empty(limit: int = MILLION) -> State:
    """Return the state before any event; it will keep the newest `limit` events and sessions.

    Old events are packed, 75 bytes each. The rest (requests, commands, tokens, logins) has bounds
    of its own, of 50,000 to a million small values.
    """
    stores = Stores()
    return State(
        order=Log(limit=limit),
        timeline=StoredLog(stores, is_leading=True, limit=limit),
        loud=StoredLog(stores, limit=limit),
    )
