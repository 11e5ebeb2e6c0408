"""Reports the ends of sessions that responses show, and takes back what was said too early.

POST /refresh   brings a replaced value, 401, deletes the cookies     ended, for that reuse
POST /refresh   brings the value that counts, 200                     it was not
GET /           deletes the cookies, 200                              refused: that is no logout
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer, NamedSession
from session_inspector.devserver.attach.traffic.endings import is_cleared
from session_inspector.devserver.attach.traffic.ends.run_out import (
    find_expired,
    report_expired,
    report_run_out,
)
from session_inspector.devserver.attach.traffic.learned import LearnedSession, Replacement
from session_inspector.devserver.attach.traffic.logins import is_logout
from session_inspector.devserver.attach.traffic.outcomes.known_requests import (
    SAFE_METHODS,
    SUCCESSES,
    KnownRequests,
    refuses_cookies,
)
from session_inspector.devserver.attach.traffic.outcomes.refusals import turns_away
from session_inspector.devserver.attach.traffic.outcomes.reuse import (
    ReuseReporter,
    is_refused_alone,
)
from session_inspector.devserver.attach.traffic.verdicts import SessionDesk
from session_inspector.devserver.attach.visitors.visitor_content import find_visitor
from session_inspector.devserver.core.events.base import EndReason
from session_inspector.devserver.core.events.session import SessionDestroyed
from session_inspector.devserver.core.frozen import replace

END_DETAILS: dict[EndReason, str] = {
    "logout": "the response deleted its cookie",
    "reuse": "a replaced cookie was presented again, and the app ended the session",
}
UNASKED = "the app deleted its cookie"
GOODBYES = re.compile(r"(?:^|[/_.-])(?:bye|exit|leave|out|quit|disconnect)/?$", re.IGNORECASE)
"""Paths of pages that say good bye, beside those of a logout."""
CLEARED = ", and deleted its cookie"


class EndReporter:
    """Reports the ends of one app's sessions."""

    def __init__(self, desk: SessionDesk, reuse: ReuseReporter) -> None:
        self._desk = desk
        self._reuse = reuse

    async def report(
        self, answer: CookieAnswer, kept: set[str], replaces: str
    ) -> list[NamedSession]:
        """Report the ends of sessions: by a logout, or by the reuse of a cookie.

        `kept` are those that the browser has now; `replaces` is one that a login has taken the
        place of. Returns those that other logins have still, with the same value.
        """
        shared: list[NamedSession] = []
        arrival = answer.arrival
        replaced = list(self._desk.learner.find_replaced(arrival.jar, answer.cause))
        ended: list[str] = []
        if answer.lines:
            ended = self._find_ended(answer, kept, replaced)
            ended = [name for name in ended if name != replaces]
        told = [one for one in replaced if one.session.name not in arrival.over]
        by_reuse = self._reuse.report(answer, told, ended)  # of those that were over: a copy
        stale = {one.session.name for one in replaced}
        for name in ended:
            reason: EndReason = "logout"
            if name in by_reuse:
                reason = "reuse"
            if reason == "logout" and self._desk.memory.values.leave(name, answer.cause):
                shared += [one for one in arrival.sessions if one.name == name]
            else:
                await self._report_end(answer, name, reason)
            learned = arrival.learned_as(name)
            if learned is not None and not self._is_only_elsewhere(answer, name):
                is_early = name in stale and not learned.is_reusable
                learned.ended = replace(answer.as_ending, is_early=is_early)
        return shared

    def _is_only_elsewhere(self, answer: CookieAnswer, session: str) -> bool:
        """Check whether only a copy was refused, in another browser than the session's own."""
        if self._desk.answered.has_ended(session):
            return False
        return self._desk.memory.given.is_elsewhere(session, answer.arrival.browser)

    def report_late(
        self, answer: CookieAnswer, learned: LearnedSession, replaced: Sequence[Replacement]
    ) -> None:
        """Report that a session had ended for the reuse of a value that this answer replaces."""
        if learned.ended is None:
            return
        for one in replaced:
            self._reuse.report_late(one, learned.ended)
        learned.ended = replace(learned.ended, is_early=True)
        self.publish(answer, learned.name, "reuse", END_DETAILS["reuse"])

    def take_back(self, answer: CookieAnswer) -> CookieAnswer:
        """Return a response without the ends that it disproves: the value that counts is accepted.

        They were said of what deleted the cookies of a browser that had an old value.
        """
        for learned in answer.arrival.all_learned:
            if self._is_alive(answer, learned):
                learned.ended = None
                self._reuse.take_back(learned.name)
                answer = self._desk.answered.take_back(answer, learned.name)
        return answer

    def report_held(self, answer: CookieAnswer) -> None:
        """Report what was not reported of the sessions of a request before their answer came."""
        self._desk.report_gone(answer)
        report_run_out(self._desk, answer)

    def publish(self, answer: CookieAnswer, session: str, reason: EndReason, detail: str) -> None:
        """Report that a session is over."""
        self._desk.publish(
            SessionDestroyed(
                at=answer.at,
                cause=answer.cause,
                session=session,
                reason=reason,
                detail=detail,
            )
        )

    def _is_alive(self, answer: CookieAnswer, learned: LearnedSession) -> bool:
        """Check whether a response accepts the value that counts of a session said to be over.

        An access token may be accepted until its end, whatever became of what renews it.
        """
        arrival = answer.arrival
        ended = learned.ended
        if ended is None or not ended.is_early or arrival.at < ended.at:
            return False
        replaced = self._desk.learner.find_replaced(arrival.jar, answer.cause)
        is_stale = any(one.session is learned for one in replaced)
        if is_stale or not learned.has_current(arrival.jar) or answer.status not in SUCCESSES:
            return False
        if learned.is_cleared(answer.deleted, answer.at):
            return False
        sets_anew = any(name in answer.lines for name in learned.opaque)
        if learned.is_pair:
            return sets_anew and learned.is_renewal(arrival.request, arrival.jar)
        is_guarded = self._desk.answered.requests.is_guarded(arrival.request)
        return is_guarded or sets_anew

    def _find_ended(
        self, answer: CookieAnswer, kept: set[str], replaced: Sequence[Replacement]
    ) -> list[str]:
        """Return the sessions whose cookies the response deleted: not those of an old id alone."""
        requests = self._desk.answered.requests
        spared = {one.session.name for one in replaced if is_refused_alone(answer, one, requests)}
        spared |= answer.arrival.outdated
        return [
            one.name
            for one in answer.arrival.sessions
            if one.name not in spared and self._is_ended(answer, one, kept)
        ]

    def _is_ended(self, answer: CookieAnswer, one: NamedSession, kept: set[str]) -> bool:
        learned = answer.arrival.learned_as(one.name)
        if learned is not None and learned.opaque:
            has_cleared = learned.is_cleared(answer.deleted, answer.at)
            return learned.ended is None and has_cleared and one.name not in kept
        lines = [answer.lines[name] for name in one.found.cookies if name in answer.lines]
        is_replaced = any(not is_cleared(line, answer.at) for line in lines)
        return one.name not in kept and bool(lines) and not is_replaced

    async def _report_end(self, answer: CookieAnswer, session: str, reason: EndReason) -> None:
        """Report that the cookies of a session were deleted: whoever refuses it may do so too."""
        if self._desk.answered.refused.was_over(answer, session):
            self._report_refused_anew(answer, session)
            return
        if self._desk.answered.refusals.is_nobodys(session) or _is_visitors(answer, session):
            return
        if reason != "logout":
            self.publish(answer, session, reason, END_DETAILS[reason])
        else:
            await self.report_left(answer, session, answer.how_emptied(session))

    def _report_refused_anew(self, answer: CookieAnswer, session: str) -> None:
        """Report that a session is refused once more, whose cookie another browser had lost."""
        is_known = session in answer.arrival.over or session in answer.arrival.rows_gone
        if session in answer.refused and not is_known:
            self._desk.answered.report_refusal(answer, session, CLEARED)

    async def report_left(self, answer: CookieAnswer, session: str, detail: str) -> None:
        """Report that a browser has a session no more: a logout, where one was asked for.

        `detail` is how, but for a deletion. One whose clock has run out has ended by that.
        """
        answered = self._desk.answered
        is_refused = (
            refuses_cookies(answer)
            or session in answer.refused
            or turns_away(answer, answered.requests)
        )
        if answered.has_ended(session):
            return
        expired = await find_expired(self._desk, answer, session)
        if expired is not None:
            report_expired(self._desk, answer, expired)
        elif is_refused:
            answered.report_refusal(answer, session, CLEARED)
        elif is_unasked(answer, answered.requests):
            answered.report_unasked(answer, session, detail or UNASKED)
        else:
            self.publish(answer, session, "logout", detail or END_DETAILS["logout"])


def _is_visitors(answer: CookieAnswer, session: str) -> bool:
    """Check for what holds only what visitors have, as a message that was shown: nobody leaves."""
    return any(one.name == session and find_visitor(one.found) for one in answer.arrival.sessions)


def is_unasked(answer: CookieAnswer, requests: KnownRequests) -> bool:
    """Check for a page that shows something to others too: nobody asks for a logout so.

    One that leads elsewhere, or that nobody else was shown, may be a logout of another name.
    """
    request = answer.arrival.request
    method, _, path = request.partition(" ")
    if method not in SAFE_METHODS or answer.status not in SUCCESSES or is_logout(answer):
        return False
    is_known = requests.is_public(request) or requests.was_answered(request)
    return is_known and GOODBYES.search(path) is None
