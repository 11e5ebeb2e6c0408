"""Logins and logouts that leave a session its id: only its row shows who is in it now.

POST /login    the row that was nobody's has a user        a login
POST /logout   the row that had a user has none            a logout: the id goes on as nobody's
POST /become   the row that had a user has another one     the store's watch tells it: read at once
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer, NamedSession
from session_inspector.devserver.attach.traffic.logins import (
    SUCCESSES,
    is_login,
    is_logout,
    is_sent_on,
    seen_login,
)
from session_inspector.devserver.attach.traffic.outcomes.answered import AnsweredRequests
from session_inspector.devserver.attach.traffic.session_memory import (
    ReadRow,
    SessionMemory,
)
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionSeen,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.decoders.subject import is_another_user

BECOMES = re.compile(
    r"impersonat|masquerad|hijack|(?:^|[/_.-])(?:become|sudo|su|log[-_]?in[-_]?as|switch[-_]?user)\b",
    re.IGNORECASE,
)
"""Requests after which another user may be in a row: it is only a reason to read it."""
HasFollowers: TypeAlias = Callable[[], bool]
"""Returns whether a browser has sent another request meanwhile."""
USER_TAKEN_OUT = "{} took the user out of its row: what is left in it is nobody's"


def has_none() -> bool:
    """Know of no request that follows."""
    return False


class KeptIds:
    """The logins and logouts of one app's rows."""

    def __init__(
        self, memory: SessionMemory, answered: AnsweredRequests, read_row: ReadRow | None
    ) -> None:
        """`read_row` is None where no store is watched."""
        self._memory = memory
        self._answered = answered
        self._publish = answered.publish
        self._read_row = read_row
        self._users: Bounded[str] = Bounded()
        """Exchange to the user of its session when its answer came: some save before that."""

    def note_answer(self, answer: CookieAnswer) -> None:
        """Remember whose session was asked to change its user, before its row is read anew."""
        sessions = answer.arrival.users
        if self._read_row is not None and len(sessions) == 1 and _may_change_user(answer):
            (one,) = sessions
            self._users.put(answer.cause, self._memory.subject_of(one.name, one.found))

    async def judge(self, answer: CookieAnswer, has_followers: HasFollowers = has_none) -> None:
        """Report a login or a logout that only the row shows, once it is written."""
        before = self._users.pop(answer.cause)
        if before is None or self._read_row is None:
            return
        (one,) = answer.arrival.users
        if not one.found.session_id:
            return
        row = await self._read_row(one.found.session_id)
        if row is None or has_followers():
            return
        if row.sub == before and not is_sent_on(answer):
            return  # else the same user once more, or one who was read for another request
        if is_login(answer) and row.sub:
            await self._report_login(answer, one, before, row.sub)
        elif is_logout(answer) and not row.sub:
            self._report_logout(answer, one, row)

    async def _report_login(
        self, answer: CookieAnswer, one: NamedSession, before: str, sub: str
    ) -> None:
        told = self._memory.login_of(one.name)
        is_told = told is not None and (told.exchange, told.sub) == (answer.cause, sub)
        if is_told and one.name in answer.dead:
            return  # what its answer wrote was told as a login
        was_over = self._answered.is_over(one.name)
        self._memory.note_login(one.name, seen_login(answer, sub))
        facts = await self._memory.facts_of(one.name, one.found, answer.at, None, None)
        at = answer.at
        cause = answer.cause
        event: Event = SessionSeen(at=at, cause=cause, session=one.name, facts=facts)
        is_new = not before or is_another_user(before, sub)
        if is_new and not was_over:
            event = SessionWritten(
                at=at, cause=cause, session=one.name, reason="begun", facts=facts
            )
        self._publish(event)
        if was_over:
            self._answered.bring_back(answer, one)

    def _report_logout(self, answer: CookieAnswer, one: NamedSession, row: SessionFacts) -> None:
        if one.name in answer.arrival.over or row.unusable:
            return
        self._memory.forget_login(one.name)
        self._publish(
            SessionDestroyed(
                at=answer.at,
                cause=answer.cause,
                session=one.name,
                reason="logout",
                detail=USER_TAKEN_OUT.format(answer.arrival.request),
            )
        )
        self._answered.keep_id(one.name)


def _may_change_user(answer: CookieAnswer) -> bool:
    if is_login(answer) or is_logout(answer):
        return True
    return answer.status in SUCCESSES and BECOMES.search(answer.arrival.request) is not None
