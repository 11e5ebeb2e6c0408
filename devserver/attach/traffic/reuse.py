"""Reports values that were presented again after a response had replaced them.

Requests that were sent together carry the same value, and one of them replaces it: that is reuse
only where the app treats it as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer
from session_inspector.devserver.attach.traffic.learning import LearnedEnd, Replacement
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.session import CookieReused
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds

Outcome: TypeAlias = Literal["ended", "refused", "accepted", "unknown"]
REFUSALS = frozenset({400, 401, 403, 419, 440})
"""Statuses by which an app refuses a credential."""
GRACE = 1.0
"""Seconds in which a browser may send a value that has just been replaced, by no fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseReporter:
    """Reports each outcome of a value once."""

    publish: Publish
    reported: Bounded[bool]

    def report(
        self, answer: CookieAnswer, replaced: Iterator[Replacement], ended: Sequence[str]
    ) -> bool:
        """Report what a response made of replaced values; `ended` are the sessions it ended.

        Returns whether that end is one by reuse.
        """
        is_by_reuse = False
        for one in replaced:
            outcome = judge_reuse(answer, one, has_ended=one.session.name in ended)
            if outcome is None:
                continue
            is_by_reuse = is_by_reuse or outcome == "ended"
            self._publish(one, outcome, answer.at, answer.cause, answer.status, answer.arrival.at)
        return is_by_reuse

    def report_late(self, replaced: Replacement, ending: LearnedEnd) -> None:
        """Report a response that ended a session before the one that replaced its value came."""
        self._publish(
            replaced, "ended", replaced.at, ending.exchange, ending.status, replaced.at - GRACE
        )

    def _publish(
        self,
        replaced: Replacement,
        outcome: Outcome,
        at: Seconds,
        cause: str,
        status: int,
        sent: Seconds,
    ) -> None:
        key = f"{replaced.digest} {outcome} {cause}"
        if outcome in ("accepted", "unknown"):
            key = f"{replaced.digest} {outcome}"
        if self.reported.get(key):
            return
        self.reported.put(key, True)
        self.publish(
            CookieReused(
                at=at,
                cause=cause,
                session=replaced.session.name,
                name=replaced.cookie,
                digest=replaced.digest,
                replaced_by=replaced.exchange,
                replaced_at=replaced.at,
                is_parallel=sent < replaced.at,
                outcome=outcome,
                status=status,
            )
        )


def is_answer_to_reuse(ending: LearnedEnd, path: str) -> bool:
    """Check whether an app ended a session because of a value that a response to `path` replaced.

    It refuses the value, or it is the same page that replaces it: a logout is neither.
    """
    return ending.status in REFUSALS or ending.path == path


def judge_reuse(answer: CookieAnswer, replaced: Replacement, *, has_ended: bool) -> Outcome | None:
    """Return what an app made of a value that was presented again; None: no reuse."""
    is_late = answer.arrival.at >= replaced.at + GRACE
    if has_ended:
        is_by_reuse = is_late or is_answer_to_reuse(answer.as_ending, replaced.path)
        return "ended" if is_by_reuse else None  # a logout that was sent meanwhile
    if replaced.session.ended is not None:
        return None  # that was reported
    is_same_page = answer.moment.path == replaced.path
    if not is_same_page:
        return "unknown" if is_late else None
    if answer.status in REFUSALS:
        return "refused"
    if is_late and 200 <= answer.status < 300:
        return "accepted"
    return None
