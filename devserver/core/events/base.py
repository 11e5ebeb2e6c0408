"""The parts events are made of: what a session and its clocks are at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from session_inspector.devserver.core.values import Seconds, Secret, ShownObject

Kind: TypeAlias = Literal["stateless", "stateful"]
SessionKind: TypeAlias = Kind | Literal["unknown"]
"""`unknown`: whether the cookie holds the session or names a row cannot be seen."""
COOKIES_BESIDE = "cookies of unknown format"
"""Member of a session's content: cookies that came with its own, and what set each."""
TOKENS_BESIDE = "tokens that renew it"
"""Member of a session's content: cookies with tokens that renew its own, and what set each."""
WriteReason: TypeAlias = Literal[
    "login",
    "created",  # no login was seen
    "begun",  # a user is in it that was there: nobody's, or another's whose id stays
    "roll",
    "refresh",
    "update",
    "migrate",
    "rotate",
]
EndReason: TypeAlias = Literal[
    "logout",
    "replaced",
    "revoked",
    "back-channel",
    "inactivity",
    "absolute",
    "ceiling",
    "pruned",
    "reuse",  # of a cookie that a response had replaced
]
Origin: TypeAlias = Literal[
    "seen",  # a line on the wire, with its exchange
    "read",  # from a store, at a moment
    "inside",  # a claim of what was opened
    "rule",  # computed, from a setting
    "told",  # by our own engine or provider
]
"""Where a fact is from."""
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
    "inside",  # an end that a row of another framework keeps inside itself
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """One clock of a session."""

    name: TimerName
    ends: Seconds | None
    """Unix seconds; None: never (a browser-session cookie, a row without expiry)."""
    ends_session: bool = False
    """True when the session is over at that moment (an access token's end is not the session's)."""
    where: str = ""
    """The member that holds it, of a clock inside a row: `cookie.expires`; of a token's, the cookie
    that it lies in, beside the session's own."""
    rule: str = ""
    """By which rule it was computed, where nothing holds it; empty: it was read."""
    cookies: tuple[str, ...] = ()
    """The cookies whose end it is, where several carry the session; empty: each of them."""
    is_assumed: bool = False
    """That rule is the framework's default: the app may have set another."""
    clock_offset: Seconds = 0.0
    """Seconds that the app's clock, by which it ends, is ahead of ours; `ends` is by ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """What a session was right after it was written, or found in a store."""

    kind: SessionKind
    sub: str
    name: str = ""
    """The user's name or e-mail, for people; `sub` when there is neither."""
    sid: str = ""
    created_at: Seconds = 0
    written_at: Seconds = 0
    size: int = 0
    """Bytes of the session as its row or cookie has it."""
    encoding: str = "JSON"
    """How these are written; empty: in no way that is known here."""
    timers: tuple[Timer, ...] = ()
    data: ShownObject = field(default_factory=dict)
    """user, tokenSet, internal, …, credentials masked."""
    key: Secret | None = None
    """The id in the store; None for a stateless session."""
    unusable: str = ""
    """Why its framework cannot read its row, and so refuses it; empty: it can, or nobody knows."""
    layout: str = ""
    """Whose row it has in an app's store; empty: one of nextjs-auth0's, or none was read."""
    unverified: str = ""
    """Which check of its cookie is missing, in a sentence; empty: it was checked, or is an id."""
    login: str = ""
    """The exchange by which its login was seen, at `created_at`; empty: its content says when."""
    visitor: str = ""
    """Why it is no session but a visitor's: nobody is logged in to it. Empty: it is one, or that is
    not known."""
    clock_offset: Seconds = 0.0
    """Seconds that its app's clock, by which the ends inside are meant, is ahead of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What every event has; see the module."""

    at: Seconds
    cause: str = ""
    session: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieSeen:
    """One cookie of a request: its name and the bytes of its value."""

    name: str
    size: int
    head: str = ""
    """Its value, where that only announces chunks: `chunks-2`."""
