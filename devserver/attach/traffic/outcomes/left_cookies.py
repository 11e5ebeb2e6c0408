"""Logouts that leave a cookie of their session, which brings the session back.

POST /logout   deletes sid, and leaves remember     not known: it may be of a known device
GET /me        brings remember alone, 200           the session lives on
GET /          brings remember alone, sets sid      not known: visitors may get one, too
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer, NamedSession
from session_inspector.devserver.attach.traffic.endings import LeftByLogout
from session_inspector.devserver.attach.traffic.learned import (
    LearnedSession,
    digest_of,
)
from session_inspector.devserver.attach.traffic.logins import is_login, is_logout
from session_inspector.devserver.attach.traffic.outcomes.known_requests import (
    SUCCESSES,
    KnownRequests,
    is_file,
    refuses_cookies,
)
from session_inspector.devserver.attach.traffic.session_memory import SessionMemory
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.session import CookieLeft, LeftOutcome
from session_inspector.devserver.core.journal import Publish

Outcome: TypeAlias = Literal["accepted", "renewed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comeback:
    """A session that a logout should have ended, and that a request brings without what it lost."""

    learned: LearnedSession
    left: LeftByLogout
    names: tuple[str, ...]
    """The cookies of the request that carry it on."""


class LeftCookies:
    """The logouts of one app that left something."""

    def __init__(self, memory: SessionMemory, publish: Publish, requests: KnownRequests) -> None:
        self._memory = memory
        self._publish = publish
        self._requests = requests
        self._given: Bounded[bool] = Bounded()
        """Names of cookies that visitors were given."""
        self._has_visitors = False
        """A page has answered a request without any session."""

    def find(self, answer: CookieAnswer) -> list[Comeback]:
        """Return the sessions that come back, as they are before anything is learned."""
        self._note_visitor(answer)
        found = []
        for learned in answer.arrival.all_learned:
            left = learned.left
            if left is None or learned.ended is not None or answer.arrival.at < left.at:
                continue
            comeback = _find_comeback(learned, left, answer.arrival.jar)
            if comeback is not None:
                found.append(comeback)
        return found

    def judge(
        self,
        answer: CookieAnswer,
        comebacks: Sequence[Comeback],
        written: Mapping[str, NamedSession],
    ) -> None:
        """Report what an answer shows of them, and note what this one leaves."""
        if is_login(answer):
            for learned in answer.arrival.all_learned:
                learned.left = None
            return
        for one in comebacks:
            outcome = self._judge(answer, one, written)
            if outcome is not None:
                self._report(answer, one, outcome)
        self._note_logout(answer)

    def _note_visitor(self, answer: CookieAnswer) -> None:
        arrival = answer.arrival
        if arrival.users or is_login(answer) or is_file(arrival.request):
            return
        if answer.status in SUCCESSES:
            self._has_visitors = True
        for name in answer.given:
            self._given.put(name, True)

    def _note_logout(self, answer: CookieAnswer) -> None:
        """Remember a logout that deletes cookies of a session, and leaves what carries it on."""
        if not is_logout(answer):
            return
        deleted = answer.deleted
        jar = answer.arrival.jar
        for learned in answer.arrival.all_learned:
            lost = {
                name: digest_of(name, jar.get(name, ""))
                for name in deleted
                if name in learned.members
            }
            if lost and learned.ended is None and not learned.is_cleared(deleted, answer.at):
                learned.left = LeftByLogout(exchange=answer.cause, at=answer.at, deleted=lost)
                self._report_open(answer, learned, learned.left)

    def _judge(
        self, answer: CookieAnswer, one: Comeback, written: Mapping[str, NamedSession]
    ) -> Outcome | None:
        """Return what an answer shows of a session that comes back; None: nothing."""
        request = answer.arrival.request
        if refuses_cookies(answer) or self._requests.is_public(request):
            return None
        if self._requests.is_accepted(request, answer.status):
            return "accepted"
        made = answer.given
        again = made & one.left.deleted.keys()
        if not again or answer.status >= 400:
            return None
        if self._is_somebody(again, written) or not made.isdisjoint(one.names):
            return "accepted"
        if self._has_visitors and not any(map(self._given.get, again)):
            return "accepted"
        return "renewed"

    def _is_somebody(self, names: set[str], written: Mapping[str, NamedSession]) -> bool:
        """Check whether a user is in a session that one of these cookies holds or names."""
        return any(
            bool(self._memory.subject_of(one.name, one.found))
            for one in written.values()
            if not names.isdisjoint(one.found.cookies)
        )

    def _report(self, answer: CookieAnswer, one: Comeback, outcome: Outcome) -> None:
        if outcome == "accepted":
            one.learned.left = None
        elif one.left.is_renewed:
            return
        else:
            one.left.is_renewed = True
        self._publish_outcome(answer, one, outcome)

    def _report_open(
        self, answer: CookieAnswer, learned: LearnedSession, left: LeftByLogout
    ) -> None:
        """Report a logout by which nobody knows whether its session lives on."""
        found = _find_comeback(learned, left, without_names(answer.arrival.jar, left.deleted))
        if found is not None:
            self._publish_outcome(answer, found, "unknown")

    def _publish_outcome(self, answer: CookieAnswer, one: Comeback, outcome: LeftOutcome) -> None:
        self._publish(
            CookieLeft(
                at=answer.at,
                cause=answer.cause,
                session=one.learned.name,
                names=one.names,
                deleted=tuple(one.left.deleted),
                left_by=one.left.exchange,
                left_at=one.left.at,
                outcome=outcome,
                request=answer.arrival.request,
                status=answer.status,
            )
        )


def without_names(jar: Mapping[str, str], names: Mapping[str, str]) -> Mapping[str, str]:
    """Return the cookies of a jar but those of some names."""
    return {name: value for name, value in jar.items() if name not in names}


def _find_comeback(
    learned: LearnedSession, left: LeftByLogout, jar: Mapping[str, str]
) -> Comeback | None:
    """Return a session that a jar brings by what its logout left; None: by a copy of the rest."""
    if learned.has_deleted(jar):
        return None
    names = tuple(
        name
        for name, member in learned.opaque.items()
        if name in jar and name not in left.deleted and digest_of(name, jar[name]) == member.digest
    )
    if not names:
        return None
    return Comeback(learned=learned, left=left, names=names)
