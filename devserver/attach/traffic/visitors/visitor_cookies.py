"""Cookies of visitors: set before any login and left by it as they were, or the same for everybody.

GET /         sets device and ab         nobody has logged in: they may be a session's
POST /login   brings them, sets sid      sid is the session; device and ab know a visitor again
POST /login   brings none, sets all      another browser: sid alone is its session
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer
from session_inspector.devserver.attach.traffic.companions import UNKNOWN
from session_inspector.devserver.attach.traffic.learned import (
    VISITS,
    LearnedSession,
    NewCookie,
)
from session_inspector.devserver.attach.traffic.logins import (
    is_login,
    leaves_visitors,
    merges_visitors,
)
from session_inspector.devserver.attach.traffic.opaque import is_like_session
from session_inspector.devserver.attach.traffic.opener import OpenedJar
from session_inspector.devserver.attach.traffic.paths.login_words import (
    REFRESH,
    REMEMBER,
    SESSION,
)
from session_inspector.devserver.attach.traffic.visitors.form_tokens import FormTokens
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.subject import find_subject

KEPT = 20_000
"""Values that are remembered."""
CHUNK = re.compile(r"(?:[-_.]|C|__chunked__)\d+$")
"""What numbers the cookies of one value, at the end of their names."""


class VisitorCookies:
    """What is known of the visitors' cookies of some apps."""

    def __init__(self, named: frozenset[str]) -> None:
        """`named` are names of session cookies that somebody told."""
        self._named = named
        self.tokens = FormTokens(named)
        """What is known of cookies that prove where a form is from."""
        self._given: Bounded[bool] = Bounded()
        """Names that answers have set which were no login, to requests without a session."""
        self._values: Bounded[str] = Bounded(KEPT)
        """Digest of what they set to the exchange that did so first."""
        self._common: Bounded[bool] = Bounded(KEPT)
        """Digests of what several of them have set: anybody gets it."""
        self._unsent: Bounded[bool] = Bounded()
        """Names that visitors without cookies were given: False, once a request has brought it."""
        self._left: Bounded[bool] = Bounded()
        """Names that a login has left as they were before it."""

    def choose(
        self,
        answer: CookieAnswer,
        learned: LearnedSession | None,
        cookies: Sequence[NewCookie],
    ) -> list[NewCookie]:
        """Return those of a response's cookies that may be of a session."""
        self._note(answer, cookies)
        kept = [one for one in cookies if self._may_be(answer, learned, one)]
        if not is_login(answer):
            return kept
        members = _members_of(learned)
        kept = self._without_visits(answer, kept, members)
        if learned is None or learned.is_before_login:
            kept = self._without_resent(answer, kept)
            members &= {one.name for one in kept}
        new = [one for one in kept if not self._given.get(_key_of(answer, one.name))]
        if not any(one.is_opaque and not REMEMBER.search(one.name) for one in new):
            return kept  # what remembers is set beside an id, which visitors may have had too
        if learned is not None and merges_visitors(answer, learned, kept):
            members = frozenset()
        found = [one for one in kept if one in new or one.name in members or self._is_sure(one)]
        names = {one.name for one in kept} - {one.name for one in found}
        self.note_left(answer, names - answer.arrival.jar.keys())
        return found

    def _without_visits(
        self, answer: CookieAnswer, cookies: Sequence[NewCookie], members: frozenset[str]
    ) -> list[NewCookie]:
        """Return a login's cookies without those that live so long that they know a visitor again.

        That is so beside a session's that ends sooner: a browser whose first response is that of a
        login gets both at once. A name may say that the cookie is a session's all the same.
        """
        visits = [
            one
            for one in cookies
            if one.name not in members and not self._is_sure(one) and _lasts(one, answer)
        ]
        left = [one for one in cookies if one not in visits]
        if not any(one.is_opaque for one in left):
            return list(cookies)
        self.note_left(answer, {one.name for one in visits})
        return left

    def _without_resent(
        self, answer: CookieAnswer, cookies: Sequence[NewCookie]
    ) -> list[NewCookie]:
        """Return a login's cookies without those that it sets again as they were before it.

        Where it sets no other, but perhaps one that remembers, an id was kept over the login.
        """
        resent = answer.resent
        if all(one.name in resent or REMEMBER.search(one.name) for one in cookies):
            return list(cookies)
        return [one for one in cookies if one.name not in resent or self._is_sure(one)]

    def is_unsent(self, answer: CookieAnswer, learned: LearnedSession) -> bool:
        """Check for what a page gives to a visitor without cookies, as to others before him.

        Of those nobody has sent one back: it is listed when it is. The first of them is listed.
        """
        arrival = answer.arrival
        if arrival.jar or is_login(answer) or not learned.is_before_login:
            return False
        keys = [_key_of(answer, name) for name in sorted(learned.opaque)]
        is_known = all(self._unsent.get(key) for key in keys)
        for key in keys:
            self._unsent.put(key, self._unsent.get(key) is not False)
        return is_known

    def note_sent(self, host: str, names: Iterable[str]) -> None:
        """Note that a request has brought cookies: browsers send those of these names back."""
        for name in names:
            self._unsent.put(f"{host} {name}", False)

    def note_left(self, answer: CookieAnswer, names: Iterable[str]) -> None:
        """Remember cookies that a login has left as they were before it."""
        for name in names:
            self._left.put(_key_of(answer, name), True)

    def mark(self, answer: CookieAnswer, opened: OpenedJar) -> CookieAnswer:
        """Return a response with the names of its cookies that visitors have beside a session.

        Those that are a form's are taken out.
        """
        answer = self.tokens.set_aside(answer, opened)
        method = answer.arrival.request.partition(" ")[0]
        other = [
            name for name, line in answer.lines.items() if is_like_session(line, line.value, method)
        ]
        held = [name for one in answer.arrival.sessions for name in one.found.cookies]
        found = self.find_beside(answer.arrival.host, opened.sessions, [*other, *held])
        names = frozenset(name for one in found for name in one.cookies)
        return replace(answer, of_visitors=names)

    def find_beside(
        self, host: str, sessions: Sequence[Decoded], names: Sequence[str]
    ) -> list[Decoded]:
        """Return what visitors have too, of which nobody is known, beside what they have not.

        `names` are those of all cookies that may be a session's. An id may be the session's as
        well: which row it has then nobody sees.
        """
        if all(self._given.get(f"{host} {name}") for name in names):
            return []
        given = [one for one in sessions if self._is_given(host, one)]
        read = [one for one in given if one.family != UNKNOWN and not one.session_id]
        return [one for one in read if not find_subject(one.payload)]

    def _is_given(self, host: str, found: Decoded) -> bool:
        """Check whether visitors have got all cookies of something."""
        return all(self._given.get(f"{host} {name}") for name in found.cookies)

    def _note(self, answer: CookieAnswer, cookies: Sequence[NewCookie]) -> None:
        """Learn from a response whose cookies these are."""
        arrival = answer.arrival
        if is_login(answer):
            for learned in arrival.all_learned:
                if leaves_visitors(answer, learned, cookies):
                    self.note_left(answer, learned.opaque)
                if merges_visitors(answer, learned, cookies):
                    learned.is_merged = True
            merged = _find_merged(answer, cookies)
            for name in (answer.given - answer.resent - merged) & arrival.jar.keys():
                self._left.pop(_key_of(answer, name))  # this one makes it anew
        elif not arrival.sessions:
            for name in answer.given - arrival.jar.keys():
                self._given.put(_key_of(answer, name), True)
            self.tokens.note_given(answer, answer.given - arrival.jar.keys())
            for one in cookies:
                self._note_value(answer, one)

    def _note_value(self, answer: CookieAnswer, one: NewCookie) -> None:
        if one.name in answer.arrival.jar:
            return
        first = self._values.get(one.digest)
        if first is None:
            self._values.put(one.digest, answer.cause)
        elif first != answer.cause:
            self._common.put(one.digest, True)

    def _may_be(self, answer: CookieAnswer, learned: LearnedSession | None, one: NewCookie) -> bool:
        if self._is_sure(one):
            return True
        if self._common.get(one.digest):
            return False
        if one.name in _members_of(learned):
            return True
        key = _key_of(answer, one.name)
        is_beside = not is_login(answer) and _is_beside_session(answer, learned)
        if is_beside and (self._given.get(key) or _is_added(answer, learned, one)):
            return False
        return not self._left.get(key)

    def _is_sure(self, one: NewCookie) -> bool:
        """Check for a cookie of a session that is known to be one."""
        return one.name in self._named or not one.is_opaque or one.token is not None


def _lasts(one: NewCookie, answer: CookieAnswer) -> bool:
    """Check for a cookie that outlives sessions, and is not named like one or what renews one."""
    if one.ends is None or one.ends - answer.at <= VISITS:
        return False
    return not (REMEMBER.search(one.name) or SESSION.search(one.name))


def _members_of(learned: LearnedSession | None) -> frozenset[str]:
    if learned is None or learned.knows_visitors:
        return frozenset()
    return frozenset(learned.members)


def _is_beside_session(answer: CookieAnswer, learned: LearnedSession | None) -> bool:
    """Check for a request that has a user's session: what visitors are given too adds nothing.

    What remembers a session may be all that is left of it: it gets its id anew.
    """
    if learned is not None and all(REMEMBER.search(name) for name in learned.opaque):
        return False
    return bool(answer.arrival.users)


def _find_merged(answer: CookieAnswer, cookies: Sequence[NewCookie]) -> frozenset[str]:
    """Return the visitor's cookies that a login makes anew beside those of its session."""
    merged = [
        learned.opaque.keys()
        for learned in answer.arrival.all_learned
        if merges_visitors(answer, learned, cookies)
    ]
    return frozenset().union(*merged)


def _is_added(answer: CookieAnswer, learned: LearnedSession | None, one: NewCookie) -> bool:
    """Check for a cookie that a page adds to a session of a login, or that pages have accepted.

    Not where it takes the place of one that is deleted, or where tokens are renewed.
    """
    arrival = answer.arrival
    if one.name in arrival.jar or answer.deleted or REFRESH.search(arrival.request):
        return False
    held = {CHUNK.sub("", name) for user in arrival.users for name in user.found.cookies}
    if CHUNK.sub("", one.name) in held:
        return False  # its value has grown
    if learned is not None and not learned.is_before_login and not learned.knows_visitors:
        return True  # a login has begun it
    return not arrival.used.isdisjoint(user.name for user in arrival.users)


def _key_of(answer: CookieAnswer, name: str) -> str:
    return f"{answer.arrival.host} {name}"
