"""Logouts that leave a session's cookie as it was: what they did only later answers show.

GET /logout    302, and no Set-Cookie             the app may have ended it where it keeps it
GET /          200, no Set-Cookie any more        said, and no proof
GET /me        401, or the way to the login       it is over
GET /          sets another id                    it is over, and the new id is nobody's
GET /me        200, where nobody gets that page   it is not: the logout has ended nothing
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from session_inspector.devserver.attach.traffic.arrival import (
    CookieAnswer,
    NamedSession,
    is_only_id,
)
from session_inspector.devserver.attach.traffic.companions import UNKNOWN
from session_inspector.devserver.attach.traffic.endings import is_cleared
from session_inspector.devserver.attach.traffic.learned import LearnedSession, NewCookie
from session_inspector.devserver.attach.traffic.logins import is_login
from session_inspector.devserver.attach.traffic.opener import is_broken
from session_inspector.devserver.attach.traffic.outcomes.answered import AnsweredRequests
from session_inspector.devserver.attach.traffic.outcomes.known_requests import (
    REDIRECTS,
    SAFE_METHODS,
    SUCCESSES,
)
from session_inspector.devserver.attach.traffic.outcomes.refusals import leads_to_login
from session_inspector.devserver.attach.traffic.paths.logout_paths import (
    is_own_session,
    logs_out_sender,
)
from session_inspector.devserver.attach.traffic.session_memory import SessionMemory
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.session import CookieLeft, LeftOutcome
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds

GIVEN = "{} gave the browser another session; who is logged in to that one is not known"
GIVEN_LATER = "{} ({}) asked to log out, and {} gave the browser another session"
AFTER = ", after {} ({}) had asked to log out"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLogout:
    """An answer to a logout that left the session's cookie as it was."""

    exchange: str
    at: Seconds
    request: str
    is_sure: bool
    """It was sent to log out; else it may be of a page that asks whether somebody wants to."""
    is_silent: bool = False
    """It was said that what renewed the cookie before does so no more."""


def asks_logout(answer: CookieAnswer) -> bool:
    """Check whether a request asked to log out who sent it, and was not refused."""
    method, _, path = answer.arrival.request.partition(" ")
    if answer.status not in (*SUCCESSES, *REDIRECTS):
        return False
    if method == "DELETE" and is_own_session(path):
        return True
    return method != "HEAD" and logs_out_sender(path)


class AskedLogouts:
    """Those of one app, of which it is not known whether they have ended their session."""

    def __init__(self, memory: SessionMemory, answered: AnsweredRequests) -> None:
        self._memory = memory
        self._answered = answered
        self._requests = answered.requests
        self._asked: Bounded[AskedLogout] = Bounded(20_000)
        """By session."""
        self._renewing: Bounded[bool] = Bounded(20_000)
        """Session and request to whether its last answer set the session's cookie."""

    def describe_leaving(self, answer: CookieAnswer, session: str) -> str:
        """Return how a session was logged out that makes way for another; empty: it was not."""
        request = answer.arrival.request
        if asks_logout(answer):
            return GIVEN.format(request)
        asked = self._find_sure(answer, session)
        if asked is None:
            return ""
        return GIVEN_LATER.format(asked.request, asked.exchange, request)

    def is_asked(self, answer: CookieAnswer, session: str) -> bool:
        """Check whether it was asked to end a session, before the request that is answered."""
        return self._find_sure(answer, session) is not None

    def begins_another(
        self, answer: CookieAnswer, learned: LearnedSession, cookies: Sequence[NewCookie]
    ) -> bool:
        """Check whether an answer gives other values to one that was asked to end: it is nobody's.

        One whose value each answer seals anew goes on.
        """
        if learned.renewals or not self.is_asked(answer, learned.name):
            return False
        return set(learned.opaque) <= learned.changed_by(cookies)

    def judge(self, answer: CookieAnswer) -> None:
        """Report what an answer leaves open, or settles; of several sessions nobody knows which."""
        arrival = answer.arrival
        users = arrival.users
        for session in arrival.over:
            self._asked.pop(session)  # it has ended: what it has left open is settled
        if len(users) != 1 or users[0].name in arrival.strange or users[0].name in answer.dead:
            return
        (one,) = users
        asked = self._find(answer, one.name)
        if self._answered.has_ended(one.name):
            self._asked.pop(one.name)
        elif is_login(answer):
            self._end_by_login(answer, one)
        elif asks_logout(answer):
            self._note(answer, one)
        elif asked is not None:
            self._settle(answer, one, asked)
        elif answer.status in SUCCESSES:
            self._renewing.put(_key_of(answer, one), answer.has_any_of(one.found))

    # -- the logout ------------------------------------------------------------------------

    def _note(self, answer: CookieAnswer, one: NamedSession) -> None:
        if is_broken(one.found) or one.name in answer.refused or not _is_left(answer, one):
            return
        method, _, _ = answer.arrival.request.partition(" ")
        asked = AskedLogout(
            exchange=answer.cause,
            at=answer.at,
            request=answer.arrival.request,
            is_sure=method not in SAFE_METHODS or answer.status in REDIRECTS,
        )
        self._asked.put(one.name, asked)
        if self._memory.known_row(one.name, one.found) is None:  # else the store shows it
            self._publish(answer, one, asked, "unknown")

    # -- what follows ----------------------------------------------------------------------

    def _settle(self, answer: CookieAnswer, one: NamedSession, asked: AskedLogout) -> None:
        request = answer.arrival.request
        if one.name in answer.refused:
            self._asked.pop(one.name)
        elif _is_sent_to_login(answer):
            self._asked.pop(one.name)
            more = AFTER.format(asked.request, asked.exchange)
            self._answered.report_refusal(answer, one.name, more)
        elif self._requests.is_accepted(request, answer.status):
            self._asked.pop(one.name)
            self._report_accepted(answer, one, asked)
        elif self._is_renewed_no_more(answer, one) and not asked.is_silent:
            self._asked.put(one.name, replace(asked, is_silent=True))
            if self._memory.known_row(one.name, one.found) is None:
                self._publish(answer, one, asked, "silent")

    def _is_renewed_no_more(self, answer: CookieAnswer, one: NamedSession) -> bool:
        if answer.status not in SUCCESSES or answer.has_any_of(one.found):
            return False
        return self._renewing.get(_key_of(answer, one)) is True

    def _report_accepted(self, answer: CookieAnswer, one: NamedSession, asked: AskedLogout) -> None:
        """Report that the app accepts the session still: it was to end it, or only asked back."""
        if asked.is_sure:
            self._publish(answer, one, asked, "accepted")
        else:
            self._answered.report_accepted(answer, one)

    def _end_by_login(self, answer: CookieAnswer, one: NamedSession) -> None:
        """Forget what was asked: somebody logs in to the same session."""
        if self._find(answer, one.name) is not None:
            self._asked.pop(one.name)
            self._answered.report_accepted(answer, one)

    def _publish(
        self, answer: CookieAnswer, one: NamedSession, asked: AskedLogout, outcome: LeftOutcome
    ) -> None:
        self._answered.publish(
            CookieLeft(
                at=answer.at,
                cause=answer.cause,
                session=one.name,
                names=tuple(one.found.cookies),
                deleted=(),
                left_by=asked.exchange,
                left_at=asked.at,
                outcome=outcome,
                request=answer.arrival.request,
                status=answer.status,
            )
        )

    def _find(self, answer: CookieAnswer, session: str) -> AskedLogout | None:
        """Return the logout that was answered before a request came; None: there was none."""
        asked = self._asked.get(session)
        if asked is None or answer.arrival.at < asked.at:
            return None
        return asked

    def _find_sure(self, answer: CookieAnswer, session: str) -> AskedLogout | None:
        asked = self._find(answer, session)
        if asked is None or not asked.is_sure or is_login(answer):
            return None
        return asked


def _key_of(answer: CookieAnswer, one: NamedSession) -> str:
    return f"{one.name} {answer.arrival.request}"


def _is_left(answer: CookieAnswer, one: NamedSession) -> bool:
    """Check whether a browser has a session's cookies after an answer as it had them before.

    What is in a cookie may be another thing by then: of an id nobody knows. A logout that deletes
    some of them is told as one that left the others.
    """
    for learned in answer.arrival.all_learned:
        if learned.left is not None and learned.left.exchange == answer.cause:
            return False
    lines = [answer.lines[name] for name in one.found.cookies if name in answer.lines]
    if any(is_cleared(line, answer.at) for line in lines):
        return False
    is_value = is_only_id(one.found) or one.found.family == UNKNOWN
    if not is_value or not lines:
        return True
    jar = answer.arrival.jar
    names = [name for name in one.found.cookies if name in answer.lines]
    return answer.value_of(one.found) == "".join(jar.get(name, "") for name in names)


def _is_sent_to_login(answer: CookieAnswer) -> bool:
    method = answer.arrival.request.partition(" ")[0]
    is_away = method in SAFE_METHODS and answer.status in REDIRECTS
    return is_away and leads_to_login(answer.location)
