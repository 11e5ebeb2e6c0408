"""Sessions that the app has refused last, and what else it answers to them.

GET /admin/   302, the way to the login     refused
GET /ro       brings it, 200                not known: perhaps anybody gets that page
GET /me       200, where nobody gets that   it lives: the first one refused something else
GET /ro       without a session, 200        refused: anybody gets that page
"""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer, NamedSession
from session_inspector.devserver.attach.traffic.outcomes.known_requests import (
    KnownRequests,
    is_file,
)
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.session import (
    SessionAnswered,
    SessionLoaded,
    SessionRefused,
)
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.journal import Publish

EXPIRED = "expired"
"""The code of a session that has ended by a clock."""
MOST_DOUBTED = 100
"""Sessions that are remembered of one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedSession:
    """The last refusal of a session."""

    event: SessionRefused
    request: str
    """Method and path."""
    is_sure: bool = True
    """False: by a page that had never accepted it, which may refuse something else."""
    is_ended: bool = False
    """Its cookie was deleted, or somebody had asked to log out: it is over for good."""
    is_doubted: bool = False
    """Another page has answered since."""


class RefusedSessions:
    """Those of one app."""

    def __init__(self, requests: KnownRequests, publish: Publish) -> None:
        self._requests = requests
        self._publish = publish
        self._refused: Bounded[RefusedSession] = Bounded(20_000)
        """By session."""
        self._doubts: Bounded[dict[str, SessionLoaded]] = Bounded()
        """Request to the refused sessions that it has answered, as they would be accepted."""

    def put(self, refused: RefusedSession) -> None:
        """Remember a refusal, and report it."""
        self._refused.put(refused.event.session, refused)
        self._publish(refused.event)

    def pop(self, session: str) -> bool:
        """Forget the refusal of a session; False: there was none."""
        return self._refused.pop(session) is not None

    def has(self, session: str) -> bool:
        """Check whether the app has refused a session last."""
        return self._refused.get(session) is not None

    def is_surely(self, session: str) -> bool:
        """Check whether what refused a session has looked at it."""
        refused = self._refused.get(session)
        return refused is not None and refused.is_sure

    def is_doubted(self, session: str) -> bool:
        """Check whether another page has answered a session since it was refused."""
        refused = self._refused.get(session)
        return refused is not None and refused.is_doubted

    def was_over(self, answer: CookieAnswer, session: str) -> bool:
        """Check whether a session was over when its request came; what is in doubt may be ended."""
        return session in answer.dead and not self.is_doubted(session)

    def note_answer(self, answer: CookieAnswer, one: NamedSession, sub: str) -> None:
        """Report that a page has answered a refused session, which may be one for anybody."""
        refused = self._refused.get(one.name)
        request = answer.arrival.request
        if refused is None or refused.is_ended or is_file(request):
            return
        if refused.event.code == EXPIRED:
            return  # its clock is over: only a page that needs a session shows that it lives
        if answer.arrival.at < refused.event.at or refused.request == request:
            return
        accepted = SessionLoaded(
            at=answer.at, cause=answer.cause, session=one.name, sub=sub, origin="seen"
        )
        others = self._doubts.get(request) or {}
        if len(others) < MOST_DOUBTED:
            self._doubts.put(request, {**others, one.name: accepted})
        if refused.is_doubted:
            return
        self._refused.put(one.name, replace(refused, is_doubted=True))
        self._publish(
            SessionAnswered(
                at=answer.at,
                cause=answer.cause,
                session=one.name,
                refused=refused.request,
                refused_by=refused.event.cause,
                request=request,
                status=answer.status,
            )
        )

    def settle(self, answer: CookieAnswer) -> None:
        """Report what the answer to nobody shows of those that the same page has answered.

        It is for anybody: they are refused. It turns nobody in: they live.
        """
        request = answer.arrival.request
        is_public = self._requests.is_public(request)
        if not is_public and not self._requests.is_guarded(request):
            return
        for session, accepted in (self._doubts.pop(request) or {}).items():
            refused = self._refused.get(session)
            if refused is None or not refused.is_doubted or accepted.at < refused.event.at:
                continue
            if is_public:
                why = f"{refused.event.reason}; {request} answers without a session too"
                event = replace(refused.event, at=answer.at, reason=why)
                self.put(replace(refused, event=event, is_doubted=False))
            else:
                self._refused.pop(session)
                self._publish(replace(accepted, at=answer.at))
