"""Reports what a response writes: sessions created, rolled, refreshed, changed or drawn anew."""

from __future__ import annotations

from collections.abc import Mapping

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer, NamedSession
from session_inspector.devserver.attach.traffic.companions import unknown_of
from session_inspector.devserver.attach.traffic.ends.previous import PreviousSessions
from session_inspector.devserver.attach.traffic.learned import (
    Lesson,
)
from session_inspector.devserver.attach.traffic.logins import (
    is_login,
    learn_login,
    logs_in,
)
from session_inspector.devserver.attach.traffic.opener import is_broken, is_unopened
from session_inspector.devserver.attach.traffic.outcomes.old_contents import OldContents
from session_inspector.devserver.attach.traffic.outcomes.presented_ids import PresentedIds
from session_inspector.devserver.attach.traffic.outcomes.write_reasons import find_reason
from session_inspector.devserver.attach.traffic.verdicts import SessionDesk, learned_as
from session_inspector.devserver.attach.visitors.unverified import UNFIT
from session_inspector.devserver.core.events.base import SessionFacts, WriteReason
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.subject import find_subject


class WriteReporter:
    """Reports the writes of one app's responses."""

    def __init__(
        self, desk: SessionDesk, ids: PresentedIds, previous: PreviousSessions, old: OldContents
    ) -> None:
        self._desk = desk
        self._old = old
        self._ids = ids
        self._previous = previous
        self._refusals = desk.answered.refusals

    async def report(
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
            is_unsent = self._desk.visitors.is_unsent(answer, learned)
            if answered.is_renewed(answer, one.name) and not is_unsent:
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
        self._publish(answer, one, reason, facts, previous)
        if is_unopened(found) or found.problem in UNFIT:
            self._desk.report_verdict(one.name, found, answer.cause, answer.at)

    def _publish(
        self,
        answer: CookieAnswer,
        one: NamedSession,
        reason: WriteReason,
        facts: SessionFacts,
        previous: str,
    ) -> None:
        self._old.note_write(answer, one.name, renews=reason == "refresh")
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

    def _is_for_login(self, answer: CookieAnswer, one: NamedSession) -> bool:
        """Check for what a login under way sets: a request that brings it shows no session."""
        found = one.found
        if not answer.is_leaving or not is_unopened(found) or found.payload:
            return False
        self._desk.memory.contents.put(one.name, {})
        return True

    def _find_reason(
        self,
        answer: CookieAnswer,
        one: NamedSession,
        before: JsonObject | None,
        sub: str,
        previous: str,
    ) -> WriteReason:
        taken = self._ids.subject_of(answer, previous)
        login = self._desk.memory.login_of(one.name)
        is_again = login is not None and login.exchange == answer.cause
        if is_again and find_subject(before or {}):
            return "begun"
        has_login = login is not None or logs_in(answer, one.found)
        return find_reason(answer, before, one.content, taken=taken, sub=sub, has_login=has_login)

    def _content_before(self, answer: CookieAnswer, session: str) -> JsonObject | None:
        """Return what was in a session before; None: nothing, as in one that a login begins."""
        if is_login(answer) and session in answer.dead:
            return None
        return self._desk.memory.contents.get(session)
