"""What happens to a session: loaded, refused, written, over, seen in its store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.core.events.base import (
    EndReason,
    Header,
    Origin,
    SessionFacts,
    TimerName,
    WriteReason,
)
from session_inspector.devserver.core.values import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLoaded(Header):
    """A request presented a live session."""

    sub: str
    origin: Origin = "told"
    """`told`: our engine has accepted it. `rule`: its cookie opens and has not ended; whether the
    app accepts it only the response shows. `seen`: the app had refused it, and has answered a
    request that brought it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRefused(Header):
    """A request presented a session cookie that does not count: perhaps of no session at all."""

    code: str
    """inactivity, absolute, ceiling, revoked, gone, a SealError code, or the status by which an app
    refused it (`401`); unasked: a page that is no logout took its cookie away."""
    reason: str
    """One sentence for people."""
    origin: Origin = "told"
    """`told`: our engine has refused it. `seen`: the app has. `read`, `rule`: by its row, or by its
    cookie, it does not count; whether the app refuses it only the response shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionAnswered(Header):
    """The app has refused a session, and answered another page to it: perhaps anybody gets that."""

    refused: str
    """The request that was refused: method and path."""
    refused_by: str
    """The exchange of it."""
    request: str
    """The request that was answered."""
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionNotOpened(Header):
    """A session cookie is not verified: no secret that is known fits. The app may accept it."""

    code: str
    """no_secret: none is known to be this app's; wrong_secret: one is, and does not open it."""
    reason: str
    """One sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWritten(Header):
    """A session was created, rolled or changed; `facts` is what it is now."""

    reason: WriteReason
    facts: SessionFacts
    previous: str = ""
    """At a login: the fingerprint of the session that was replaced. At a rotation: of the row whose
    id was drawn anew."""


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
    copy: str = ""
    """Where else the app may find it, though its row is deleted; empty: nowhere that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockForced(Header):
    """Somebody expired one clock of one session by hand."""

    clock: TimerName


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRestored(Header):
    """A clock that somebody had expired by hand is what it was before."""

    clock: TimerName


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSeen(Header):
    """A session was found: in the store, or by a request that brought it (`cause`)."""

    facts: SessionFacts
    since: Seconds = 0
    """When its row was not so yet, at the look before; 0: not known."""
    taken_from: str = ""
    """The user whose place another one has taken in its row since the look before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRead(Header):
    """A session's row had changed when it was read after a response, with others under way."""

    facts: SessionFacts
    before: SessionFacts
    """As it was at the read before."""
    beside: tuple[str, ...] = ()
    """The exchanges of the session that were under way with the one that was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionVanished(Header):
    """A session that was in the store is there no more, and not by our doing."""

    reason: str = ""
    is_by_hand: bool = False
    """Its end was put into the past by a command, and the store dropped the row."""
    is_deleted: bool = False
    """Somebody deleted the row: its end had not come."""
    seen_at: Seconds = 0
    """When it was there, at the look before; 0: not known."""
    name: str = ""
    """Whose it was, as its row was read last; empty: that was not kept."""
    copy: str = ""
    """Where else the app may find it; empty: nowhere that is known."""
    row_of: str = ""
    """The session whose row it is, as a request has shown: nothing went; empty: it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieReused(Header):
    """A request presented a value of a cookie that a response had replaced."""

    name: str
    digest: str
    """Of the value."""
    replaced_by: str
    """The exchange whose response replaced it."""
    replaced_at: Seconds
    is_parallel: bool
    """The request was sent before that response came."""
    outcome: Literal["ended", "refused", "accepted", "unknown"]
    """What the app made of it: it deleted the session's cookies, refused, or took it; `unknown`:
    the page that was asked for need not read it."""
    status: int = 0
    renews: bool = True
    """It renews others, as a refresh token does; False: it is the session's id, or its data."""


ShownOutcome: TypeAlias = Literal["accepted", "answered", "refused", "public", "unknown"]
"""`public`: the app answers that request so without a session as well. `answered`: whether that
request needs a session was not seen. `accepted`: it does, without one it was turned away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionShownAgain(Header):
    """A request brought the cookies of a session that was over: a copy of what had gone."""

    names: tuple[str, ...] = ()
    ended: EndReason | Literal["gone", "refused"]
    """`gone`: a look into the store has not found its row any more. `refused`: the app has refused
    it, and deleted its cookie."""
    ended_by: str
    """The exchange or command that ended it; empty: that was not seen."""
    ended_at: Seconds
    outcome: ShownOutcome
    """What the app's answer shows."""
    request: str = ""
    """Method and path."""
    status: int = 0
    proven_by: str = ""
    """The later exchange that has shown that this answer needs a session; empty: it was known."""


LeftOutcome: TypeAlias = Literal["accepted", "renewed", "unknown", "silent"]
"""`accepted`: the session lives on. `renewed`: a cookie that the logout had deleted was set anew;
whether somebody is logged in to it is not known, as visitors may get one too. `unknown`: the answer
to the logout itself, which deleted nothing: whether it has ended the session is not known.
`silent`: nor is it by an answer that does not set the cookie any more, as it did before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieLeft(Header):
    """A logout left a cookie of its session; what a request that brings it shows is `outcome`."""

    names: tuple[str, ...]
    """What the logout left."""
    deleted: tuple[str, ...]
    """What it deleted; empty: nothing."""
    left_by: str
    """The exchange of the logout."""
    left_at: Seconds
    outcome: LeftOutcome
    """What that answer shows."""
    request: str = ""
    """Method and path."""
    status: int = 0


Verdict: TypeAlias = SessionLoaded | SessionRefused | SessionNotOpened | SessionShownAgain
"""What was said of a session that a request brought."""
SessionEvent: TypeAlias = (
    SessionLoaded
    | SessionRefused
    | SessionAnswered
    | SessionNotOpened
    | SessionWritten
    | SessionWriteRefused
    | SessionResurrected
    | SessionDestroyed
    | ClockForced
    | ClockRestored
    | SessionSeen
    | RowRead
    | SessionVanished
    | CookieReused
    | SessionShownAgain
    | CookieLeft
)
