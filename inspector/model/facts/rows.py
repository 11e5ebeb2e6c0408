"""What the screens draw: frozen rows, computed by `views/` and `boards/` from a State.

Widgets receive tuples of these and know nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.core.events.base import (
    Origin,
    SessionKind,
    TimerName,
)
from session_inspector.devserver.core.values import Seconds, Secret

Life: TypeAlias = Literal[
    "live",
    "expired",
    "revoked",
    "logged-out",
    "replaced",
    "gone",
    "refused",
    "unusable",
    "accepted",
    "in-doubt",
    "visitor",
]
"""`visitor`: nobody is logged in to it. `refused`: the last request that brought it was, and
nothing has ended it. `accepted`: its row is gone, or it was logged out or replaced, and the app
accepts it, or a copy of it, all the same. `in-doubt`:
its row is gone, and the app has answered; or it was asked to end, or refused at one page and
answered at another, and nothing shows whether it lives."""
WatchMode: TypeAlias = Literal["lab", "app", "store"]
"""What is watched: the lab, an app behind the proxy, or a store alone."""
Tone: TypeAlias = Literal["plain", "good", "warn", "bad", "dim", "accent"]
Line: TypeAlias = tuple[str, str, str, Tone]
"""(mark, title, detail, tone) of an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOut:
    """How many sessions a clock has ended, and no event yet."""

    live: int = 0
    """Of those that were live."""
    in_doubt: int = 0
    """Of those that were in doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One line of the sessions list."""

    session: str
    """Fingerprint: the row's identity."""
    who: str
    kind: SessionKind
    client: str
    """`lab:alice` for a simulated browser, `Chrome`, … for a real one, `store` when only found."""
    created_at: Seconds | None
    """None: nothing says when it began."""
    size: int
    cookies: int
    """How many live cookies carry it."""
    ends: Seconds | None
    """The earliest clock that ends it."""
    endless: str
    """What stands there when no clock ends it: `never`, `with browser`."""
    ended_by: TimerName | None
    life: Life
    reason: str
    """Why it is over, in a sentence; empty while live."""
    origin: Origin = "rule"
    """Where it is from that it is live, or over."""
    last_request: Seconds | None = None
    """When a request last brought its cookie; None: none has been seen."""
    rolls: int = 0
    """How often only its end was moved."""
    unverified: str = ""
    """Which check of its cookie is missing, in a sentence; empty: none that is known."""
    is_end_assumed: bool = False
    """The clock that ends it is a framework's default: the app may have set another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerRow:
    """One clock of the expiry ladder."""

    name: TimerName
    label: str
    ends: Seconds | None
    left: str
    """`23:59:41`, `expired 3 s ago`, `never`."""
    ends_session: bool
    is_first: bool
    """This one ends the session."""
    is_forced: bool
    is_past: bool
    share: float
    """0..1: where its end stands on the common, logarithmic axis that starts now; 0: past."""
    note: str
    """What it means, in a few words; or what it disagrees with; or why it does not run."""
    origin: Origin
    evidence: str
    """What shows it: `Set-Cookie in x7`."""
    is_stopped: bool
    """It counts something that is dead: it does not run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lamp:
    """Whether one thing of a session lives."""

    name: str
    how: str
    """`● alive`, `○ dead`, or why it is not known."""
    tone: Tone
    origin: Origin
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieRow:
    """One cookie of a session."""

    name: str
    size: int
    line_size: int
    chunk: int | None
    """Index when it is a chunk."""
    attributes: str
    value: Secret
    ends: Seconds | None
    is_deleted: bool
    """It is dead, and not because its time is over."""
    is_alive: bool
    origin: Origin
    evidence: str
    """What shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One line of a detail panel: decoded content, store row, token claims."""

    depth: int
    label: str
    value: str
    """Safe for drawing: control and bidi characters made visible."""
    tone: Tone = "plain"
    secret: Secret | None = None
    """Set when the value is masked and can be revealed."""
    explain: str = ""
    """What the line means and what to do, for the pane below; empty: nothing."""
    key: str = ""
    """Identity of the row where its text changes; empty: the text is the identity."""
    lead: tuple[tuple[str, Tone], ...] = ()
    """Pieces that stand before the label in tones of their own: a time, a mark, lanes."""
    session: str = ""
    """Which session the line is of: keys act on it while the cursor is there. Empty: of none."""
    exchange: str = ""
    """The request that the line is of, or that caused it; empty: none."""
    query: str = ""
    """The filter that lists the sessions a line counts; empty: there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """One event of the timeline."""

    seq: int
    at: Seconds
    clock: str
    """`12:00:01.830`"""
    mark: str
    """One character: → request, ← response, ✚ written, ↻ rolled, ✖ destroyed, …"""
    title: str
    detail: str
    cause: str
    """What made it happen, for people: `GET /protected (lab:alice)`, `you: revoke`."""
    session: str
    """Which session it is of; empty: of none."""
    exchange: str
    """The request that caused it; empty: none."""
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """What the header shows of the lab as a whole."""

    base_url: str
    issuer: str
    kind: str
    """How sessions travel: `stateful`, `stateless`; of an app also `format unknown`."""
    store: str
    is_store_up: bool
    store_reason: str
    offset: str
    """`+1 d 02:00:00` of time travel; empty when there is none."""
    live: int
    """Those too that have ended, and which the app accepts all the same."""
    over: int
    users: tuple[str, ...]
    upstream: str
    """Attached: the app behind, or that it is down; empty: the lab."""
    is_upstream_up: bool
    mode: WatchMode
    control_url: str
    """Where others can watch it: `attach --events`."""
    policy: str
    """`rolling · 1 d idle · 3 d absolute`"""
    knobs: str = ""
    """How the provider misbehaves on purpose; empty: it does not."""
    failures: int = 0
    """How often a part of the watching has failed."""
    visitors: int = 0
    """What only visitors have, and nobody is logged in to: neither live nor over."""
    in_doubt: int = 0
    """Sessions of which it is not known whether they live."""
    browser: str = ""
    """The real browser that is watched, and how it is; empty: none."""
    is_browser_up: bool = True
    app_lamp: str = "AWAY"
    """What an app that is not up is called."""
