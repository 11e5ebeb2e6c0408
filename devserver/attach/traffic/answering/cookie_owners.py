"""Whose cookies a response sets: the sessions they are of, by what is read or learned of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer, NamedSession
from session_inspector.devserver.attach.traffic.beside.other_logins import begins_beside_read
from session_inspector.devserver.attach.traffic.companions import TOKEN, new_cookies
from session_inspector.devserver.attach.traffic.endings import digest_in
from session_inspector.devserver.attach.traffic.learned import (
    LearnedEnd,
    LearnedSession,
    Lesson,
    NewCookie,
)
from session_inspector.devserver.attach.traffic.logins import (
    find_restored,
    is_another_session,
    is_login,
    is_logout,
    logs_in,
    sets_session,
    stand_beside,
)
from session_inspector.devserver.attach.traffic.opener import (
    OpenedJar,
)
from session_inspector.devserver.attach.traffic.outcomes.asked_logouts import AskedLogouts
from session_inspector.devserver.attach.traffic.outcomes.refusals import carried_on
from session_inspector.devserver.attach.traffic.outcomes.reuse import (
    is_answer_to_reuse,
)
from session_inspector.devserver.attach.traffic.pairs import (
    find_owner,
)
from session_inspector.devserver.attach.traffic.verdicts import SessionDesk
from session_inspector.devserver.decoders.base import Decoded


class CookieOwners:
    """Finds the sessions that the responses of one app write, and learns their cookies."""

    def __init__(self, desk: SessionDesk, asked: AskedLogouts, named: frozenset[str]) -> None:
        """`named` are names of session cookies that somebody told."""
        self._desk = desk
        self._asked = asked
        self._named = named
        self._refusals = desk.answered.refusals

    def name_written(
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
            if is_touched:
                self._desk.memory.given.note(name, digest_in(jar, found), arrival.browser)
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

    def learn(
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
            return self._learn_nobodys(answer, learned, cookies)
        if learned is not None and learned.name in answer.refused and not written:
            return Lesson(learned=learned)
        session = self._session_for(answer, written, learned, cookies)
        self._note_browser(answer, written, session)
        replaced = self._desk.learner.learn(session, cookies, answer.moment, answer.arrival.jar)
        session.forget(answer.deleted, answer.at)
        session.came_with_refusal = session.came_with_refusal and not is_login(answer)
        replaces = ""
        is_new = session is not learned and bool(opaque)
        is_known = learned is not None and learned.name not in answer.arrival.unlisted
        if learned is not None and is_known and is_new and not stand_beside(answer, cookies):
            replaces = learned.name
        is_set = session.holds_any(cookies)
        return Lesson(learned=session, replaced=tuple(replaced), replaces=replaces, has_set=is_set)

    def _note_browser(
        self, answer: CookieAnswer, written: Mapping[str, NamedSession], session: LearnedSession
    ) -> None:
        """Remember whose browser has the cookies of a learned session."""
        browser = answer.arrival.browser
        session.browser = session.browser or browser
        if session.name not in written:
            self._desk.memory.given.note(session.name, "", browser)

    def _is_carried_on(
        self, answer: CookieAnswer, learned: LearnedSession, cookies: Sequence[NewCookie]
    ) -> bool:
        """Check whether the app has accepted a session that was over, and gives it a new value."""
        requests = self._desk.answered.requests
        is_accepted = requests.is_accepted(answer.arrival.request, answer.status)
        is_set = any(cookie.name in learned.opaque for cookie in cookies)
        return is_accepted and is_set and not is_login(answer)

    def _learn_nobodys(
        self, answer: CookieAnswer, learned: LearnedSession | None, cookies: Sequence[NewCookie]
    ) -> Lesson:
        """Take what came with a refusal into a session that is nobody's, until a login uses it."""
        name = self._desk.signed.name_of(cookies[0].value)
        session = self._desk.learner.begin(name, answer.at)
        session.came_with_refusal = True
        if learned is not None and learned.name in answer.arrival.over:
            session.given_to = learned.name
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
            self._leave_before_login(answer, learned)
            return self._begin(answer, cookies)
        arrival = answer.arrival
        name = self._desk.learner.find_company(arrival.jar, [one.name for one in cookies])
        if not arrival.beside and not answer.of_visitors:
            name = name or arrival.live_session
        login = self._desk.memory.login_of(name)
        if name and not begins_beside_read(answer, login, cookies):
            return self._desk.learner.begin(name, 0)
        return self._begin(answer, cookies)

    def _leave_before_login(self, answer: CookieAnswer, learned: LearnedSession) -> None:
        """Let go of what pages had set before a login, which has left it as it was."""
        if is_login(answer) and learned.is_before_login:
            names = self._desk.learner.forget_visitors(learned, list(answer.changed))
            self._desk.visitors.note_left(answer, names)

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
        if is_login(answer) and self._desk.answered.has_ended(learned.name):
            return True  # what its logout had left was refused since
        return is_another_session(answer, learned, cookies) or self._asked.begins_another(
            answer, learned, cookies
        )
