"""What an app's answer shows of the session that its request brought.

GET /me    brings a session that is over, 200    a copy, and the app accepted it
GET /me    brings a session, 401                 the app refused it, whatever its clocks say
GET /me    brings that session, 200              it accepts it again
           … where the 401 deleted its cookie    a copy, and the app accepted it
GET /      brings that session, 200              nothing: perhaps anybody gets that page
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from session_inspector.devserver.attach.traffic.arrival import (
    CookieAnswer,
    NamedSession,
)
from session_inspector.devserver.attach.traffic.endings import (
    SeenEnding,
    digest_in,
    is_deleted_by,
)
from session_inspector.devserver.attach.traffic.logins import is_login
from session_inspector.devserver.attach.traffic.opener import is_broken
from session_inspector.devserver.attach.traffic.outcomes.gone_sessions import GoneSessions
from session_inspector.devserver.attach.traffic.outcomes.known_requests import (
    REDIRECTS,
    SUCCESSES,
    KnownRequests,
    refuses_cookies,
)
from session_inspector.devserver.attach.traffic.outcomes.refusals import (
    UNAUTHORIZED,
    Refusals,
    leads_to_login,
)
from session_inspector.devserver.attach.traffic.outcomes.refused_sessions import (
    EXPIRED,
    RefusedSession,
    RefusedSessions,
)
from session_inspector.devserver.attach.traffic.session_memory import SessionMemory
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionShownAgain,
    SessionWritten,
    ShownOutcome,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds

UNASKED = "unasked"
"""The code of a session that the app has ended by a page that is no logout."""
MOST_UNPROVEN = 100
"""Copies that are remembered of one request."""


class AnsweredRequests:
    """Learns which sessions are over from what is published, and judges the answers to them."""

    def __init__(self, memory: SessionMemory, publish: Publish) -> None:
        self._memory = memory
        self._publish = publish
        self._endings: Bounded[SeenEnding] = Bounded(20_000)
        """Session to how it ended."""
        self._doubted: Bounded[Seconds] = Bounded(20_000)
        """Sessions that were refused, or written after their end, and since when: that they count
        only the answer to a later request shows."""
        self._ruled_out: Bounded[bool] = Bounded(20_000)
        """Sessions that a rule refuses, by the end inside or another: what the app does counts."""
        self.requests = KnownRequests()
        """What is known of the app's requests."""
        self.refusals = Refusals(memory, self.requests)
        self.refused = RefusedSessions(self.requests, self.publish)
        self._unproven: Bounded[dict[str, SessionShownAgain]] = Bounded()
        """Request to the copies that it has answered, by session: it may need no session."""
        self.gone = GoneSessions(memory, publish, self.requests)

    def publish(self, event: Event) -> None:
        """Note whether a session is over or lives, and publish the event."""
        match event:
            case SessionDestroyed():
                ending = SeenEnding(reason=event.reason, exchange=event.cause, at=event.at)
                self._endings.put(event.session, ending)
            case SessionWritten():
                self._note_write(event)
            case SessionRefused(origin="rule"):
                self._ruled_out.put(event.session, True)
            case SessionLoaded():
                self._ruled_out.pop(event.session)
            case _:
                pass
        self._publish(event)

    def endings_of(
        self, sessions: Sequence[NamedSession], jar: Mapping[str, str]
    ) -> dict[str, SeenEnding]:
        """Return how those of some sessions ended that are over; `jar` is what a request brings."""
        endings: dict[str, SeenEnding] = {}
        for one in sessions:
            ending = self._endings.get(one.name)
            if ending is not None and ending.digest in ("", digest_in(jar, one.found)):
                endings[one.name] = ending
        return endings

    def take_back(self, answer: CookieAnswer, session: str) -> CookieAnswer:
        """Report that a session has not ended, and return an answer to one that had it so."""
        self._endings.pop(session)
        self.refused.pop(session)
        arrival = answer.arrival
        for one in arrival.sessions:
            if one.name == session:
                self.report_accepted(answer, one)
        over = {name: ending for name, ending in arrival.over.items() if name != session}
        gone = arrival.gone - {session}
        return replace(answer, arrival=replace(arrival, over=over, gone=gone))

    def bring_back(self, answer: CookieAnswer, one: NamedSession) -> None:
        """Report that the app accepts a session that was over, by another value than it had."""
        self._endings.pop(one.name)
        self.refused.pop(one.name)
        self.report_accepted(answer, one)

    def keep_id(self, session: str) -> None:
        """Remember that the id of a session that has ended goes on as nobody's."""
        ending = self._endings.get(session)
        if ending is not None:
            self._endings.put(session, replace(ending, keeps_id=True))

    def is_over(self, session: str) -> bool:
        """Check whether a session was seen to end, or was refused last."""
        return self.has_ended(session) or self.is_refused(session)

    def has_ended(self, session: str) -> bool:
        """Check whether a session is over, as far as that was seen."""
        return self._endings.get(session) is not None

    def is_refused(self, session: str) -> bool:
        """Check whether the app has refused a session last."""
        return self.refused.has(session)

    def is_renewed(self, answer: CookieAnswer, session: str) -> bool:
        """Check whether a cookie that an answer sets makes its session count.

        A refusal renews none; one that is over is renewed by a login, by what renewed it before, or
        where the app is known to need a session: others may get a cookie as well.
        """
        if session in answer.refused:
            return False
        arrival = answer.arrival
        is_refused = session in arrival.gone and self.refused.is_surely(session)
        if not is_refused and session not in arrival.over:
            return True
        learned = arrival.learned_as(session)
        is_renewal = learned is not None and learned.is_renewal(arrival.request, arrival.jar)
        if is_login(answer) or is_renewal:
            return True
        return answer.status in SUCCESSES and self.requests.needs_session(arrival.request)

    async def judge(self, answer: CookieAnswer) -> None:
        """Report what an answer shows."""
        arrival = answer.arrival
        is_success = answer.status in SUCCESSES
        users = arrival.users
        is_others = is_success and bool(arrival.others_needed)
        if not users and not answer.asks_other and not is_others:
            self.requests.note_anonymous(arrival.request, answer.status, answer.location)
            self._prove_accepted(arrival.request, answer.cause)
            self.refused.settle(answer)
        if len(users) > 1 and is_success:
            self.requests.note_several(arrival.host)
        if len(users) != 1:
            return  # none, or nobody knows which of them was meant
        (one,) = users
        self.refusals.note_visitor(answer, one)
        if one.name in arrival.strange:
            return  # its cookies carry no session
        ending = arrival.over.get(one.name)
        gone = arrival.rows_gone.get(one.name)
        if ending is not None:
            self._report_again(answer, one, ending)
        elif is_broken(one.found):
            return
        elif gone is not None:
            await self.gone.judge(answer, one, gone)
        elif is_success and not (is_login(answer) and one.name in answer.dead):
            self._note_accepted(answer, one)
        is_deleted = is_deleted_by(one.found, answer.lines, answer.at)
        if ending is None and one.name in answer.refused and not is_deleted:
            self.report_refusal(answer, one.name)

    def _note_write(self, event: SessionWritten) -> None:
        was_over = self._endings.pop(event.session) is not None
        was_refused = self.refused.pop(event.session)
        if was_over or was_refused:
            self._doubted.put(event.session, event.at)
        if event.previous and self._endings.get(event.previous) is None:
            ending = SeenEnding(reason="replaced", exchange=event.cause, at=event.at)
            self._endings.put(event.previous, ending)

    # -- one that is over ------------------------------------------------------------------

    def _report_again(self, answer: CookieAnswer, one: NamedSession, ending: SeenEnding) -> None:
        request = answer.arrival.request
        outcome = self._judge_again(answer, one)
        if ending.keeps_id and outcome != "accepted":
            return
        event = SessionShownAgain(
            at=answer.at,
            cause=answer.cause,
            session=one.name,
            names=tuple(one.found.cookies),
            ended=ending.reason,
            ended_by=ending.exchange,
            ended_at=ending.at,
            outcome=outcome,
            request=request,
            status=answer.status,
        )
        self._publish(event)
        is_sent_to_login = answer.status in REDIRECTS and leads_to_login(answer.location)
        if event.outcome == "refused" and (answer.status == UNAUTHORIZED or is_sent_to_login):
            self.requests.note_refused(request, answer.status)
            self._prove_accepted(request, answer.cause)
        elif event.outcome == "answered":
            others = self._unproven.get(request) or {}
            if len(others) < MOST_UNPROVEN:
                self._unproven.put(request, {**others, one.name: event})

    def _prove_accepted(self, request: str, by: str) -> None:
        """Report the copies that a request has answered, which turns away who has no session.

        `by` is the exchange that has shown that: the copy was accepted before it.
        """
        if not self.requests.is_guarded(request):
            return
        for session, event in (self._unproven.pop(request) or {}).items():
            if self._endings.get(session) is not None:
                self._publish(replace(event, outcome="accepted", proven_by=by))

    def _judge_again(self, answer: CookieAnswer, one: NamedSession) -> ShownOutcome:
        """Return what an answer shows; a cookie that it sets may be the session's next, or a new's.

        One that it deletes once more refuses the session; a login looks at none of before.
        """
        request = answer.arrival.request
        is_refused = refuses_cookies(answer) or self.refusals.is_refusal(answer, one)
        if is_refused or is_deleted_by(one.found, answer.lines, answer.at):
            return "refused"
        if answer.status not in SUCCESSES or is_login(answer):
            return "unknown"
        if self.requests.is_public(request):
            return "public"
        if self.requests.is_guarded(request):
            return "accepted"
        return "answered"

    # -- one that may live -----------------------------------------------------------------

    def _note_accepted(self, answer: CookieAnswer, one: NamedSession) -> None:
        request = answer.arrival.request
        is_deleted = is_deleted_by(one.found, answer.lines, answer.at)
        if is_deleted or self.requests.is_public(request):
            return
        if self.refused.has(one.name) and not self.requests.needs_session(request):
            sub = self._memory.subject_of(one.name, one.found)
            self.refused.note_answer(answer, one, sub)
            return  # perhaps anybody gets that page
        self.requests.note_accepted(one.name, request)
        since = self._doubted.get(one.name)
        is_trusted_again = since is not None and answer.arrival.at >= since
        is_ruled_out = self._ruled_out.get(one.name) is not None
        if not is_trusted_again and not (is_ruled_out and self.requests.is_guarded(request)):
            return
        self._doubted.pop(one.name)
        self.refused.pop(one.name)
        self.requests.note_proven(one.name)
        self._ruled_out.pop(one.name)
        self.report_accepted(answer, one)

    def report_accepted(self, answer: CookieAnswer, one: NamedSession) -> None:
        """Report that the app accepts a session again."""
        sub = self._memory.subject_of(one.name, one.found)
        self._publish(
            SessionLoaded(
                at=answer.at, cause=answer.cause, session=one.name, sub=sub, origin="seen"
            )
        )

    def report_refusal(self, answer: CookieAnswer, session: str, more: str = "") -> None:
        """Report that the app has refused a session; `more` is what else its answer did."""
        what = "refused it"
        if answer.status in REDIRECTS:
            what = "sent it away as one without a session"
        request = answer.arrival.request
        self.requests.note_refusing(request)
        reason = f"the app {what} ({answer.status}): {request}{more}"
        is_sure = answer.status in REDIRECTS or self.requests.was_accepted(session, request)
        code = str(answer.status)
        if session in answer.arrival.run_out:
            code = EXPIRED
            reason = f"a clock of it had run out; {reason}"
            is_sure = True
        self._refuse(answer, session, code, reason, is_sure=is_sure, is_ended=bool(more))

    def report_unasked(self, answer: CookieAnswer, session: str, what: str) -> None:
        """Report that the app has ended a session by a page that is no logout; `what` it did.

        It may have lost it: with its memory, or by an end that only the app knows.
        """
        reason = f"{what}, and {answer.arrival.request} is no logout"
        self._refuse(answer, session, UNASKED, reason, is_sure=True, is_ended=True)

    def _refuse(
        self,
        answer: CookieAnswer,
        session: str,
        code: str,
        reason: str,
        *,
        is_sure: bool,
        is_ended: bool,
    ) -> None:
        self._doubted.put(session, answer.arrival.at)
        ending = _ending_by_logout(answer, session)
        deleted = _find_deleted(answer, session)
        is_elsewhere = self._memory.given.is_elsewhere(session, answer.arrival.browser)
        if ending is None and code != EXPIRED and deleted is not None and not is_elsewhere:
            digest = digest_in(answer.arrival.jar, deleted.found)
            ending = SeenEnding(
                reason="refused", exchange=answer.cause, at=answer.at, digest=digest
            )
        if ending is not None and (is_sure or is_ended):
            self._endings.put(session, ending)
        event = SessionRefused(
            at=answer.at,
            cause=answer.cause,
            session=session,
            code=code,
            reason=reason,
            origin="seen",
        )
        self.refused.put(
            RefusedSession(
                event=event,
                request=answer.arrival.request,
                is_sure=is_sure or is_ended,
                is_ended=is_ended,
            )
        )


def _ending_by_logout(answer: CookieAnswer, session: str) -> SeenEnding | None:
    """Return the logout that has ended a session of which it had left a cookie; None: none did.

    Whoever brings what it has deleted has a copy.
    """
    learned = answer.arrival.learned_as(session)
    if learned is None or learned.left is None:
        return None
    return SeenEnding(reason="logout", exchange=learned.left.exchange, at=learned.left.at)


def _find_deleted(answer: CookieAnswer, session: str) -> NamedSession | None:
    """Return a session whose cookies an answer deletes: who brings them later has a copy."""
    for one in answer.arrival.sessions:
        if one.name == session and is_deleted_by(one.found, answer.lines, answer.at):
            return one
    return None
