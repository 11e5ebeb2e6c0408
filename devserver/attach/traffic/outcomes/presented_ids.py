"""Ids whose rows nobody reads: which of them are sessions the app's answers show.

GET /me    brings an id that nobody has seen set, 401      a refused id, and no session
POST /pw   brings a user's id, sets another one            the id of that session is drawn anew
GET /me    brings the id before                            reuse
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from session_inspector.devserver.attach.facts import CookieEnd
from session_inspector.devserver.attach.traffic.arrival import (
    CookieAnswer,
    NamedSession,
    is_only_id,
)
from session_inspector.devserver.attach.traffic.endings import ReplacedId
from session_inspector.devserver.attach.traffic.learned import LearnedSession
from session_inspector.devserver.attach.traffic.logins import is_login
from session_inspector.devserver.attach.traffic.outcomes.answered import AnsweredRequests
from session_inspector.devserver.attach.traffic.outcomes.asked_logouts import AskedLogouts
from session_inspector.devserver.attach.traffic.outcomes.known_requests import (
    GRACE,
    SUCCESSES,
)
from session_inspector.devserver.attach.traffic.outcomes.reuse import ReuseReporter, old_id
from session_inspector.devserver.attach.traffic.outcomes.write_reasons import ends_login
from session_inspector.devserver.attach.traffic.paths.logout_paths import names_logout
from session_inspector.devserver.attach.traffic.session_memory import SessionMemory
from session_inspector.devserver.attach.visitors.unverified import NO_SECRET_CODE
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import (
    SessionRefused,
    SessionSeen,
)
from session_inspector.devserver.core.values import Seconds, fingerprint
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.bundles import are_one_value

ReportVerdict: TypeAlias = Callable[[str, Decoded, str, Seconds], None]
FactsOf: TypeAlias = Callable[
    [NamedSession, Seconds, CookieEnd | None, LearnedSession | None], Awaitable[SessionFacts]
]


class PresentedIds:
    """The ids of one app's sessions."""

    def __init__(
        self,
        memory: SessionMemory,
        answered: AnsweredRequests,
        report_verdict: ReportVerdict,
        facts_of: FactsOf,
        reuse: ReuseReporter,
        asked: AskedLogouts,
    ) -> None:
        self._asked = asked
        self._reuse = reuse
        self._memory = memory
        self._answered = answered
        self._publish = answered.publish
        self._requests = answered.requests
        self._refusals = answered.refusals
        self._report_verdict = report_verdict
        self._facts_of = facts_of

    # -- what a response sets --------------------------------------------------------------

    def note_rotations(self, answer: CookieAnswer, sessions: Sequence[Decoded]) -> None:
        """Remember the ids that a response sets in the place of those of sessions that live on."""
        for found in sessions:
            if is_only_id(found) and answer.has_any_of(found) and not self._memory.has_store:
                before = self._find_rotated(answer, found)
                if before is not None:
                    self._memory.ids.rotate(
                        before.name, before.found, found, _replaced_by(answer, before, before.name)
                    )

    def is_rotation(self, answer: CookieAnswer, one: NamedSession) -> bool:
        """Check whether a response has given a session of its request another id."""
        carried = self._find_carried(answer)
        before = next((old for old in carried if old.name == one.name), None)
        if before is None or before.found.session_id == one.found.session_id:
            return False
        return self._memory.ids.is_of(one.name, one.found)

    def subject_of(self, answer: CookieAnswer, session: str) -> str:
        """Return the user of a session that a request brought; empty: none is known."""
        found = (one.found for one in answer.arrival.sessions if one.name == session)
        return next((self._memory.subject_of(session, one) for one in found), "")

    async def is_drawn_anew(
        self, answer: CookieAnswer, one: NamedSession, previous: str, sub: str
    ) -> bool:
        """Check whether a session has the user of the one whose place it takes, and nobody logs in.

        `sub` is whose it is, by its row, or by a cookie beside the id that is verified. Each one
        has the name of its own id; the id before is a replaced one.
        """
        before = next((old for old in answer.overwritten if old.name == previous), None)
        if before is None or not sub or is_login(answer) or ends_login(answer):
            return False
        if not before.found.session_id or not one.found.session_id:
            return False
        if self._memory.subject_of(previous, before.found) != sub:
            return False
        if not await self._is_known(before, one):
            return False
        by = _replaced_by(answer, before, one.name)
        self._memory.ids.replace(before.found, one.found, by)
        self._memory.keep_login(previous, one.name)
        return True

    async def _is_known(self, before: NamedSession, one: NamedSession) -> bool:
        """Check whether the users of two sessions were read where only the app writes."""
        if self._memory.has_store:
            return await self._memory.has_row(one.found)
        return is_verified(before.found) and is_verified(one.found)

    def _find_rotated(self, answer: CookieAnswer, found: Decoded) -> NamedSession | None:
        """Return the session that a new id is of: a user's, and nobody logs in or out."""
        method, _, path = answer.arrival.request.partition(" ")
        is_leaving = method == "DELETE" or names_logout(path)
        if is_leaving or is_login(answer) or answer.is_turned_away:
            return None
        if self._requests.is_public(answer.arrival.request) or ends_login(answer):
            return None
        rule = found.traits.chunks
        for one in self._find_carried(answer):
            before = one.found
            is_same = before.family == found.family and bool(before.session_id)
            is_new = before.session_id != found.session_id
            is_taken = are_one_value(before.cookies, found.cookies, rule)
            if self._asked.is_asked(answer, one.name):
                continue  # what it gets now is nobody's
            if is_same and is_new and is_taken and self._is_of_user(answer, one):
                return one
        return None

    def _find_carried(self, answer: CookieAnswer) -> list[NamedSession]:
        """Return the sessions that a response may carry on, also those it answers by an old id."""
        arrival = answer.arrival
        by_old_id = [
            one
            for one in arrival.sessions
            if one.name in arrival.replaced and self._is_answered(answer, one)
        ]
        return [*answer.overwritten, *by_old_id]

    def _is_answered(self, answer: CookieAnswer, one: NamedSession) -> bool:
        """Check whether an old id was answered as its session's, and not as nobody's."""
        if answer.status not in SUCCESSES:
            return False
        request = answer.arrival.request
        if self._requests.needs_session(request):
            return True
        replaced = answer.arrival.replaced[one.name]
        is_early = answer.arrival.at < replaced.at + GRACE
        return is_early and self._requests.was_accepted(one.name, request)

    def _is_of_user(self, answer: CookieAnswer, one: NamedSession) -> bool:
        """Check whether somebody is logged in to a session, as far as the wire has shown it."""
        arrival = answer.arrival
        if one.name in arrival.over or one.name in arrival.gone:
            return False
        return self._memory.login_of(one.name) is not None or self._requests.is_proven(one.name)

    # -- what a request brought ------------------------------------------------------------

    async def judge(self, answer: CookieAnswer) -> None:
        """Report what an answer shows of ids that nothing has shown to be of a session."""
        arrival = answer.arrival
        for one in arrival.sessions:
            replaced = arrival.replaced.get(one.name)
            if replaced is not None:
                self._judge_replaced(answer, one, replaced)
            elif one.name in arrival.unlisted and one.name not in arrival.others_needed:
                await self._judge_unlisted(answer, one)

    def _judge_replaced(
        self, answer: CookieAnswer, one: NamedSession, replaced: ReplacedId
    ) -> None:
        """Report what an answer made of a replaced id: by it a session may live on after its end.

        PHP's `session_regenerate_id()` leaves the row of the id before, and a logout ends another.
        """
        lives_on = self._reuse.report_id(
            answer,
            old_id(one, replaced, self._memory.ids.left_at(one.found)),
            is_given_another=answer.has_any_of(one.found),
            is_over=one.name in answer.dead and self._answered.is_over(one.name),
        )
        if lives_on and one.name == replaced.session:
            self._answered.bring_back(answer, one)

    async def _judge_unlisted(self, answer: CookieAnswer, one: NamedSession) -> None:
        request = answer.arrival.request
        if answer.is_turned_away:
            self._note_turned_away(answer, one)
            return
        is_shown = answer.status in SUCCESSES and not self._requests.is_public(request)
        if not is_shown or answer.has_any_of(one.found) or is_login(answer):
            return
        self._memory.contents.put(one.name, one.content)
        self._requests.note_accepted(one.name, request)
        facts = await self._facts_of(one, answer.at, None, answer.arrival.learned_as(one.name))
        self._publish(SessionSeen(at=answer.at, cause=answer.cause, session=one.name, facts=facts))
        self._report_verdict(one.name, one.found, answer.cause, answer.at)

    def _note_turned_away(self, answer: CookieAnswer, one: NamedSession) -> None:
        """Report an id as refused; one that the app has given to nobody is as without an id."""
        request = answer.arrival.request
        if self._refusals.is_nobodys(one.name):
            self._requests.note_anonymous(request, answer.status, answer.location)
        elif self._requests.is_about_session(answer.arrival, one.name):
            self._refuse(answer, one)

    def _refuse(self, answer: CookieAnswer, one: NamedSession) -> None:
        """Report an id as refused: there is no session that is."""
        self._requests.note_refused(answer.arrival.request, answer.status)
        self._publish(
            SessionRefused(
                at=answer.at,
                cause=answer.cause,
                session=one.name,
                code=str(answer.status),
                reason=f"the app refused an id of no session that was seen ({answer.status}):"
                f" {answer.arrival.request}",
                origin="seen",
            )
        )


def _replaced_by(answer: CookieAnswer, before: NamedSession, session: str) -> ReplacedId:
    """Return how a response replaces the id of a session, which goes on under a name."""
    digest = fingerprint(before.found.session_id)
    return ReplacedId(digest=digest, session=session, exchange=answer.cause, at=answer.at)


def is_bare(found: Decoded) -> bool:
    """Check for an id that no secret verifies."""
    is_unverified = found.key_index is None and found.problem in ("", NO_SECRET_CODE)
    return is_unverified and is_only_id(found)


def is_verified(found: Decoded) -> bool:
    """Check whether a secret verifies what is in a cookie."""
    return found.key_index is not None and not found.problem
