"""Notices sessions that are there again after their end, by a request that had begun before it.

GET /slow      reads the session, and is under way
POST /logout   ends it: its row is deleted, or its cookie
               /slow is answered, and has written the session again
GET /          brings it, 200: whoever has the cookie is logged in
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.base import EndReason
from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionResurrected,
    SessionSeen,
    SessionShownAgain,
    SessionVanished,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds

KEPT = 20_000
REQUESTS_KEPT = 32
"""Requests of one session, those under way before those that are answered."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
ENDS_BY_DECISION: frozenset[EndReason] = frozenset({"logout", "revoked", "back-channel", "reuse"})
"""Ends after which nobody should have the session; one whose time is over may begin anew."""
ROW_IS_BACK = "its row is in the store again"
COOKIE_IS_BACK = "its response set the cookie again, which is the session"
IS_ACCEPTED = "the app accepts the session again"


@dataclass(slots=True, kw_only=True)
class SentRequest:
    """A request that brought a session."""

    exchange: str
    at: Seconds
    text: str
    """Method and path."""
    answered: Seconds | None = None
    """None: it is under way."""
    wrote: str = ""
    """The session whose cookie its response set, after that session's end."""

    @property
    def is_safe(self) -> bool:
        """It logs nobody in."""
        return self.text.partition(" ")[0] in SAFE_METHODS


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEnd:
    """How a session ended, as far as it was seen."""

    at: Seconds
    by: str
    """The exchange or command; empty: that was not seen."""
    since: Seconds
    """It was alive until then, at least."""
    refused_by: str = ""
    """The exchange that showed that it was over."""
    is_gone: bool
    """The app has refused it, or its row was gone: more than a cookie that was deleted."""


class Resurrections:
    """Reads what is published of one app, and passes it on."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._requests: Bounded[SentRequest] = Bounded(KEPT)
        """By exchange."""
        self._brought: Bounded[list[SentRequest]] = Bounded(KEPT)
        """By session."""
        self._ends: Bounded[SeenEnd] = Bounded(KEPT)
        """Sessions that are over."""
        self._seen_back: Bounded[bool] = Bounded(KEPT)
        """Sessions whose row is there again, while every request that can have written it is still
        under way."""
        self._risen: Bounded[Seconds] = Bounded(KEPT)
        """Sessions that were resurrected, and when."""
        self._put_back: Bounded[bool] = Bounded(KEPT)
        """Sessions whose row a command has written since their end: an undo."""
        self._lived: Bounded[bool] = Bounded(KEPT)
        """Sessions that the app has accepted since their end, by a request that began after it."""

    def publish(self, event: Event) -> None:
        """Publish an event, and the resurrections that it shows."""
        if isinstance(event, SessionShownAgain | SessionResurrected):
            self._publish_back(event)
            return
        self._publish(event)
        match event:
            case ExchangeStarted():
                text = f"{event.method} {event.path.partition('?')[0]}"
                sent = SentRequest(exchange=event.exchange, at=event.at, text=text)
                self._requests.put(event.exchange, sent)
            case ExchangeEnded():
                self._note_answer(event)
            case SessionLoaded(origin="rule"):
                self._note_brought(event)
            case SessionLoaded(origin="seen"):
                self._judge_acceptance(event.session, event.cause, event.at)
            case SessionSeen(cause=""):
                self._judge_row(event)
            case SessionWritten():
                self._judge_write(event)
            case SessionDestroyed() | SessionVanished() | SessionRefused():
                self._note_end(event)
            case _:
                pass

    # -- requests --------------------------------------------------------------------------

    def _note_brought(self, event: SessionLoaded) -> None:
        request = self._requests.get(event.cause)
        if request is None:
            return
        requests = self._brought.get(event.session) or []
        if len(requests) >= REQUESTS_KEPT:
            requests.sort(key=lambda one: (one.answered is None, one.at))
            del requests[0]
        requests.append(request)
        self._brought.put(event.session, requests)

    def _note_answer(self, event: ExchangeEnded) -> None:
        request = self._requests.pop(event.exchange)
        if request is None:
            return
        request.answered = event.at
        if not self._seen_back:
            return
        for session in self._seen_back.names():
            if request in self._find_late(session):
                self._report(session, request, event.at, ROW_IS_BACK)

    # -- ends ------------------------------------------------------------------------------

    def _note_end(self, event: SessionDestroyed | SessionVanished | SessionRefused) -> None:
        end = self._describe_end(event)
        if end is None:
            return
        before = self._ends.get(event.session)
        has_lived = self._lived.pop(event.session) is not None
        if before is None or has_lived:
            self._ends.put(event.session, end)
        else:
            is_gone = before.is_gone or end.is_gone
            joined = replace(before, by=before.by or end.by, is_gone=is_gone)
            self._ends.put(event.session, joined)
        self._risen.pop(event.session)
        self._put_back.pop(event.session)

    def _describe_end(
        self, event: SessionDestroyed | SessionVanished | SessionRefused
    ) -> SeenEnd | None:
        """Return how a session ended; None: by its time, or that is not said."""
        match event:
            case SessionDestroyed() if event.reason in ENDS_BY_DECISION:
                is_gone = event.reason == "revoked"
                return SeenEnd(at=event.at, by=event.cause, since=event.at, is_gone=is_gone)
            case SessionVanished() if event.is_deleted:
                return SeenEnd(at=event.at, by="", since=event.seen_at, is_gone=True)
            case SessionRefused(origin="seen"):
                refused = self._requests.get(event.cause)
                since = event.at
                if refused is not None:
                    since = refused.at
                return SeenEnd(
                    at=event.at, by="", since=since, refused_by=event.cause, is_gone=True
                )
            case _:
                return None

    # -- what is there again ---------------------------------------------------------------

    def _judge_row(self, event: SessionSeen) -> None:
        """Judge a row that was read: one that is back was written by somebody."""
        session = event.session
        end = self._ends.get(session)
        if end is None or not end.is_gone:
            return  # a logout that leaves the row is another fault
        late = self._find_late(session)
        writer = _likeliest_writer(late, end, session)
        if writer is not None:
            self._report(session, writer, event.at, ROW_IS_BACK)
        elif late:
            self._seen_back.put(session, True)
        else:
            self._forget(session)  # put back by hand, or begun anew under the same id

    def _judge_write(self, event: SessionWritten) -> None:
        """Judge a write: a late response sets a cookie again, which may be the session itself."""
        asked = self._requests.get(event.cause)
        if asked is None:
            self._put_back.put(event.session, True)
        if self._ends.get(event.session) is None:
            return
        late = self._find_late(event.session)
        writer = next((one for one in late if one.exchange == event.cause), None)
        if writer is None:
            if asked is None or not asked.is_safe:
                self._forget(event.session)  # a login with the same id, or a command
        elif event.facts.kind == "stateless":
            self._report(event.session, writer, event.at, COOKIE_IS_BACK)
        else:
            writer.wrote = event.session

    def _judge_acceptance(self, session: str, exchange: str, at: Seconds) -> None:
        """Judge an answer by which the app accepts a session that was over."""
        found = self._find_reviver(session, exchange)
        if found is not None:
            self._report(session, found, at, IS_ACCEPTED)
            return
        asked = self._requests.get(exchange)
        end = self._ends.get(session)
        if asked is not None and end is not None and asked.at >= end.at:
            self._lived.put(session, True)

    def _find_reviver(self, session: str, exchange: str) -> SentRequest | None:
        """Return the late request that was answered before another one was accepted."""
        asked = self._requests.get(exchange)
        end = self._ends.get(session)
        if asked is None or end is None or asked.at < end.at:
            return None
        late = self._find_late(session)
        possible = [one for one in late if end.is_gone or one.wrote == session]
        return _likeliest_writer(possible, end, session)

    def _publish_back(self, event: SessionShownAgain | SessionResurrected) -> None:
        if isinstance(event, SessionShownAgain):
            self._publish_shown_again(event)
        else:
            self._publish_made_anew(event)

    def _publish_shown_again(self, event: SessionShownAgain) -> None:
        """Publish that a session which was over was brought: one that is back is no copy."""
        is_back = (self._risen.get(event.session) or 0) >= event.ended_at
        if event.outcome == "accepted" and not is_back:
            self._judge_acceptance(event.session, event.cause, event.at)
            is_back = self._risen.get(event.session) is not None
        if event.outcome != "accepted" or not is_back:
            self._publish(event)

    def _publish_made_anew(self, event: SessionResurrected) -> None:
        """Publish that the app has made a row anew, unless somebody has put it back.

        One that was late has written it, where there was one: the request that found the row
        there again came after it. It may be told already.
        """
        session = event.session
        is_told = (self._risen.get(session) or 0) >= event.destroyed_at
        if is_told or self._put_back.get(session):
            return
        end = self._ends.get(session)
        writer = None
        if end is not None:
            writer = _likeliest_writer(self._find_late(session), end, session)
        if writer is not None:
            self._report(session, writer, event.at, ROW_IS_BACK)
            return
        self._forget(session)
        self._risen.put(session, event.at)
        self._publish(event)

    def _find_late(self, session: str) -> Sequence[SentRequest]:
        """Return the requests that began before a session's end and were answered after it.

        In the order of their answers; those that are under way come last.
        """
        end = self._ends.get(session)
        if end is None:
            return ()
        requests = self._brought.get(session) or []
        late = [one for one in requests if self._is_late(one, end, requests)]
        return sorted(late, key=lambda one: (one.answered is None, one.answered or one.at))

    def _is_late(self, one: SentRequest, end: SeenEnd, requests: Sequence[SentRequest]) -> bool:
        if one.exchange in (end.by, end.refused_by) or one.at >= end.at:
            return False
        if one.answered is not None and one.answered < end.at:
            return False
        if one.at <= end.since:
            return True
        others = (other for other in requests if other is not one and other.at < end.at)
        return any(other.answered is None or other.answered >= one.at for other in others)

    def _report(self, session: str, by: SentRequest, at: Seconds, what: str) -> None:
        end = self._ends.get(session)
        if end is None:
            return
        self._forget(session)
        self._risen.put(session, at)
        self._publish(
            SessionResurrected(
                at=at,
                cause=by.exchange,
                session=session,
                destroyed_by=end.by,
                destroyed_at=end.at,
                reason=f"{by.text} had begun before its end and was answered after it: {what}",
            )
        )

    def _forget(self, session: str) -> None:
        """Forget the end of a session that is there again."""
        self._ends.pop(session)
        self._seen_back.pop(session)
        self._lived.pop(session)


def _likeliest_writer(
    late: Sequence[SentRequest], end: SeenEnd, session: str
) -> SentRequest | None:
    """Return which of the late requests wrote a session again; None: none is answered.

    One that set its cookie before others, then one that had begun while it was alive for certain,
    then the one that was answered last.
    """
    answered = [one for one in late if one.answered is not None]
    if not answered:
        return None
    return max(answered, key=lambda one: (one.wrote == session, one.at <= end.since, one.answered))
