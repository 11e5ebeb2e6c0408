"""What is learned of sessions: their cookies, how they ended, and the values that were replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from session_inspector.devserver.attach.traffic.endings import LeftByLogout
from session_inspector.devserver.attach.traffic.paths.login_words import LOGINS, REFRESH, RETURNS
from session_inspector.devserver.core.values import Seconds, fingerprint
from session_inspector.devserver.decoders.base import Decoded

VISITS: Seconds = 90 * 86_400
"""Cookies that live longer, and that a page has set which anybody reads, know a visitor again."""


@dataclass(slots=True, kw_only=True)
class Member:
    """A cookie of a learned session."""

    digest: str
    """Of its name and its value now."""
    size: int
    ends: Seconds | None
    """When the browser forgets it; None: with its own session, or not seen."""
    set_by: str
    """The request whose response set it first; empty: that was not seen."""
    is_opaque: bool
    """No decoder knows it, or it is a token that renews the others."""
    token: Decoded | None = None
    """That token, as it was read; None: no decoder knows it."""


def _is_visitors(member: Member) -> bool:
    """Check for a cookie that was set by a page which anybody reads."""
    method, _, path = member.set_by.partition(" ")
    return method in ("GET", "HEAD") and LOGINS.search(path) is None


def _is_before_login(member: Member) -> bool:
    """Check for a cookie that a page has set, and no login; a form may be one by another name."""
    method, _, path = member.set_by.partition(" ")
    return method in ("GET", "HEAD") and RETURNS.search(path) is None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedEnd:
    """The response that deleted the cookies of a session."""

    exchange: str
    at: Seconds
    status: int
    presented: frozenset[str]
    """Digests of what its request brought."""
    path: str
    """Of its request."""
    is_early: bool = False
    """Its request brought no value that counts: the app may have the session still."""


@dataclass(slots=True, kw_only=True)
class LearnedSession:
    """Cookies that belong together."""

    name: str
    began: Seconds
    """When its first cookie was set; 0: that was not seen."""
    members: dict[str, Member] = field(default_factory=dict)
    ended: LearnedEnd | None = None
    renewals: set[str] = field(default_factory=set)
    """Requests whose responses have replaced a value that carries it on."""
    is_reusable: bool = False
    """The app has accepted a value that it had replaced: each of them counts."""
    is_merged: bool = False
    """A login has made a visitor's cookie anew, beside those of its own session."""
    is_beside_login: bool = False
    """A login has set another session, and left these cookies as they were."""
    carriers: set[str] = field(default_factory=set)
    """Cookies that have carried it on without the others: `remember`, when `sid` was gone."""
    refused: set[str] = field(default_factory=set)
    """Digests of values that renew others, which the app has refused where it exchanges them."""
    browser: str = ""
    """Digest of what the client claims to be that got its cookies first."""
    left: LeftByLogout | None = None
    """The logout that should have ended it; None: there was none."""
    is_used: bool = False
    """A login was sent with it, and has set no other: who logged in has it."""
    is_named: bool = False
    """Somebody told that one of its cookies is a session's."""
    came_with_refusal: bool = False
    """It came with a refusal, as of a wrong password: nobody had logged in."""
    given_to: str = ""
    """The session that was over, to a copy of which it was given; empty: it was not so."""

    @property
    def opaque(self) -> dict[str, Member]:
        """The cookies that carry it on: no decoder knows them, or they renew the others."""
        return {name: member for name, member in self.members.items() if member.is_opaque}

    @property
    def knows_visitors(self) -> bool:
        """Check for cookies that any visitor gets: no login has set them.

        All of them live long, or a login has set a session beside them.
        """
        members = self.opaque.values()
        if self.is_of_visitor:
            return True
        if (
            self.is_named
            or self.is_used
            or not members
            or not all(_is_visitors(member) for member in members)
        ):
            return False
        lives = [member.ends - self.began for member in members if member.ends is not None]
        return len(lives) == len(members) and min(lives) > VISITS

    @property
    def is_of_visitor(self) -> bool:
        """Check for cookies that were set before a login, which has left them as they were."""
        return self.is_beside_login and self.is_before_login

    @property
    def is_before_login(self) -> bool:
        """Check for cookies that pages or refusals have set before any login."""
        members = self.opaque.values()
        is_before = self.came_with_refusal or all(_is_before_login(member) for member in members)
        return bool(members) and is_before

    @property
    def is_pair(self) -> bool:
        """Check whether one of its cookies renews others: it alone is no proof of anybody."""
        is_read = any(not one.is_opaque or one.token for one in self.members.values())
        return is_read or any(REFRESH.search(name) for name in self.members)

    def is_renewal(self, request: str, jar: Mapping[str, str]) -> bool:
        """Check whether a request asks to renew it, with a value that counts."""
        return self._renews(request) and self.has_current(jar)

    def _renews(self, request: str) -> bool:
        """Check for a request that has renewed it, or that is named so and renews a token."""
        method, _, path = request.partition(" ")
        is_named = method == "POST" and REFRESH.search(path) is not None
        return request in self.renewals or (is_named and len(self.opaque) < len(self.members))

    def has_current(self, jar: Mapping[str, str]) -> bool:
        """Check whether a jar has a value that carries it on, and that none has replaced."""
        return bool(self._brought(jar))

    def has_deleted(self, jar: Mapping[str, str]) -> bool:
        """Check whether a jar has what its logout has deleted: a copy of it."""
        if self.left is None:
            return False
        return any(
            name in jar and digest_of(name, jar[name]) == digest
            for name, digest in self.left.deleted.items()
        )

    def holds_any(self, cookies: Sequence[NewCookie]) -> bool:
        """Check whether it has one of some cookies that were set: not a copy alone."""
        members = self.members.values()
        return not {one.digest for one in cookies}.isdisjoint(one.digest for one in members)

    def changed_by(self, cookies: Sequence[NewCookie]) -> set[str]:
        """Return the names of its cookies to which a response gives other values."""
        members = self.members
        return {
            one.name
            for one in cookies
            if one.name in members and members[one.name].digest != one.digest
        }

    def note_refused_renewal(self, request: str, jar: Mapping[str, str]) -> None:
        """Remember that a request to renew it was refused: its values renew nothing any more."""
        if self.is_renewal(request, jar):
            self.refused |= {member.digest for member in self._brought(jar)}

    def may_be_renewed(self, jar: Mapping[str, str]) -> bool:
        """Check whether nothing shows that what a jar has of it renews nothing."""
        brought = self._brought(jar)
        return not brought or any(member.digest not in self.refused for member in brought)

    def _brought(self, jar: Mapping[str, str]) -> list[Member]:
        """Return the cookies that carry it on, and that a jar has as they are now."""
        return [
            member
            for name, member in self.opaque.items()
            if name in jar and digest_of(name, jar[name]) == member.digest
        ]

    def count_brought(self, jar: Mapping[str, str]) -> int:
        """Return how many of its cookies a jar has as they are now."""
        return sum(
            name in jar and digest_of(name, jar[name]) == member.digest
            for name, member in self.members.items()
        )

    def note_carriers(self, jar: Mapping[str, str]) -> None:
        """Remember which cookies a request had, without others of it, whose answer renewed it."""
        brought = {
            name
            for name, member in self.opaque.items()
            if name in jar and digest_of(name, jar[name]) == member.digest
        }
        if not self.opaque.keys() <= jar.keys():
            self.carriers |= brought

    def forget(self, deleted: Sequence[str], now: Seconds) -> None:
        """Take out cookies that a response deleted, where others carry it on."""
        if not self.is_cleared(deleted, now):
            self.members = {
                name: member for name, member in self.members.items() if name not in deleted
            }

    def is_cleared(self, deleted: Sequence[str], now: Seconds) -> bool:
        """Check whether a response that deletes some cookies leaves none that carries it on.

        What can be renewed does not count: an access token beside a refresh cookie.
        """
        carriers = self.opaque or self.members
        left = [
            name
            for name, member in carriers.items()
            if name not in deleted and (member.ends is None or member.ends > now)
        ]
        return not left and any(name in deleted for name in self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A value that a response replaced."""

    session: LearnedSession
    cookie: str
    digest: str
    exchange: str
    path: str
    """Of the request that was answered."""
    at: Seconds
    renews: bool = False
    """It is exchanged for others, as a refresh token; else it is the session's id, or its data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What was learned from one response."""

    learned: LearnedSession | None = None
    """The session that it is about; None: none of unknown format."""
    replaced: tuple[Replacement, ...] = ()
    has_set: bool = False
    """It set cookies of that session."""
    replaces: str = ""
    """The session that a login has taken the place of; empty: none."""
    is_dead: bool = False
    """Another response had ended that session before this one came."""

    def has_set_for(self, session: str) -> bool:
        """Check whether it set cookies of a session."""
        return self.has_set and self.learned is not None and self.learned.name == session

    def previous_of(self, session: str) -> str:
        """Return the session whose place a session has taken by a login; empty: none."""
        if not self.has_set_for(session):
            return ""
        return self.replaces


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCookie:
    """A cookie that a response set for a session."""

    name: str
    value: str = field(repr=False)
    ends: Seconds | None
    is_opaque: bool
    token: Decoded | None = None
    """What a token that renews the others holds."""

    @property
    def digest(self) -> str:
        """The fingerprint of its name and value."""
        return digest_of(self.name, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The response that is learned from."""

    exchange: str
    at: Seconds
    request: str
    """`POST /login`"""
    browser: str = ""
    """Digest of what the client claims to be."""

    @property
    def path(self) -> str:
        """The path of the request."""
        return self.request.partition(" ")[2]


def digest_of(name: str, value: str) -> str:
    """Return the fingerprint of a cookie."""
    return fingerprint(f"{name}={value}")
