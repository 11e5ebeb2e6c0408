"""Reports values that were presented again after a response had replaced them.

Requests that were sent together carry the same value, and one of them replaces it: that is reuse
only where the app treats it as such. A token that renews others ends its family; a session's id
that was replaced is refused, and what deletes its cookie deletes it in the browser that sent it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from session_inspector.devserver.attach.traffic.arrival import (
    CookieAnswer,
    NamedSession,
)
from session_inspector.devserver.attach.traffic.endings import ReplacedId
from session_inspector.devserver.attach.traffic.learned import LearnedEnd, Replacement
from session_inspector.devserver.attach.traffic.logins import is_login
from session_inspector.devserver.attach.traffic.outcomes.known_requests import (
    GRACE,
    REDIRECTS,
    REFUSALS,
    SAFE_METHODS,
    SUCCESSES,
    KnownRequests,
    refuses_cookies,
)
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.session import CookieReused
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds

Outcome: TypeAlias = Literal["ended", "refused", "accepted", "unknown"]
UNAUTHORIZED = 401
OVERTAKEN = 0.1
"""Seconds by which a request may come after a later one of the same browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldValue:
    """A value that a response has replaced: of a learned cookie, or an id that a format knows."""

    session: str
    """Whose it was."""
    cookie: str
    digest: str
    exchange: str
    """The response."""
    at: Seconds
    renews: bool = False
    """It is exchanged for others; else it is the session's id, or its data."""
    is_reusable: bool = False
    """The app accepts such values."""
    known_as: str = ""
    """The name of the session when it had that value."""
    late_from: Seconds
    """From when on no browser sends it by chance: the value that took its place is in use."""


def old_value(replaced: Replacement) -> OldValue:
    """Return a replaced value of a learned session."""
    session = replaced.session
    return OldValue(
        session=session.name,
        cookie=replaced.cookie,
        digest=replaced.digest,
        exchange=replaced.exchange,
        at=replaced.at,
        renews=replaced.renews,
        is_reusable=session.is_reusable,
        known_as=session.name,
        late_from=replaced.at + GRACE,
    )


def old_id(one: NamedSession, replaced: ReplacedId, left_at: Seconds | None) -> OldValue:
    """Return a replaced id of a session that a request has brought by it.

    `left_at` is when what took its place was first brought; None: never.
    """
    late_from = replaced.at + GRACE
    if left_at is not None:
        late_from = min(late_from, left_at + OVERTAKEN)
    return OldValue(
        session=replaced.session,
        cookie=one.found.cookies[0],
        digest=replaced.digest,
        exchange=replaced.exchange,
        at=replaced.at,
        known_as=one.name,
        late_from=late_from,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseReporter:
    """Reports each outcome of a value once."""

    publish: Publish
    requests: KnownRequests
    _reported: Bounded[bool] = field(default_factory=Bounded)
    _ended: Bounded[CookieReused] = field(default_factory=Bounded)
    """Session to the reuse by which it was said to have ended."""

    def report(
        self, answer: CookieAnswer, replaced: Sequence[Replacement], ended: Sequence[str]
    ) -> set[str]:
        """Report what a response made of replaced values; `ended` are the sessions it ended.

        Returns those of them that it has ended for the reuse.
        """
        by_reuse: set[str] = set()
        for one in replaced:
            has_ended = one.session.name in ended
            outcome = judge_reuse(answer, one, self.requests, has_ended=has_ended)
            if outcome is None:
                continue
            if outcome == "ended":
                by_reuse.add(one.session.name)
            if outcome == "accepted":
                one.session.is_reusable = True
            self.report_old(answer, old_value(one), outcome)
        return by_reuse

    def report_id(
        self, answer: CookieAnswer, old: OldValue, *, is_given_another: bool, is_over: bool
    ) -> bool:
        """Report what a response made of a replaced id: True, if it shows that its session lives.

        `is_given_another`: it sets one anew. `is_over`: the session was over by what was seen.
        """
        is_late = answer.arrival.at >= old.late_from
        if is_given_another and _gives_in_its_place(answer):
            outcome: Outcome | None = "refused"
        else:
            outcome = _judge_id(answer, old, self.requests, is_late=is_late)
        lives_on = outcome == "accepted" and is_over
        if lives_on:
            self._reported.pop(f"{old.digest} accepted")
        if outcome is not None:
            self.report_old(answer, old, outcome)
        return lives_on

    def report_late(self, replaced: Replacement, ending: LearnedEnd) -> None:
        """Report a response that ended a session before the one that replaced its value came."""
        old = old_value(replaced)
        self._publish(old, "ended", old.at, ending.exchange, ending.status, old.at - GRACE)

    def take_back(self, session: str) -> None:
        """Report that the app had refused a value, and had not ended its session for that."""
        event = self._ended.pop(session)
        if event is not None:
            self.publish(replace(event, outcome="refused"))

    def report_old(self, answer: CookieAnswer, old: OldValue, outcome: Outcome) -> None:
        """Report what a response made of an old value."""
        self._publish(old, outcome, answer.at, answer.cause, answer.status, answer.arrival.at)

    def _publish(
        self,
        replaced: OldValue,
        outcome: Outcome,
        at: Seconds,
        cause: str,
        status: int,
        sent: Seconds,
    ) -> None:
        key = f"{replaced.digest} {outcome} {cause}"
        if outcome in ("accepted", "unknown"):
            key = f"{replaced.digest} {outcome}"
        if self._reported.get(key):
            return
        self._reported.put(key, True)
        event = CookieReused(
            at=at,
            cause=cause,
            session=replaced.session,
            name=replaced.cookie,
            digest=replaced.digest,
            replaced_by=replaced.exchange,
            replaced_at=replaced.at,
            is_parallel=sent < replaced.at,
            outcome=outcome,
            status=status,
            renews=replaced.renews,
        )
        if outcome == "ended":
            self._ended.put(replaced.session, event)
        self.publish(event)


def is_answer_to_reuse(ending: LearnedEnd, replaced: Replacement) -> bool:
    """Check whether an app ended a session because of a value that a response had replaced.

    It refuses the value, or it is the same page that replaces it: a logout is neither. Whoever
    sends a session's id of before loses his cookie, and the session its nothing.
    """
    if not replaced.renews:
        return False
    is_same_page = ending.path == replaced.path and not replaced.session.is_reusable
    return ending.status in REFUSALS or is_same_page


def is_refused_alone(answer: CookieAnswer, replaced: Replacement, requests: KnownRequests) -> bool:
    """Check whether a response that deletes cookies deletes those of an old id alone.

    It refuses the id, or sends it away from where the session was accepted before: no logout.
    """
    return _is_refused_alone(answer, old_value(replaced), requests)


def _is_refused_alone(answer: CookieAnswer, old: OldValue, requests: KnownRequests) -> bool:
    if old.renews or old.cookie not in answer.deleted:
        return False
    if answer.status not in REDIRECTS:
        return refuses_cookies(answer)
    return requests.was_accepted(old.known_as, answer.arrival.request)


def judge_reuse(
    answer: CookieAnswer, replaced: Replacement, requests: KnownRequests, *, has_ended: bool
) -> Outcome | None:
    """Return what an app made of a value that was presented again; None: no reuse."""
    if has_ended:
        if is_answer_to_reuse(answer.as_ending, replaced):
            return "ended"
        return None  # a logout
    if replaced.session.ended is not None:
        return None  # that was reported
    is_late = answer.arrival.at >= replaced.at + GRACE
    if replaced.renews:
        return _judge_renewal(answer, replaced, is_late=is_late)
    return _judge_id(answer, old_value(replaced), requests, is_late=is_late)


def _judge_renewal(answer: CookieAnswer, replaced: Replacement, *, is_late: bool) -> Outcome | None:
    """Judge a value that renews others: only where it was replaced it is surely read."""
    if answer.moment.path != replaced.path:
        return "unknown" if is_late else None
    if refuses_cookies(answer):
        return "refused"
    if is_late and answer.status in SUCCESSES:
        return "accepted"
    return None


def _judge_id(
    answer: CookieAnswer,
    old: OldValue,
    requests: KnownRequests,
    *,
    is_late: bool,
) -> Outcome | None:
    """Judge a session's id or data, which each page that needs the session reads."""
    if _is_refusal(answer, old, requests):
        return "refused"
    if not is_late:
        return None
    if requests.is_accepted(answer.arrival.request, answer.status):
        return "accepted"
    if old.is_reusable:
        return None
    return "unknown"


def _gives_in_its_place(answer: CookieAnswer) -> bool:
    """Check whether an answer with another id has refused the one it was asked with.

    One that is answered may have been drawn anew once more, and a login looks at none of before.
    """
    return answer.status not in SUCCESSES and not is_login(answer)


def _is_refusal(answer: CookieAnswer, old: OldValue, requests: KnownRequests) -> bool:
    """Check whether a refusal is one of the session: a form may be refused for what is in it."""
    if _is_refused_alone(answer, old, requests):
        return True
    request = answer.arrival.request
    if not refuses_cookies(answer):
        return answer.is_turned_away
    is_safe = request.partition(" ")[0] in SAFE_METHODS
    is_about_it = is_safe and answer.status == UNAUTHORIZED
    return is_about_it or requests.was_accepted(old.known_as, request)
