"""Sessions that make way for another in their browser: by a login, or because they were left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer, NamedSession
from session_inspector.devserver.attach.traffic.endings import USER_TAKEN_OUT, LeftByLogout
from session_inspector.devserver.attach.traffic.ends.reporter import EndReporter
from session_inspector.devserver.attach.traffic.logins import is_login
from session_inspector.devserver.attach.traffic.outcomes.asked_logouts import AskedLogouts
from session_inspector.devserver.attach.traffic.verdicts import SessionDesk
from session_inspector.devserver.core.events.base import SessionFacts

LEFT = "{} gave the browser another session, and nobody is logged in to that one"
LEFT_ALONE = "{} deleted {}; what it left ({}) has brought nobody back until the next login"


class PreviousSessions:
    """The sessions of one app, when others take their places."""

    def __init__(self, desk: SessionDesk, ends: EndReporter, asked: AskedLogouts) -> None:
        self._desk = desk
        self._ends = ends
        self._asked = asked

    async def settle(self, answer: CookieAnswer, previous: str, facts: SessionFacts) -> str:
        """Return whose place a session takes; of one that was left before, report the logout.

        `facts` are those of the session that takes it.
        """
        if not previous or self._desk.memory.values.leave(previous, answer.cause):
            return ""  # another login has its value still
        if await self._is_left(answer, previous, facts):
            await self._report_left(answer, previous, facts)
            return ""
        why = ""
        if not facts.sub:
            why = self._asked.describe_leaving(answer, previous)
        if not why:
            return previous
        self._ends.publish(answer, previous, "logout", why)
        return ""

    async def _report_left(self, answer: CookieAnswer, previous: str, facts: SessionFacts) -> None:
        if self._desk.answered.refused.was_over(answer, previous) or previous in answer.refused:
            return
        text = LEFT
        if facts.kind == "stateless":
            text = USER_TAKEN_OUT
        await self._ends.report_left(answer, previous, text.format(answer.arrival.request))

    async def _is_left(self, answer: CookieAnswer, previous: str, facts: SessionFacts) -> bool:
        """Check whether a user's session made way for one that nobody is logged in to."""
        is_read = bool(facts.layout) or facts.kind == "stateless"
        before = next((one for one in answer.arrival.sessions if one.name == previous), None)
        if facts.sub or not is_read or before is None:
            return False
        known = await self._desk.memory.facts_of(previous, before.found, answer.at, None, None)
        return bool(known.sub)

    def leave_visitors(self, answer: CookieAnswer, written: Mapping[str, NamedSession]) -> None:
        """Let go of what a login has left that sets the cookie of a session anew, beside it."""
        if not is_login(answer):
            return
        begun = {
            name
            for one in written.values()
            if answer.has_any_of(one.found) and self._desk.memory.contents.get(one.name) is None
            for name in one.own_cookies
        }
        for learned in answer.arrival.all_learned:
            if begun.isdisjoint(learned.members):
                continue
            left = learned.left
            names = self._desk.learner.forget_visitors(learned, list(answer.lines))
            if names and left is not None and learned.ended is None:
                learned.left = None
                why = _describe_left_alone(left, names)
                self._ends.publish(answer, learned.name, "logout", why)


def _describe_left_alone(left: LeftByLogout, names: Sequence[str]) -> str:
    deleted = " and ".join(left.deleted)
    return LEFT_ALONE.format(left.exchange, deleted, " and ".join(names))
