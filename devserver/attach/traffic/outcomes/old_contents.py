"""Tells an old content of a session that an app refuses: its tokens had been exchanged since.

GET /me       the tokens in the cookie are new           what was in it before is old
GET /me       brings the old ones, the way to the login  the provider has taken them for stolen

That an old content is answered is no news: a cookie holds its session, and most pages use no
token of it.
"""

from __future__ import annotations

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer
from session_inspector.devserver.attach.traffic.endings import digest_in, is_deleted_by
from session_inspector.devserver.attach.traffic.outcomes.known_requests import GRACE
from session_inspector.devserver.attach.traffic.outcomes.reuse import OldValue, ReuseReporter
from session_inspector.devserver.core.bounded import Bounded

KEPT = 20_000


class OldContents:
    """The contents of one app's sessions whose tokens a response has replaced."""

    def __init__(self, reuse: ReuseReporter) -> None:
        self._reuse = reuse
        self._old: Bounded[OldValue] = Bounded(KEPT)
        """By the digest of the whole value."""

    def note_refresh(self, answer: CookieAnswer, session: str) -> None:
        """Note what a request has brought of a session whose tokens its answer replaces."""
        for one in answer.arrival.sessions:
            if one.name == session and not one.found.session_id:
                digest = digest_in(answer.arrival.jar, one.found)
                old = OldValue(
                    session=session,
                    cookie=one.found.cookies[0],
                    digest=digest,
                    exchange=answer.cause,
                    at=answer.at,
                    renews=True,
                    late_from=answer.at + GRACE,
                )
                self._old.put(digest, old)

    def judge(self, answer: CookieAnswer) -> None:
        """Report an old content that an answer refuses: not where its clock had run out."""
        arrival = answer.arrival
        for one in arrival.sessions:
            if one.name in arrival.run_out or one.name in arrival.over:
                continue
            old = self._old.get(digest_in(arrival.jar, one.found))
            if old is None or arrival.at < old.late_from:
                continue
            if is_deleted_by(one.found, answer.lines, answer.at) and answer.is_turned_away:
                self._reuse.report_old(answer, old, "ended")
            elif one.name in answer.refused:
                self._reuse.report_old(answer, old, "refused")
