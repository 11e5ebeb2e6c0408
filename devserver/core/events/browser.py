"""What a real browser that is watched says and shows: its jar, and what it did with cookies.

Only the origins that were asked for: nothing else of the browser is in an event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.core.events.base import Header, Origin
from session_inspector.devserver.core.values import Seconds, Secret

WatchState: TypeAlias = Literal["starting", "watching", "lost", "closed"]
"""`lost`: it went away or crashed, and is looked for again; `closed`: a person has closed it."""
JudgedAs: TypeAlias = Literal["kept", "changed", "dropped", "deleted", "missing"]
"""`missing`: not in the jar, though neither the browser nor a rule that we know drops it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCookie:
    """One cookie in the jar of a real browser."""

    name: str
    value: Secret
    domain: str
    """The host itself when `is_host_only`."""
    is_host_only: bool
    path: str
    size: int
    """Bytes of name and value."""
    ends: Seconds | None = None
    """As the browser holds it; None: with the browser."""
    secure: bool = False
    http_only: bool = False
    same_site: str = ""
    partition: str = ""
    """The site of the page that it is only for; empty: it is not partitioned."""
    is_partition_crossed: bool = False
    """True: a page of another site stands around its frame, as the partition's key says."""
    source_port: int = 0
    """Of the server that set it, where the browser keeps it; cookies ignore ports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentCookie:
    """One cookie that a browser has and did not send."""

    name: str
    why: str
    """In words."""
    reasons: tuple[str, ...]
    """The browser's own; empty: `why` is from a rule."""
    domain: str = ""
    """The host that it is of, where that is not the one that was asked."""
    is_third_party: bool = False
    """True: a frame or a script of another site's page asked, and that is why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserStateChanged(Header):
    """A watched browser is there, went away, or comes back."""

    browser: str
    """Name and version: `Chromium 156`."""
    state: WatchState
    reason: str = ""
    origins: tuple[str, ...] = ()
    """What is watched; of anything else nothing is kept."""
    gives_reasons: bool = True
    """False: its protocol gives none (Firefox); where one is named it is from a rule."""
    is_over: bool = False
    """True: it was for a scenario only; none is watched now."""
    has_window: bool = True
    """False: we have started it without one, as asked or where no display is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JarSeen(Header):
    """The jar of a watched browser is now this one, for the origins that were asked for."""

    browser: str
    cookies: tuple[HeldCookie, ...]
    page: str = ""
    """The origin of the page that was asked what it can read; empty: none was open."""
    readable: tuple[str, ...] = ()
    """What `document.cookie` has there."""
    equal_names: tuple[str, ...] = ()
    """Names that several cookies of one host have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieJudged(Header):
    """What a watched browser did with one Set-Cookie line."""

    browser: str
    url: str
    """Of the response, without its query."""
    name: str
    value: Secret
    verdict: JudgedAs
    why: tuple[str, ...] = ()
    """In words; of a kept cookie empty."""
    reasons: tuple[str, ...] = ()
    """The browser's own; empty: it gives none."""
    fix: str = ""
    origin: Origin = "seen"
    """Where `why` is from: `rule` when the browser gives no reason."""
    path: str = ""
    """The path of the cookie."""
    top: str = ""
    """The site of the page around a frame; empty: none."""
    domain: str = ""
    """The attribute, as the line has it; empty: none."""
    is_third_party: bool = False
    """True: another site's page is around it, and without that it would be kept (a rule)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CookiesNotSent(Header):
    """A watched browser made a request without cookies it has for that host, or for a neighbour."""

    browser: str
    method: str
    url: str
    """Without its query."""
    cookies: tuple[UnsentCookie, ...]
    top: str = ""
    """The site of the page around it, where that is another one; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieIssueSeen(Header):
    """A watched browser warns of a cookie."""

    browser: str
    name: str
    url: str
    code: str
    """The browser's own word."""
    why: str
    fix: str = ""
    is_warning: bool = False
    """True: the cookie works today."""


BrowserEvent: TypeAlias = (
    BrowserStateChanged | JarSeen | CookieJudged | CookiesNotSent | CookieIssueSeen
)
