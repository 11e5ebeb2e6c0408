"""Judges whether an answer refuses who asked: by its status and where it leads, before its cookies.

GET /me       401, whatever cookie it sets      refused: that cookie is nobody's
GET /me       302 to the login                  refused where the session was accepted before
POST /login   302 back to the login             nobody is logged in: what it sets is nobody's
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from session_inspector.devserver.attach.traffic.arrival import (
    Arrival,
    CookieAnswer,
    NamedSession,
    is_only_id,
)
from session_inspector.devserver.attach.traffic.companions import (
    TOKEN,
    UNKNOWN,
    is_renewer_gone,
)
from session_inspector.devserver.attach.traffic.endings import is_deleted_by
from session_inspector.devserver.attach.traffic.learned import LearnedSession, NewCookie
from session_inspector.devserver.attach.traffic.logins import (
    LOGIN_PAGES,
    is_login,
    is_login_form,
    is_logout,
)
from session_inspector.devserver.attach.traffic.opener import is_broken, is_unopened
from session_inspector.devserver.attach.traffic.outcomes.known_requests import (
    REDIRECTS,
    SAFE_METHODS,
    KnownRequests,
    refuses_cookies,
)
from session_inspector.devserver.attach.traffic.session_memory import SessionMemory
from session_inspector.devserver.attach.visitors.unverified import WRONG_SECRET
from session_inspector.devserver.cookies.url_parts import split_url, target_path
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.decoders.subject import find_subject

UNAUTHORIZED = 401
LONGEST = 4_000
"""Characters of a redirect's query that are read."""


class Refusals:
    """The refusals of one app."""

    def __init__(self, memory: SessionMemory, requests: KnownRequests) -> None:
        self._memory = memory
        self._requests = requests
        self._nobodys: Bounded[bool] = Bounded(20_000)
        """Names of what came with a refusal."""

    async def judge(self, answer: CookieAnswer) -> CookieAnswer:
        """Return an answer with what it refuses; of several sessions nobody knows which one."""
        arrival = answer.arrival
        refused: list[str] = []
        users = arrival.users
        if len(users) == 1:
            (one,) = users
            if one.name not in arrival.strange and await self._is_refused(answer, one):
                refused.append(one.name)
                learned = arrival.learned_as(one.name)
                if learned is not None:
                    learned.note_refused_renewal(arrival.request, arrival.jar)
        is_turned_away = bool(refused) or self._is_turned_away(answer)
        return replace(answer, refused=frozenset(refused), is_turned_away=is_turned_away)

    def note_nobodys(self, session: str) -> None:
        """Remember that what came with a refusal is nobody's."""
        self._nobodys.put(session, True)

    def is_nobodys(self, session: str) -> bool:
        """Check whether something came with a refusal, and has not been a session since."""
        is_listed = self._memory.contents.get(session) is not None
        return not is_listed and self._nobodys.get(session) is not None

    async def gives_nothing(self, answer: CookieAnswer, one: NamedSession) -> bool:
        """Check for a new session that comes with a refusal: whoever has none that counts gets one.

        It stays so on pages that anybody gets.
        """
        is_still = self.is_nobodys(one.name) and self.is_for_anybody(answer)
        if not (answer.is_turned_away or is_still) or find_subject(one.found.payload):
            return False
        if one.found.session_id and await self._memory.has_row(one.found):
            return False
        self.note_nobodys(one.name)
        return True

    def is_for_anybody(self, answer: CookieAnswer) -> bool:
        """Check for an answer that anybody gets: it shows nothing of who asked."""
        return self._requests.is_public(answer.arrival.request) and not is_login(answer)

    def gives_to_nobody(
        self, answer: CookieAnswer, learned: LearnedSession | None, cookies: Sequence[NewCookie]
    ) -> bool:
        """Check for what comes with a refusal, or instead of what was refused, for anybody."""
        if learned is None:
            return answer.is_turned_away
        is_given_anew = self.is_for_anybody(answer) and learned.name in answer.arrival.gone
        return (answer.is_turned_away or is_given_anew) and _is_of_nobody(answer, learned, cookies)

    # -- who asked -------------------------------------------------------------------------

    def _is_turned_away(self, answer: CookieAnswer) -> bool:
        """Check for a refusal, a redirect to a login, or where nobody's request is sent."""
        if refuses_cookies(answer):
            return True
        if answer.status not in REDIRECTS or is_logout(answer):
            return False
        if leads_to_login(answer.location):
            return True
        return not is_login(answer) and self._is_sent_where_nobody_is(answer)

    def _is_sent_where_nobody_is(self, answer: CookieAnswer) -> bool:
        """Check for the redirect that nobody's request gets; a login's may be the same."""
        arrival = answer.arrival
        request = arrival.request
        if not self._requests.is_sent_away(request, answer.status, answer.location):
            return False
        return any(
            one.name in arrival.unlisted or self._requests.was_accepted(one.name, request)
            for one in arrival.sessions
        )

    # -- a session -------------------------------------------------------------------------

    async def _is_refused(self, answer: CookieAnswer, one: NamedSession) -> bool:
        """Check for a refusal that is one of the session.

        A login answers so to a wrong password; an API to an access token that another cookie
        renews, unless it was asked to renew it; and while the store has its row, nobody is logged
        in to that session, unless the same request was answered before.
        """
        arrival = answer.arrival
        if is_login_form(arrival.request) or is_broken(one.found):
            return False
        if not self.is_refusal(answer, one) or self.is_visitors(arrival, one):
            return False
        if _may_be_renewed(answer, one) or _is_replaced(arrival, one.name):
            return False
        if is_deleted_by(one.found, answer.lines, answer.at):
            return True  # whatever its row holds: it is not what something else was refused for
        if self._requests.was_accepted(one.name, arrival.request):
            return True  # its row is there, and the app obeys something else in it
        return not (one.found.session_id and await self._memory.has_row(one.found))

    def note_visitor(self, answer: CookieAnswer, one: NamedSession) -> None:
        """Note what an answer shows of what pages had set: a login uses it, or nobody is there."""
        arrival = answer.arrival
        learned = arrival.learned_as(one.name)
        if learned is not None and is_login(answer):
            learned.is_used = True
        elif answer.is_turned_away and self.is_visitors(arrival, one):
            self._requests.note_anonymous(arrival.request, answer.status, answer.location)

    def is_visitors(self, arrival: Arrival, one: NamedSession) -> bool:
        """Check for what pages had set before any login: a refusal says that nobody is there."""
        learned = arrival.learned_as(one.name)
        if learned is None or learned.is_used or not learned.is_before_login:
            return False
        if one.found.family != UNKNOWN or self._requests.is_proven(one.name):
            return False
        return not self._requests.was_accepted(one.name, arrival.request)

    def is_refusal(self, answer: CookieAnswer, one: NamedSession) -> bool:
        """Check whether an answer shows by itself that a session does not count any more."""
        request = answer.arrival.request
        if self._is_strangers(answer, one):
            return True
        was_accepted = self._requests.was_accepted(one.name, request)
        if answer.status == UNAUTHORIZED:
            if answer.asks_other or _is_sent_again(answer, one):
                return was_accepted  # the app may know it, and refuse something else
            return self._is_about(answer.arrival, one)
        if answer.status not in REDIRECTS or is_logout(answer):
            return False
        is_away = self._requests.is_sent_away(request, answer.status, answer.location)
        return was_accepted and (is_away or leads_to_login(answer.location))

    def _is_about(self, arrival: Arrival, one: NamedSession) -> bool:
        """Check whether a refusal may be of a session: a form may be refused for what is in it."""
        learned = arrival.learned_as(one.name)
        if learned is not None and learned.is_renewal(arrival.request, arrival.jar):
            return True
        return self._requests.is_about_session(arrival, one.name)

    def _is_strangers(self, answer: CookieAnswer, one: NamedSession) -> bool:
        """Check for a cookie that the app may not have made, and is turned away as nobody is.

        No secret opens it, or nobody has seen it set: and sessions of others open that page.
        """
        request = answer.arrival.request
        if is_logout(answer) or not self._requests.was_answered(request):
            return False
        is_as_nobodys = self._requests.is_as_nobodys(request, answer.status, answer.location)
        if one.found.problem == WRONG_SECRET:
            return is_as_nobodys
        is_first = one.name in answer.arrival.first and is_unopened(one.found)
        is_sent_to_login = answer.status in REDIRECTS and leads_to_login(answer.location)
        return is_first and (is_as_nobodys or is_sent_to_login)


def leads_to_login(location: str) -> bool:
    """Check whether a redirect leads to a page to log in at."""
    return LOGIN_PAGES.search(location.partition("?")[0].partition("#")[0]) is not None


def turns_away(answer: CookieAnswer, requests: KnownRequests) -> bool:
    """Check whether a response that deletes a session's cookies refuses it: nobody logged out.

    It leads to a login from a page that was answered before, with this session or with another
    one, or back to which that login leads:
    Django flushes a session whose hash no longer fits, and sends away who brought it.
    """
    method, _, path = answer.arrival.request.partition(" ")
    if method not in SAFE_METHODS or answer.status not in REDIRECTS or is_logout(answer):
        return False
    if not leads_to_login(answer.location):
        return False
    query = split_url(answer.location).query
    leads_back = any(target_path(value) == path for _, value in parse_qsl(query[:LONGEST]))
    return leads_back or requests.was_answered(answer.arrival.request)


def carried_on(answer: CookieAnswer) -> list[NamedSession]:
    """Return the sessions of a request that its answer may write: a login revives none."""
    if not is_login(answer):
        return answer.overwritten
    return [one for one in answer.overwritten if one.name not in answer.dead]


def _is_of_nobody(
    answer: CookieAnswer, learned: LearnedSession, cookies: Sequence[NewCookie]
) -> bool:
    """Check whether what comes with a refusal is no value of a session.

    One that has been replaced on other pages before may be sealed anew each time.
    """
    members = learned.members
    is_new = any(
        one.name not in members or members[one.name].digest != one.digest for one in cookies
    )
    is_over = learned.name in answer.refused or learned.name in answer.arrival.gone
    return is_new and (is_over or not learned.renewals)


def _is_sent_again(answer: CookieAnswer, one: NamedSession) -> bool:
    """Check whether a response sets a session's cookie as it was, or as it does each time.

    Another id is no session's: PHP gives one to whoever has none that counts.
    """
    if not answer.has_any_of(one.found) or is_deleted_by(one.found, answer.lines, answer.at):
        return False
    learned = answer.arrival.learned_as(one.name)
    is_stable = learned is not None and not learned.renewals
    if not is_stable and not is_only_id(one.found):
        return True
    jar = answer.arrival.jar
    names = [name for name in one.found.cookies if name in answer.lines]
    return answer.value_of(one.found) == "".join(jar.get(name, "") for name in names)


def _is_replaced(arrival: Arrival, session: str) -> bool:
    """Check whether a request brought an old value: its refusal says nothing of the session."""
    if session in arrival.outdated:
        return True
    learned = arrival.learned_as(session)
    if learned is None or not learned.opaque or learned.opaque.keys().isdisjoint(arrival.jar):
        return False
    return not learned.has_current(arrival.jar)


def _may_be_renewed(answer: CookieAnswer, one: NamedSession) -> bool:
    """Check whether a refusal may be of an access token alone, which another cookie renews.

    What remembers a session of another format brings it back unasked. What a refusal gives anew
    renews nothing: a bot guard's cookie comes with each answer.
    """
    if one.found.family not in (TOKEN, UNKNOWN) or answer.status != UNAUTHORIZED:
        return False
    arrival = answer.arrival
    learned = arrival.learned_as(one.name) or arrival.learned
    if learned is None or len(learned.members.keys() - answer.given) < 2:
        return False
    if learned.is_renewal(arrival.request, arrival.jar):
        return False
    if not learned.is_pair and not learned.renewals:
        return False  # nothing says that one of them renews the other
    return not is_renewer_gone(learned, arrival) and learned.may_be_renewed(arrival.jar)
