"""One fact of a session: what is so, until when, and where that is known from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from session_inspector.devserver.core.events.base import Origin, TimerName
from session_inspector.devserver.core.values import Seconds

MEANING: Mapping[Origin, str] = {
    "seen": "on the wire",
    "read": "from the store",
    "inside": "a claim of what was opened",
    "rule": "computed, from a setting",
    "told": "by our own engine or provider",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Whether something lives, until when, and what shows it."""

    is_alive: bool | None
    """None: it cannot be known from here, or there is no such thing."""
    origin: Origin
    evidence: str
    """What shows it, in a few words: `Set-Cookie in x7`."""
    ends: Seconds | None = None
    """Until when; None: no end is known."""
    why: str = ""
    """Why it is dead, or why nobody knows; empty while it lives, and where its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFact:
    """One clock of a session."""

    name: TimerName
    ends: Seconds | None
    """None: never, or it does not run."""
    ends_session: bool = False
    origin: Origin
    evidence: str = ""
    where: str = ""
    """The member that holds it, of a clock inside a row; of a token's, the cookie."""
    rule: str = ""
    """By which rule it was computed, where nothing holds it."""
    is_assumed: bool = False
    """That rule is a framework's default, which the app may have changed."""
    clock_offset: Seconds = 0.0
    """Seconds that the app's clock, by which it ends, is ahead of ours."""
    stopped: str = ""
    """Why it does not run: what it counts is dead. Empty: it runs, or has run out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowState:
    """What was last heard of a session's row."""

    is_there: bool
    at: Seconds
    origin: Origin
    evidence: str
    why: str = ""
    """Why it is gone."""
    refused: str = ""
    """Why its framework cannot read it, though it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieSent:
    """The last request that brought a cookie of a session."""

    exchange: str
    client: str
    at: Seconds
    seq: int
    names: frozenset[str]
    """Of all cookies it brought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostCookie:
    """A cookie that its browser has no more."""

    at: Seconds
    seq: int
    origin: Origin
    why: str
    evidence: str = ""
    """What shows it; empty: `why` says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProviderSession:
    """A session at the provider, as the provider reports it."""

    expires: Seconds
    ended: Seconds | None = None
    """When its browser signed out there; None: it has not."""
