"""Which cookies belong together, learned from the traffic: no format has to be known.

POST /login     sets access=A1 and refresh=R1     they belong together: one session
POST /refresh   brings R1, sets A2 and R2         R1 is replaced; the session is the same
POST /refresh   brings R1 once more               reuse
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.values import Seconds, fingerprint
from session_inspector.devserver.decoders.base import Decoded

KEPT = 20_000
"""Values that are remembered."""


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
    carriers: set[str] = field(default_factory=set)
    """Cookies that have carried it on without the others: `remember`, when `sid` was gone."""

    @property
    def opaque(self) -> dict[str, Member]:
        """The cookies that carry it on: no decoder knows them, or they renew the others."""
        return {name: member for name, member in self.members.items() if member.is_opaque}

    def is_renewal(self, request: str, jar: Mapping[str, str]) -> bool:
        """Check whether a request asks to renew it, with a value that counts."""
        return request in self.renewals and self.has_current(jar)

    def has_current(self, jar: Mapping[str, str]) -> bool:
        """Check whether a jar has a value that carries it on, and that none has replaced."""
        return any(
            name in jar and digest_of(name, jar[name]) == member.digest
            for name, member in self.opaque.items()
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

    @property
    def path(self) -> str:
        """The path of the request."""
        return self.request.partition(" ")[2]


def digest_of(name: str, value: str) -> str:
    """Return the fingerprint of a cookie."""
    return fingerprint(f"{name}={value}")


class Learner:
    """The learned sessions of one app."""

    def __init__(self) -> None:
        self._current: Bounded[LearnedSession] = Bounded(KEPT)
        self._replaced: Bounded[Replacement] = Bounded(KEPT)
        self._companies: Bounded[str] = Bounded(KEPT)
        """Digest of a cookie to the session it was sent beside."""

    def find(self, jar: Mapping[str, str]) -> list[LearnedSession]:
        """Return the sessions that cookies belong to: those that live, else one that is over."""
        found: dict[str, LearnedSession] = {}
        for name, value in jar.items():
            session = self._find_one(digest_of(name, value))
            if session is not None:
                found.setdefault(session.name, session)
        live = [session for session in found.values() if session.ended is None]
        return live or list(found.values())[:1]

    def _find_one(self, digest: str) -> LearnedSession | None:
        current = self._current.get(digest)
        if current is not None:
            return current
        replaced = self._replaced.get(digest)
        if replaced is None:
            return None
        return replaced.session

    def find_replaced(self, jar: Mapping[str, str], exchange: str) -> Iterator[Replacement]:
        """Yield the values that responses to other requests have replaced."""
        for name, value in jar.items():
            found = self._replaced.get(digest_of(name, value))
            if found is not None and found.exchange != exchange:
                yield found

    def note_company(self, session: str, jar: Mapping[str, str], names: Sequence[str]) -> None:
        """Remember beside which session cookies were sent: their login was not seen."""
        for name in names:
            self._companies.put_first(digest_of(name, jar[name]), session)

    def find_company(self, jar: Mapping[str, str], names: Sequence[str]) -> str:
        """Return the session that cookies were sent beside earlier; empty: none."""
        digests = (digest_of(name, jar[name]) for name in names if name in jar)
        return next((found for one in digests if (found := self._companies.get(one))), "")

    def adopt(self, name: str, jar: Mapping[str, str]) -> LearnedSession:
        """Return a new session of cookies that a request brought: who set them was not seen."""
        session = LearnedSession(name=name, began=0)
        for cookie, value in jar.items():
            self._put(session, cookie, value, ends=None, set_by="", is_opaque=True)
        return session

    def begin(self, name: str, at: Seconds) -> LearnedSession:
        """Return a new session without cookies."""
        return LearnedSession(name=name, began=at)

    def move(self, old: LearnedSession, new: LearnedSession, jar: Mapping[str, str]) -> None:
        """Take the cookies that a jar has to the session that they have brought: one remembers."""
        for name, member in old.opaque.items():
            if name in jar and digest_of(name, jar[name]) == member.digest:
                new.members[name] = member
                self._current.put(member.digest, new)
        old.members = {name: one for name, one in old.members.items() if name not in new.members}

    def learn(
        self,
        session: LearnedSession,
        cookies: Sequence[NewCookie],
        moment: Moment,
        jar: Mapping[str, str],
    ) -> list[Replacement]:
        """Take cookies that a response set into a session; returns what they replaced.

        `jar` is what the request brought.
        """
        replaced: list[Replacement] = []
        if any(cookie.is_opaque for cookie in cookies):
            session.note_carriers(jar)
        for cookie in cookies:
            before = session.members.get(cookie.name)
            digest = cookie.digest
            set_by = moment.request
            if before is not None:
                set_by = before.set_by
            if before is not None and before.digest != digest and cookie.is_opaque:
                replaced.append(self._replace(session, cookie.name, before.digest, moment))
            self._put(
                session,
                cookie.name,
                cookie.value,
                ends=cookie.ends,
                set_by=set_by,
                is_opaque=cookie.is_opaque,
                token=cookie.token,
            )
        return replaced

    def _replace(
        self, session: LearnedSession, cookie: str, digest: str, moment: Moment
    ) -> Replacement:
        found = Replacement(
            session=session,
            cookie=cookie,
            digest=digest,
            exchange=moment.exchange,
            path=moment.path,
            at=moment.at,
        )
        session.renewals.add(moment.request)
        self._current.pop(digest)
        self._replaced.put(digest, found)
        return found

    def _put(
        self,
        session: LearnedSession,
        cookie: str,
        value: str,
        *,
        ends: Seconds | None,
        set_by: str,
        is_opaque: bool,
        token: Decoded | None = None,
    ) -> None:
        digest = digest_of(cookie, value)
        session.members[cookie] = Member(
            digest=digest,
            size=len(value),
            ends=ends,
            set_by=set_by,
            is_opaque=is_opaque,
            token=token,
        )
        self._current.put(digest, session)
        self._replaced.pop(digest)
