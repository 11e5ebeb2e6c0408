"""Tells an old content of a session that an app refuses: its tokens had been exchanged since.

GET /me   the tokens in the cookie are new           what was in it before is old
GET /me   brings the old ones, the way to the login  the provider has taken them for stolen
GET /me   another browser brings an old content, 401 that copy is refused, not the session

That an old content is answered is no news: a cookie holds its session, and most pages use no
token of it.
"""

from __future__ import annotations

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer, NamedSession
from session_inspector.devserver.attach.traffic.endings import digest_in, is_deleted_by
from session_inspector.devserver.attach.traffic.outcomes.known_requests import GRACE
from session_inspector.devserver.attach.traffic.outcomes.reuse import (
    OldValue,
    Outcome,
    ReuseReporter,
)
from session_inspector.devserver.core.bounded import Bounded

KEPT = 20_000


class OldContents:
    """The contents of one app's sessions whose tokens a response has replaced."""

    def __init__(self, reuse: ReuseReporter) -> None:
        self._reuse = reuse
        self._old: Bounded[OldValue] = Bounded(KEPT)
        """By the digest of the whole value."""

    def note_write(self, answer: CookieAnswer, session: str, *, renews: bool) -> None:
        """Note what a request has brought of a session that its answer writes anew.

        `renews`: its tokens are others then.
        """
        for one in answer.arrival.sessions:
            if one.name == session and not one.found.session_id:
                digest = digest_in(answer.arrival.jar, one.found)
                old = OldValue(
                    session=session,
                    cookie=one.found.cookies[0],
                    digest=digest,
                    exchange=answer.cause,
                    at=answer.at,
                    renews=renews,
                    late_from=answer.at + GRACE,
                )
                self._old.put(digest, old)

    def judge(self, answer: CookieAnswer) -> None:
        """Report an old content that an answer refuses: not where its clock had run out."""
        arrival = answer.arrival
        for one in arrival.sessions:
            if one.name in arrival.run_out or one.name in arrival.over:
                continue
            outcome = _judge(answer, one)
            if outcome is None:
                continue
            old = self._old.get(digest_in(arrival.jar, one.found))
            if old is None or arrival.at < old.late_from:
                continue
            if old.renews or one.name in arrival.outdated:
                self._reuse.report_old(answer, old, outcome)


def _judge(answer: CookieAnswer, one: NamedSession) -> Outcome | None:
    """Return what an answer makes of an old content; None: it does not refuse it."""
    if one.name in answer.arrival.outdated:
        return "refused" if answer.is_turned_away else None
    if is_deleted_by(one.found, answer.lines, answer.at) and answer.is_turned_away:
        return "ended"
    return "refused" if one.name in answer.refused else None
