"""Reports the sessions that a response writes, renews or ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from session_inspector.devserver.attach.traffic.answering.cookie_owners import CookieOwners
from session_inspector.devserver.attach.traffic.answering.writes import WriteReporter
from session_inspector.devserver.attach.traffic.arrival import CookieAnswer, NamedSession
from session_inspector.devserver.attach.traffic.cookie_scopes import apply_cookies
from session_inspector.devserver.attach.traffic.endings import HeldCookies
from session_inspector.devserver.attach.traffic.ends.previous import PreviousSessions
from session_inspector.devserver.attach.traffic.ends.reporter import EndReporter
from session_inspector.devserver.attach.traffic.learned import (
    LearnedSession,
    Lesson,
)
from session_inspector.devserver.attach.traffic.logins import (
    find_end,
    find_visitors,
    report_starts,
)
from session_inspector.devserver.attach.traffic.opener import (
    OpenedJar,
    Opener,
)
from session_inspector.devserver.attach.traffic.outcomes.asked_logouts import AskedLogouts
from session_inspector.devserver.attach.traffic.outcomes.left_cookies import LeftCookies
from session_inspector.devserver.attach.traffic.outcomes.nobody import find_emptied, with_cleared
from session_inspector.devserver.attach.traffic.outcomes.old_contents import OldContents
from session_inspector.devserver.attach.traffic.outcomes.presented_ids import PresentedIds
from session_inspector.devserver.attach.traffic.outcomes.reuse import (
    ReuseReporter,
)
from session_inspector.devserver.attach.traffic.pairs import (
    choose_learned,
    find_renewers,
    set_aside,
)
from session_inspector.devserver.attach.traffic.verdicts import SessionDesk
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.events.login import LoginSucceeded


class AnswerReporter:
    """Reports the responses of one app."""

    def __init__(self, opener: Opener, desk: SessionDesk, named: frozenset[str]) -> None:
        """`named` are names of session cookies that somebody told."""
        self._opener = opener
        self._desk = desk
        self._refusals = desk.answered.refusals
        reuse = ReuseReporter(publish=desk.publish, requests=desk.answered.requests)
        self._asked = AskedLogouts(desk.memory, desk.answered)
        self._ids = PresentedIds(
            desk.memory, desk.answered, desk.report_verdict, desk.facts_of, reuse, self._asked
        )
        self._left = LeftCookies(desk.memory, desk.publish, desk.answered.requests)
        self._ends = EndReporter(desk, reuse)
        self._previous = PreviousSessions(desk, self._ends, self._asked)
        self._owners = CookieOwners(desk, self._asked, named)
        self._old = OldContents(reuse)
        self._writes = WriteReporter(desk, self._ids, self._previous, self._old)

    async def report(self, answer: CookieAnswer, cookies: Sequence[SetCookie]) -> HeldCookies:
        """Report what a response did to sessions; returns whose its cookies are."""
        opened = OpenedJar()
        written: dict[str, NamedSession] = {}
        kept: set[str] = set()
        lesson = Lesson()
        answer = await self._refusals.judge(answer)
        answer = self._ends.take_back(answer)
        comebacks = self._left.find(answer)
        if cookies:
            jar = apply_cookies(answer.arrival.jar, cookies, answer.at)
            found = await self._desk.open_after(answer, jar, self._opener)
            opened, _ = await self._desk.sort_guesses(found, jar)
            answer = self._desk.visitors.mark(with_cleared(answer, opened), opened)
            self._desk.signatures.note(opened, answer)
            opened = self._desk.signatures.set_apart(opened, jar)
            self._ids.note_rotations(answer, opened.sessions)
            renewers = find_renewers(answer, opened)
            opened = set_aside(opened, renewers)
            answer = choose_learned(answer, [*opened.sessions, *opened.others], renewers)
            written = self._owners.name_written(answer, opened, jar)
            self._previous.leave_visitors(answer, written)
            lesson = self._owners.learn(answer, opened, written, renewers)
            visitors = find_visitors(answer)
            kept = await self._writes.report(answer, written, lesson)
            self._desk.report_visitors(answer, visitors)
        shared = await self._ends.report(answer, kept, lesson.replaces)
        await self._desk.report_shared(answer, shared)
        if lesson.is_dead and lesson.learned is not None:
            self._ends.report_late(answer, lesson.learned, lesson.replaced)
        self._report_logins(answer, opened)
        self._left.judge(answer, comebacks, written)
        await self._ids.judge(answer)
        await self._judge_brought(answer)
        self._asked.judge(answer)
        self._ends.report_held(answer)
        return HeldCookies(
            holders=_holders(answer, written, lesson.learned),
            emptied=find_emptied(answer, cookies),
        )

    async def _judge_brought(self, answer: CookieAnswer) -> None:
        """Judge the sessions that a request has brought by its answer."""
        self._old.judge(answer)
        await self._desk.answered.judge(answer)
        await self._desk.report_used(answer)

    def _report_logins(self, answer: CookieAnswer, opened: OpenedJar) -> None:
        report_starts(self._desk.publish, answer, opened)
        end = find_end(answer, opened)
        if end is None:
            return
        login, found = end
        name = self._desk.memory.known_name(answer.value_of(found), answer.arrival.browser)
        self._desk.publish(
            LoginSucceeded(
                at=answer.at,
                cause=answer.cause,
                session=name,
                login=login,
                sub=self._desk.memory.subject_of(name, found),
            )
        )


def _holders(
    answer: CookieAnswer, written: Mapping[str, NamedSession], learned: LearnedSession | None
) -> dict[str, str]:
    """Return cookie name to session name, after a response; what it deletes counts as well."""
    holders: dict[str, str] = {}
    for one in (*answer.arrival.sessions, *written.values()):
        holders |= dict.fromkeys(one.found.cookies, one.name)
    for session in (answer.arrival.learned, learned):
        if session is not None:
            holders |= dict.fromkeys(session.members, session.name)
    return holders
