"""Which cookies belong together, learned from the traffic: no format has to be known.

POST /login     sets access=A1 and refresh=R1     they belong together: one session
POST /refresh   brings R1, sets A2 and R2         R1 is replaced; the session is the same
POST /refresh   brings R1 once more               reuse
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from session_inspector.devserver.attach.traffic.beside.other_logins import begun_apart
from session_inspector.devserver.attach.traffic.browsers.current_values import CurrentValues
from session_inspector.devserver.attach.traffic.learned import (
    LearnedSession,
    Member,
    Moment,
    NewCookie,
    Replacement,
    digest_of,
)
from session_inspector.devserver.attach.traffic.paths.login_words import REFRESH, REMEMBER
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.base import Decoded

KEPT = 20_000
"""Values that are remembered."""


class Learner:
    """The learned sessions of one app."""

    def __init__(self, named: frozenset[str] = frozenset()) -> None:
        """`named` are names of session cookies that somebody told."""
        self._named = named
        self._current = CurrentValues()
        self._replaced: Bounded[Replacement] = Bounded(KEPT)
        self._companies: Bounded[str] = Bounded(KEPT)
        """Digest of a cookie to the session it was sent beside."""

    def find(self, jar: Mapping[str, str], browser: str = "") -> list[LearnedSession]:
        """Return the sessions that cookies belong to: those that live, else one that is over.

        Cookies that know a visitor come last, and hide none that is over: they outlive each login.
        Nor does a session that another form began.
        """
        found: dict[str, LearnedSession] = {}
        for name, value in jar.items():
            session = self._find_one(digest_of(name, value), jar, browser)
            if session is not None:
                found.setdefault(session.name, session)
        live = [session for session in found.values() if session.ended is None]
        over = [session for session in found.values() if session.ended is not None]
        logged_in = [session for session in live if not session.knows_visitors]
        visitors = [session for session in live if session.knows_visitors]
        if not logged_in:
            return [*over[:1], *visitors]
        others = [one for one in over if all(begun_apart(one, other) for other in logged_in)]
        return [*logged_in, *others, *visitors]

    def _find_one(self, digest: str, jar: Mapping[str, str], browser: str) -> LearnedSession | None:
        current = self._current.find(digest, jar, browser)
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
        new.left = old.left
        for name, member in old.opaque.items():
            if name in jar and digest_of(name, jar[name]) == member.digest:
                new.members[name] = member
                self._current.drop(member.digest, old)
                self._current.add(member.digest, new)
        old.members = {name: one for name, one in old.members.items() if name not in new.members}

    def forget_visitors(self, session: LearnedSession, changed: Sequence[str]) -> list[str]:
        """Take out what a later login has left as it was; returns its names.

        The login that set it had set them for a visitor, whom they know again, beside its session.
        """
        names = [
            name
            for name, member in session.opaque.items()
            if name not in changed
            and member.token is None
            and name not in session.carriers
            and not REMEMBER.search(name)
        ]
        for name in names:
            self._current.drop(session.members.pop(name).digest, session)
        return names

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
        has_tokens = any(not one.is_opaque or one.token is not None for one in cookies)
        if any(cookie.is_opaque for cookie in cookies):
            session.note_carriers(jar)
        for cookie in cookies:
            before = session.members.get(cookie.name)
            digest = cookie.digest
            set_by = moment.request
            if before is not None:
                set_by = before.set_by
            if before is not None and before.digest != digest and cookie.is_opaque:
                renews = has_tokens or any(map(REFRESH.search, (cookie.name, moment.path)))
                if not renews and _is_of_copy(session, before, cookie.name, moment, jar):
                    self._current.add(digest, session)
                    continue  # its own browser keeps the value that it has
                old = self._replace(session, cookie.name, before.digest, moment, renews=renews)
                replaced.append(old)
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
        self, session: LearnedSession, cookie: str, digest: str, moment: Moment, *, renews: bool
    ) -> Replacement:
        found = Replacement(
            session=session,
            cookie=cookie,
            digest=digest,
            exchange=moment.exchange,
            path=moment.path,
            at=moment.at,
            renews=renews,
        )
        session.renewals.add(moment.request)
        if not self._current.drop(digest, session):
            self._replaced.put(digest, found)  # else it counts in another browser
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
        session.is_named = session.is_named or cookie in self._named
        self._current.add(digest, session)
        self._replaced.pop(digest)


def _is_of_copy(
    session: LearnedSession, member: Member, name: str, moment: Moment, jar: Mapping[str, str]
) -> bool:
    """Check whether a value is given to another browser, which did not bring the one that counts.

    Spring's remember-me logs a copy in, and gives it an id of its own.
    """
    is_known = bool(session.browser and moment.browser)
    if not is_known or session.browser == moment.browser:
        return False
    return name not in jar or digest_of(name, jar[name]) != member.digest
