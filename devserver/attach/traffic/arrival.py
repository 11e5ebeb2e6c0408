"""A request that arrived and the response to it, as far as their cookies go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from session_inspector.devserver.attach.facts import CookieEnd
from session_inspector.devserver.attach.traffic.endings import (
    WITHOUT_USER,
    GoneRow,
    ReplacedId,
    SeenEnding,
    how_emptied,
    is_cleared,
)
from session_inspector.devserver.attach.traffic.learned import (
    LearnedEnd,
    LearnedSession,
    Moment,
    digest_of,
)
from session_inspector.devserver.cookies.jstext import decode_component
from session_inspector.devserver.cookies.lifetimes import cookie_end
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.bundles import are_one_value
from session_inspector.devserver.decoders.evidence import NO_SECRET

BOOKKEEPING = frozenset({"exp", "iat", "nbf", "jti", "uat"})
"""Members that each write changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSession:
    """A session that a jar holds."""

    name: str
    found: Decoded
    """With the cookies of all its tokens, and what is in the first that can be read."""
    beside: tuple[Decoded, ...] = ()
    """Its other tokens."""
    own: tuple[str, ...] = ()
    """The cookies of the token that is read; empty: all of its cookies."""

    @property
    def own_cookies(self) -> tuple[str, ...]:
        """The cookies whose clocks are its own: those of its other tokens have theirs."""
        return self.own or tuple(self.found.cookies)

    @property
    def content(self) -> JsonObject:
        """What is in all its tokens: by what changes here, a write has changed something."""
        found = self.found.traits.without_clocks(self.found.payload)
        for one in self.beside:
            found[f"in {one.cookies[0]}"] = {
                name: member for name, member in one.payload.items() if name not in BOOKKEEPING
            }
        return found

    def joined_with(self, other: Decoded) -> NamedSession:
        """Return it with the cookies of another token of the same session."""
        first = self.found
        second = other
        own = self.own_cookies
        if first.problem and not second.problem and not _is_readable(first, second):
            first = other
            second = self.found
            own = tuple(other.cookies)
        cookies = (*self.found.cookies, *other.cookies)
        found = replace(first, cookies=cookies)
        return replace(self, found=found, beside=(*self.beside, second), own=own)


def _is_readable(one: Decoded, token: Decoded) -> bool:
    """Check for a session of another format that can be read: only its secret was not told."""
    return bool(one.payload) and one.problem == NO_SECRET.code and one.family != token.family


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A request that arrived, and the sessions its cookies hold."""

    exchange: str
    at: Seconds
    jar: Mapping[str, str]
    """As the app reads it: of equal names one."""
    request: str = "GET /"
    """Method and path."""
    host: str = ""
    """Which app was asked."""
    browser: str = ""
    """Digest of what the client claims to be."""
    learned: LearnedSession | None = None
    """The learned session that the cookies belong to."""
    beside: Sequence[LearnedSession] = ()
    """Further ones, of other cookies."""
    sessions: Sequence[NamedSession] = ()
    others: Sequence[Decoded] = ()
    over: Mapping[str, SeenEnding] = field(default_factory=dict)
    """Those of its sessions that were over when it came."""
    gone: frozenset[str] = frozenset()
    """Those that the app had refused before, or whose row was not there any more."""
    rows_gone: Mapping[str, GoneRow] = field(default_factory=dict)
    """Those of its sessions whose row had gone before it came."""
    unlisted: frozenset[str] = frozenset()
    """Ids that nothing has shown to be a session's: anybody may have made them up."""
    first: frozenset[str] = frozenset()
    """Those of its sessions that no response has set, and no request before it has brought."""
    used: frozenset[str] = frozenset()
    """Those of its sessions that the app has accepted before, on a page that is not for anybody."""
    others_needed: frozenset[str] = frozenset()
    """Those of its sessions that its page does not need: it needs one of another login."""
    run_out: frozenset[str] = frozenset()
    """Those of its sessions of which a clock had run out."""
    replaced: Mapping[str, ReplacedId] = field(default_factory=dict)
    """Those of its sessions of which it brings an id that a response had replaced."""
    outdated: frozenset[str] = frozenset()
    """Those of which another browser has a later content: a refusal is one of a copy."""

    @property
    def strange(self) -> frozenset[str]:
        """Those of its sessions that its cookies do not carry: their answer is judged apart."""
        return self.unlisted | self.replaced.keys()

    @property
    def session(self) -> str:
        """The session it was about first of all."""
        return self.sessions[0].name if self.sessions else ""

    @property
    def users(self) -> list[NamedSession]:
        """Its sessions, but those that its page does not need, as cookies that know visitors."""
        visitors = {one.name for one in self.all_learned if one.knows_visitors}
        unneeded = visitors | self.others_needed
        return [one for one in self.sessions if one.name not in unneeded]

    @property
    def all_learned(self) -> Sequence[LearnedSession]:
        """All learned sessions that its cookies belong to."""
        if self.learned is None:
            return self.beside
        return (self.learned, *self.beside)

    def learned_as(self, name: str) -> LearnedSession | None:
        """Return the learned session of a name; None: it is none of them."""
        return next((one for one in self.all_learned if one.name == name), None)

    @property
    def live_session(self) -> str:
        """That session, unless it is a learned one that is over."""
        learned = self.learned
        if learned is not None and learned.ended is not None and learned.name == self.session:
            return ""
        return self.session


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieAnswer:
    """The response to a request, as far as its cookies go."""

    arrival: Arrival
    at: Seconds
    lines: Mapping[str, SetCookie]
    """By name, the last of each."""
    status: int = 200
    is_leaving: bool = False
    """It redirects to another host: what it sets is for a login under way."""
    location: str = ""
    """Where it redirects to."""
    clock_offset: Seconds = 0.0
    """How far the app's clock is ahead of ours."""
    of_login: frozenset[str] = frozenset()
    """Names of its cookies that hold what that redirect carries to a provider."""
    beside: frozenset[str] = frozenset()
    """Names of its cookies that take no other's place: the browser has the value before, too."""
    equal: frozenset[str] = frozenset()
    """Names of its cookies whose value another cookie has, of another path or domain."""
    refused: frozenset[str] = frozenset()
    """The sessions of the request that it refuses, whatever it sets besides."""
    is_turned_away: bool = False
    """It turns away who asked, with a session or without: what it sets is nobody's."""
    asks_other: bool = False
    """It asks for another credential than a cookie (HTTP Basic): a 401 of it is of that one."""
    of_visitors: frozenset[str] = frozenset()
    """Names of its cookies that visitors have too, beside a session that they have not: a cart."""
    nobody: frozenset[str] = frozenset()
    """Names of its cookies that say that nobody is there: `lines` has them as empty."""

    @property
    def deleted(self) -> list[str]:
        """The names of the cookies that it deletes or empties."""
        return [name for name, line in self.lines.items() if is_cleared(line, self.at)]

    @property
    def given(self) -> set[str]:
        """The names of the cookies that it sets, with a value."""
        return {name for name, line in self.lines.items() if not is_cleared(line, self.at)}

    @property
    def resent(self) -> set[str]:
        """The names of the cookies that it sets again as the request has brought them."""
        values = {name: decode_component(self.lines[name].value) for name in self.given}
        return {name for name, value in values.items() if self.arrival.jar.get(name, "") == value}

    @property
    def changed(self) -> set[str]:
        """The names of the cookies that it deletes, or gives a value that was not there."""
        return self.lines.keys() - self.resent

    def how_emptied(self, session: str) -> str:
        """Return how a session's cookies are left without one in the browser; empty: they go."""
        found = next((one.found for one in self.arrival.sessions if one.name == session), None)
        if found is not None and not self.nobody.isdisjoint(found.cookies):
            return WITHOUT_USER
        return how_emptied(found, self.lines, self.at)

    @property
    def moment(self) -> Moment:
        """The response, as it is learned from."""
        asked = self.arrival
        return Moment(exchange=self.cause, at=self.at, request=asked.request, browser=asked.browser)

    @property
    def cause(self) -> str:
        """The exchange."""
        return self.arrival.exchange

    @property
    def presented(self) -> frozenset[str]:
        """Digests of the cookies that the request brought."""
        return frozenset(digest_of(name, value) for name, value in self.arrival.jar.items())

    @property
    def as_ending(self) -> LearnedEnd:
        """The response, as the end of a session."""
        return LearnedEnd(
            exchange=self.cause,
            at=self.at,
            status=self.status,
            presented=self.presented,
            path=self.moment.path,
        )

    def is_late(self, ending: LearnedEnd) -> bool:
        """Check whether a request with the same values has ended the session meanwhile."""
        return self.arrival.at <= ending.at and bool(self.presented & ending.presented)

    @property
    def overwritten(self) -> list[NamedSession]:
        """The sessions of the request, but those whose cookies lie beside the new ones."""
        strange = self.arrival.strange
        sessions = [one for one in self.arrival.sessions if one.name not in strange]
        return [one for one in sessions if self.beside.isdisjoint(one.found.cookies)]

    @property
    def dead(self) -> frozenset[str]:
        """The sessions of the request that were over, refused or without their row."""
        return self.arrival.gone | self.arrival.over.keys()

    def previous_of(self, one: NamedSession) -> str:
        """Return the session whose cookies a write took; empty: none, or its own."""
        rule = one.found.traits.chunks
        for before in (before for before in self.overwritten if before.name != one.name):
            if are_one_value(before.found.cookies, one.found.cookies, rule):
                return before.name
        return ""

    def browser_end_of(self, one: NamedSession) -> CookieEnd | None:
        """Return when the browser forgets a session's own cookie; None: it was not set here."""
        lines = [self.lines[name] for name in one.own_cookies if name in self.lines]
        if not lines:
            return None
        first = lines[0]
        return CookieEnd(cookie_end(first, self.at), is_by_expires=first.max_age is None)

    def gives(self, found: Decoded) -> bool:
        """Check whether it sets cookies to other values than the request has brought."""
        return not self.changed.isdisjoint(found.cookies)

    def has_any_of(self, found: Decoded) -> bool:
        """Check whether the response set or deleted a cookie of a session."""
        return any(name in self.lines for name in found.cookies)

    def line_of(self, found: Decoded) -> SetCookie:
        """Return the first line that is about a session."""
        return next(self.lines[name] for name in found.cookies if name in self.lines)

    def value_of(self, found: Decoded) -> str:
        """Return what the response wrote into the cookies of a session, joined."""
        lines = [self.lines[name] for name in found.cookies if name in self.lines]
        return "".join(decode_component(line.value) or "" for line in lines)


def is_only_id(found: Decoded) -> bool:
    """Check for a cookie that holds the id of a session, and nothing of what is in it."""
    return bool(found.session_id) and found.payload.keys() <= {"id"}
