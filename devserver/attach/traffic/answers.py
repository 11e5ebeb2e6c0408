"""Reports the sessions that a response writes, renews or ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer, NamedSession
from session_inspector.devserver.attach.traffic.companions import TOKEN, new_cookies, unknown_of
from session_inspector.devserver.attach.traffic.cookie_scopes import apply_cookies
from session_inspector.devserver.attach.traffic.endings import HeldCookies
from session_inspector.devserver.attach.traffic.ends.previous import PreviousSessions
from session_inspector.devserver.attach.traffic.ends.reporter import EndReporter
from session_inspector.devserver.attach.traffic.learned import (
    LearnedEnd,
    LearnedSession,
    Lesson,
    NewCookie,
)
from session_inspector.devserver.attach.traffic.logins import (
    find_end,
    find_restored,
    find_visitors,
    is_another_session,
    is_login,
    is_logout,
    learn_login,
    logs_in,
    report_starts,
    sets_session,
    stand_beside,
)
from session_inspector.devserver.attach.traffic.opener import (
    UNFIT,
    OpenedJar,
    Opener,
    is_broken,
    is_unopened,
)
from session_inspector.devserver.attach.traffic.outcomes.asked_logouts import AskedLogouts
from session_inspector.devserver.attach.traffic.outcomes.left_cookies import LeftCookies
from session_inspector.devserver.attach.traffic.outcomes.nobody import find_emptied, with_cleared
from session_inspector.devserver.attach.traffic.outcomes.presented_ids import PresentedIds
from session_inspector.devserver.attach.traffic.outcomes.refusals import carried_on
from session_inspector.devserver.attach.traffic.outcomes.reuse import (
    ReuseReporter,
    is_answer_to_reuse,
)
from session_inspector.devserver.attach.traffic.outcomes.write_reasons import find_reason
from session_inspector.devserver.attach.traffic.pairs import (
    choose_learned,
    find_owner,
    find_renewers,
    set_aside,
)
from session_inspector.devserver.attach.traffic.verdicts import SessionDesk, learned_as
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.events.base import WriteReason
from session_inspector.devserver.core.events.login import LoginSucceeded
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded


class AnswerReporter:
    """Reports the responses of one app."""

    def __init__(self, opener: Opener, desk: SessionDesk, named: frozenset[str]) -> None:
        """`named` are names of session cookies that somebody told."""
        self._opener = opener
        self._desk = desk
        self._named = named
        self._refusals = desk.answered.refusals
        reuse = ReuseReporter(publish=desk.publish, requests=desk.answered.requests)
        self._asked = AskedLogouts(desk.memory, desk.answered)
        self._ids = PresentedIds(
            desk.memory, desk.answered, desk.report_verdict, reuse, self._asked
        )
        self._left = LeftCookies(desk.memory, desk.publish, desk.answered.requests)
        self._ends = EndReporter(desk, reuse)
        self._previous = PreviousSessions(desk, self._ends, self._asked)

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
            answer = self._desk.visitors.mark(with_cleared(answer, opened), opened.sessions)
            self._desk.signatures.note(opened, answer)
            opened = self._desk.signatures.set_apart(opened, jar)
            self._ids.note_rotations(answer, opened.sessions)
            renewers = find_renewers(answer, opened)
            opened = set_aside(opened, renewers)
            answer = choose_learned(answer, [*opened.sessions, *opened.others], renewers)
            written = self._name_written(answer, opened, jar)
            self._previous.leave_visitors(answer, written)
            lesson = self._learn(answer, opened, written, renewers)
            visitors = find_visitors(answer)
            kept = await self._report_writes(answer, written, lesson)
            self._desk.report_visitors(answer, visitors)
        shared = await self._ends.report(answer, kept, lesson.replaces)
        await self._desk.report_shared(answer, shared)
        if lesson.is_dead and lesson.learned is not None:
            self._ends.report_late(answer, lesson.learned, lesson.replaced)
        self._report_logins(answer, opened)
        self._left.judge(answer, comebacks, written)
        await self._ids.judge(answer)
        await self._desk.answered.judge(answer)
        self._asked.judge(answer)
        self._ends.report_held(answer)
        return HeldCookies(
            holders=_holders(answer, written, lesson.learned),
            emptied=find_emptied(answer, cookies),
        )

    # -- whose cookies they are ------------------------------------------------------------

    def _name_written(
        self, answer: CookieAnswer, opened: OpenedJar, jar: Mapping[str, str]
    ) -> dict[str, NamedSession]:
        """Return the sessions that a browser has after a response, by name.

        A token that is set beside a session belongs to it.
        """
        arrival = answer.arrival
        company = self._desk.learner.find_company(arrival.jar, list(answer.lines))
        named: dict[str, NamedSession] = {}
        for found in sorted(opened.sessions, key=lambda one: one.family == TOKEN):
            is_touched = answer.has_any_of(found)
            name = self._desk.memory.name_of(
                found,
                jar,
                before=carried_on(answer),
                learned=find_owner(found.cookies, arrival.all_learned) or arrival.learned,
                company=company if is_touched else "",
                restored=find_restored(answer, found),
                is_login=logs_in(answer, found),
                is_logout=is_logout(answer),
                is_equal=not answer.equal.isdisjoint(found.cookies),
                browser=arrival.browser,
                is_given=answer.gives(found),
            )
            if answer.gives(found) and not found.session_id:
                self._count_login(answer, name)
            if name in named:
                named[name] = named[name].joined_with(found)
            else:
                named[name] = NamedSession(name=name, found=found)
            if is_touched:
                company = company or name
        return named

    def _count_login(self, answer: CookieAnswer, name: str) -> None:
        """Count a login that gives a browser the value of a session that it has by another one."""
        is_known = self._desk.memory.contents.get(name) is not None
        is_first = not answer.arrival.sessions
        if is_first and is_known and not self._desk.answered.has_ended(name):
            self._desk.memory.values.add_login(name)

    def _learn(
        self,
        answer: CookieAnswer,
        opened: OpenedJar,
        written: Mapping[str, NamedSession],
        renewers: Mapping[str, Decoded],
    ) -> Lesson:
        """Take what a response set into the session that it belongs to."""
        learned = answer.arrival.learned
        decoded = [*opened.sessions, *opened.others]
        cookies = new_cookies(answer, decoded, learned, self._named, renewers)
        cookies = self._desk.visitors.choose(answer, learned, cookies)
        opaque = [cookie for cookie in cookies if cookie.is_opaque]
        if learned is not None and learned.ended is not None:
            if opaque and answer.is_late(learned.ended):
                return self._learn_late(answer, learned, learned.ended, cookies)
            if self._is_carried_on(answer, learned, opaque):
                learned.ended = None
                learned.is_reusable = True
            else:
                learned = None
        if not cookies or (not opaque and learned is None):
            return Lesson(learned=learned)
        if opaque and not written and self._refusals.gives_to_nobody(answer, learned, opaque):
            return self._learn_nobodys(answer, cookies)
        if learned is not None and learned.name in answer.refused and not written:
            return Lesson(learned=learned)
        session = self._session_for(answer, written, learned, cookies)
        session.browser = session.browser or answer.arrival.browser
        replaced = self._desk.learner.learn(session, cookies, answer.moment, answer.arrival.jar)
        session.forget(answer.deleted, answer.at)
        replaces = ""
        is_new = session is not learned and bool(opaque)
        is_known = learned is not None and learned.name not in answer.arrival.unlisted
        if learned is not None and is_known and is_new and not stand_beside(answer, cookies):
            replaces = learned.name
        is_set = session.holds_any(cookies)
        return Lesson(learned=session, replaced=tuple(replaced), replaces=replaces, has_set=is_set)

    def _is_carried_on(
        self, answer: CookieAnswer, learned: LearnedSession, cookies: Sequence[NewCookie]
    ) -> bool:
        """Check whether the app has accepted a session that was over, and gives it a new value."""
        requests = self._desk.answered.requests
        is_accepted = requests.is_accepted(answer.arrival.request, answer.status)
        is_set = any(cookie.name in learned.opaque for cookie in cookies)
        return is_accepted and is_set and not is_login(answer)

    def _learn_nobodys(self, answer: CookieAnswer, cookies: Sequence[NewCookie]) -> Lesson:
        """Take what came with a refusal into a session that is nobody's, until a login uses it."""
        name = self._desk.signed.name_of(cookies[0].value)
        session = self._desk.learner.begin(name, answer.at)
        self._desk.learner.learn(session, cookies, answer.moment, {})
        self._refusals.note_nobodys(name)
        return Lesson(learned=session)

    def _learn_late(
        self,
        answer: CookieAnswer,
        learned: LearnedSession,
        ending: LearnedEnd,
        cookies: Sequence[NewCookie],
    ) -> Lesson:
        """Take what a response set that came after the end of its request's session.

        Where that end was the app's answer to the value that is replaced here, it was one by
        reuse; after a logout the session has its cookie again.
        """
        jar = answer.arrival.jar
        replaced = tuple(self._desk.learner.learn(learned, cookies, answer.moment, jar))
        if any(is_answer_to_reuse(ending, one) for one in replaced):
            return Lesson(learned=learned, replaced=replaced, is_dead=True)
        learned.ended = None
        return Lesson(learned=learned, replaced=replaced, has_set=True)

    def _session_for(
        self,
        answer: CookieAnswer,
        written: Mapping[str, NamedSession],
        learned: LearnedSession | None,
        cookies: Sequence[NewCookie],
    ) -> LearnedSession:
        """Return the learned session that cookies belong to: a new one at a login."""
        touched = [one for one in written.values() if sets_session(answer, one.found)]
        if touched and (learned is None or learned.name not in [one.name for one in touched]):
            begun = self._desk.learner.begin(touched[0].name, answer.at)
            if learned is not None and find_restored(answer, touched[0].found) == learned.name:
                self._desk.learner.move(learned, begun, answer.arrival.jar)
            return begun
        if learned is not None and (touched or not self._is_another(answer, learned, cookies)):
            return learned  # a session that can be read shows by itself whether it is another one
        if learned is not None:
            return self._begin(answer, cookies)
        arrival = answer.arrival
        name = self._desk.learner.find_company(arrival.jar, [one.name for one in cookies])
        if not arrival.beside and not answer.of_visitors:
            name = name or arrival.live_session
        if name:
            return self._desk.learner.begin(name, 0)
        return self._begin(answer, cookies)

    def _begin(self, answer: CookieAnswer, cookies: Sequence[NewCookie]) -> LearnedSession:
        """Return a new session of unknown format: another browser's may have the same value."""
        digest = self._desk.signed.name_of(cookies[0].value)
        name = self._desk.memory.values.begin(digest, answer.arrival.browser)
        self._count_login(answer, name)
        return self._desk.learner.begin(name, answer.at)

    def _is_another(
        self, answer: CookieAnswer, learned: LearnedSession, cookies: Sequence[NewCookie]
    ) -> bool:
        """Check whether cookies are of another session than the learned one of the request."""
        return is_another_session(answer, learned, cookies) or self._asked.begins_another(
            answer, learned, cookies
        )

    # -- writes ----------------------------------------------------------------------------

    async def _report_writes(
        self, answer: CookieAnswer, written: Mapping[str, NamedSession], lesson: Lesson
    ) -> set[str]:
        """Report what was written; returns those the browser has now, and those it took."""
        answered = self._desk.answered
        touched = [one for one in written.values() if answer.has_any_of(one.found)]
        kept = set(written) | {answer.previous_of(one) for one in touched}
        for one in written.values():
            is_written = one in touched or lesson.has_set_for(one.name)
            if is_written and answered.is_renewed(answer, one.name):
                await self._report_written(one, answer, lesson)
        learned = lesson.learned
        if learned is not None and lesson.has_set and learned.name not in kept:
            kept.add(learned.name)
            one = NamedSession(name=learned.name, found=unknown_of(learned))
            if answered.is_renewed(answer, one.name):
                await self._report_written(one, answer, lesson)
        return kept

    async def _report_written(
        self, one: NamedSession, answer: CookieAnswer, lesson: Lesson
    ) -> None:
        found = one.found
        memory = self._desk.memory
        memory.note_clock(one)
        is_for_login = self._is_for_login(answer, one)
        if is_for_login or is_broken(found):
            self._desk.report_verdict(one.name, found, answer.cause, answer.at)
            return
        before = self._content_before(answer, one.name)
        end = memory.end_in_browser(one, answer.browser_end_of(one))
        if before is None and await self._refusals.gives_nothing(answer, one):
            return
        memory.contents.put(one.name, one.content)
        learned = learned_as(lesson.learned, one.name)
        facts = await self._desk.facts_of(one, answer.at, end, learned)
        if learn_login(memory, one, answer, facts, before):
            facts = await self._desk.facts_of(one, answer.at, end, learned)
        previous = answer.previous_of(one) or lesson.previous_of(one.name)
        previous = await self._previous.settle(answer, previous, facts)
        reason = self._find_reason(answer, one, before, facts.sub, previous)
        is_new_value = learned is not None and lesson.replaced and before is not None
        is_drawn_anew = await self._ids.is_drawn_anew(answer, one, previous, facts.sub)
        if is_new_value or is_drawn_anew or self._ids.is_rotation(answer, one):
            reason = "rotate"
            facts = memory.with_login(one.name, facts)
        self._desk.publish(
            SessionWritten(
                at=answer.at,
                cause=answer.cause,
                session=one.name,
                reason=reason,
                facts=facts,
                previous=previous,
            )
        )
        if is_unopened(found) or found.problem in UNFIT:
            self._desk.report_verdict(one.name, found, answer.cause, answer.at)

    def _find_reason(
        self,
        answer: CookieAnswer,
        one: NamedSession,
        before: JsonObject | None,
        sub: str,
        previous: str,
    ) -> WriteReason:
        taken = self._ids.subject_of(answer, previous)
        has_login = self._desk.memory.has_login(one.name)
        has_login = has_login or logs_in(answer, one.found)
        return find_reason(answer, before, one.content, taken=taken, sub=sub, has_login=has_login)

    def _is_for_login(self, answer: CookieAnswer, one: NamedSession) -> bool:
        """Check for what a login under way sets: a request that brings it shows no session."""
        found = one.found
        if not answer.is_leaving or not is_unopened(found) or found.payload:
            return False
        self._desk.memory.contents.put(one.name, {})
        return True

    def _content_before(self, answer: CookieAnswer, session: str) -> JsonObject | None:
        """Return what was in a session before; None: nothing, as in one that a login begins."""
        if is_login(answer) and session in answer.dead:
            return None
        return self._desk.memory.contents.get(session)

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
