"""Is a session accepted, and if not, what ended it? Every pane asks here.

An event that ended it is final, whatever time it is. A request that found a clock over is not: who
travels back to before that has the clocks to judge by.
"""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.devserver.core.events.base import Origin, Timer, TimerName
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.rows import Life
from session_inspector.inspector.model.facts.state import Ended, KnownSession, LabState
from session_inspector.inspector.model.fold.endings import describe_expiry
from session_inspector.inspector.model.views.selectors.ends import find_end

ACCEPTED: tuple[Life, ...] = ("live", "accepted")

UNTIL_ITS_END: tuple[Life, ...] = ("in-doubt", "accepted")
"""Of what may live, or does, a clock is the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeVerdict:
    """Whether a session is live, and if not, why."""

    life: Life
    reason: str
    """Why it is over, in a sentence; empty while it is live."""
    origin: Origin


def life_of(known: KnownSession, end: Timer | None, now: Seconds) -> Life:
    """Return whether a session is live; `end` is the clock that ends it."""
    ended = _ending_at(known, end, now)
    if ended is not None:
        return ended.life
    if _is_over(known, end, now):
        return "expired"
    return "live"


def is_live(known: KnownSession, now: Seconds) -> bool:
    """Check whether a request that brings the session would be accepted."""
    return life_of(known, find_end(known), now) in ACCEPTED


def judge(known: KnownSession, end: Timer | None, now: Seconds, lab: LabState) -> LifeVerdict:
    """Return whether a session is live, with the reason and where that is from."""
    ended = _ending_at(known, end, now)
    if ended is not None:
        return LifeVerdict(life=ended.life, reason=ended.reason, origin=ended.origin)
    if end is None or not _is_over(known, end, now):
        return LifeVerdict(life="live", reason="", origin="rule")
    is_forced = end.name in known.forced
    reason = describe_expiry(end.name, lab, is_forced=is_forced)
    if end.rule and not is_forced:
        return LifeVerdict(life="expired", reason=f"it has ended: {end.rule}", origin="rule")
    return LifeVerdict(life="expired", reason=reason, origin=_origin_of(end.name, is_forced))


def _ending_at(known: KnownSession, end: Timer | None, now: Seconds) -> Ended | None:
    """Return the event that has ended a session, as far as it holds at a moment.

    What is in doubt, or accepted, lives until its own clock's end at most.
    """
    ended = known.ending
    if ended is None or (ended.is_by_clock and now < ended.at):
        return None
    if ended.life in UNTIL_ITS_END and _is_over(known, end, now) and not is_refuted(ended, end):
        return None
    return ended


def is_ended_by(known: KnownSession, end: Timer, now: Seconds) -> bool:
    """Check whether a clock has ended a session or will: nothing else has, nor refutes it."""
    ended = known.ending
    life = life_of(known, end, now)
    if life == "accepted" and ended is not None:
        return not is_refuted(ended, end)
    return life in ("live", "expired")


def is_refuted(ended: Ended, end: Timer | None) -> bool:
    """Check for a clock's end after which the app has accepted the session: it obeys another."""
    if ended.life != "accepted" or end is None or end.ends is None:
        return False
    return end.ends <= ended.at


def _is_over(known: KnownSession, end: Timer | None, now: Seconds) -> bool:
    if end is None or end.ends is None:
        return False
    return end.name in known.forced or end.ends <= now


def _origin_of(name: TimerName, is_forced: bool) -> Origin:
    if is_forced:
        return "told"
    match name:
        case "cookie":
            return "seen"
        case "store":
            return "read"
        case "sealed" | "ceiling":
            return "inside"
        case _:
            return "rule"
