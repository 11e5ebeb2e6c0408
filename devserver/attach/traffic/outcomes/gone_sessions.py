"""Judges what an app makes of a session whose row is gone: it may have another copy of it.

GET /me    without a session: 401              the app needs one there
GET /me    the row is deleted, 200             it accepts it all the same: its cache has a copy
GET /      the row is deleted, 200             not known: perhaps anybody gets that page
GET /      and the row is there again          it has made it anew, of another copy
"""

from __future__ import annotations

from typing import Literal

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer, NamedSession
from session_inspector.devserver.attach.traffic.endings import GoneRow, is_deleted_by
from session_inspector.devserver.attach.traffic.logins import is_login
from session_inspector.devserver.attach.traffic.outcomes.known_requests import (
    REDIRECTS,
    SUCCESSES,
    KnownRequests,
    is_file,
    refuses_cookies,
)
from session_inspector.devserver.attach.traffic.session_memory import SessionMemory, read_row
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.session import (
    SessionResurrected,
    SessionShownAgain,
    ShownOutcome,
)
from session_inspector.devserver.core.journal import Publish


class GoneSessions:
    """Sessions of one app whose rows are gone, and what its last answer showed of each."""

    def __init__(self, memory: SessionMemory, publish: Publish, requests: KnownRequests) -> None:
        self._memory = memory
        self._publish = publish
        self._requests = requests
        self._last: Bounded[ShownOutcome] = Bounded(20_000)
        """Session and the end of its row to what was shown last."""
        self._told: Bounded[bool] = Bounded(20_000)
        """Those of which that was reported."""

    async def judge(self, answer: CookieAnswer, one: NamedSession, gone: GoneRow) -> None:
        """Report what an answer shows; the same is reported once."""
        outcome = self._judge(answer, one, gone)
        if outcome != "refused" and await self._is_back(answer, one, gone, outcome):
            return
        key = _key_of(one, gone)
        before = self._last.get(key)
        if outcome in (None, before) or (outcome == "answered" and before is not None):
            return
        self._last.put(key, outcome)
        if before is not None or outcome != "refused":  # else its row says so
            self._told.put(key, True)
            self._publish(_describe(answer, one, gone, outcome))

    def may_live(self, answer: CookieAnswer, one: NamedSession, gone: GoneRow) -> bool:
        """Check whether the absence of a row does not say what becomes of its session.

        The app's answers have said it, or it has answered and may have another copy.
        """
        if self._told.get(_key_of(one, gone)):
            return True
        return bool(gone.copy) and answer.status in SUCCESSES

    async def _is_back(
        self, answer: CookieAnswer, one: NamedSession, gone: GoneRow, outcome: ShownOutcome | None
    ) -> bool:
        """Check whether the row is there again, and report it where the app has made it anew.

        One whose time was over, or that was lost with its store, may begin anew.
        """
        request = answer.arrival.request
        if outcome is None and (not gone.copy or is_file(request) or answer.status >= 400):
            return False
        before = self._memory.subject_of(one.name, one.found)
        row = await read_row(self._memory, one.found)
        if row is None:
            return False
        is_of_user = bool(row.sub) and before in ("", row.sub)
        if gone.is_decided and is_of_user and not is_login(answer):
            copy = f": {gone.copy}" if gone.copy else ""
            self._publish(
                SessionResurrected(
                    at=answer.at,
                    cause=answer.cause,
                    session=one.name,
                    destroyed_by=gone.cause,
                    destroyed_at=gone.at,
                    reason=f"{request} came after its end, and its row is in the store again{copy}",
                )
            )
        return True

    def _judge(self, answer: CookieAnswer, one: NamedSession, gone: GoneRow) -> ShownOutcome | None:
        """Return what an answer shows; None: nothing."""
        request = answer.arrival.request
        is_deleted = is_deleted_by(one.found, answer.lines, answer.at)
        if is_deleted or self._is_turned_away(answer, one.name):
            return "refused"
        if answer.status not in SUCCESSES or self._requests.is_public(request):
            return None
        if self._requests.is_guarded(request):
            return "accepted"
        if gone.copy and not is_file(request):
            return "answered"
        return None

    def _is_turned_away(self, answer: CookieAnswer, session: str) -> bool:
        if refuses_cookies(answer):
            return self._requests.is_about_session(answer.arrival, session)
        request = answer.arrival.request
        return answer.status in REDIRECTS and self._requests.was_accepted(session, request)


def _key_of(one: NamedSession, gone: GoneRow) -> str:
    return f"{one.name} {gone.at}"


def _describe(
    answer: CookieAnswer, one: NamedSession, gone: GoneRow, outcome: ShownOutcome
) -> SessionShownAgain:
    ended: Literal["revoked", "gone"] = "gone"
    if gone.cause:
        ended = "revoked"
    return SessionShownAgain(
        at=answer.at,
        cause=answer.cause,
        session=one.name,
        names=tuple(one.found.cookies),
        ended=ended,
        ended_by=gone.cause,
        ended_at=gone.at,
        outcome=outcome,
        request=answer.arrival.request,
        status=answer.status,
    )
