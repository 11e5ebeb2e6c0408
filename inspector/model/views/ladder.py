"""The expiry ladder: every clock of one session, which comes first, and which disagree."""

from __future__ import annotations

import math
from collections.abc import Sequence

from session_inspector.devserver.core.events.base import Timer, TimerName
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.rows import TimerRow
from session_inspector.inspector.model.facts.state import Known, State
from session_inspector.inspector.model.words.text import duration, rough

LABELS: dict[TimerName, str] = {
    "cookie": "cookie Max-Age",
    "sealed": "sealed exp",
    "store": "store row",
    "inactivity": "inactivity",
    "absolute": "absolute",
    "access_token": "access token",
    "refresh_token": "refresh token",
    "provider": "provider session",
    "ceiling": "ceiling",
}
NOTES: dict[TimerName, str] = {
    "cookie": "the browser forgets the cookie",
    "sealed": "the server refuses the cookie",
    "store": "the store drops the row",
    "inactivity": "each request starts it anew",
    "absolute": "counts from the login, nothing stops it",
    "access_token": "then it must be refreshed",
    "refresh_token": "then only a new login helps",
    "provider": "until then a login asks nobody",
    "ceiling": "the provider's own limit",
}
CAUSES: tuple[TimerName, ...] = ("inactivity", "absolute", "ceiling")
"""Clocks that are reasons; the cookie's and the store's only follow them."""
AGREEING: dict[TimerName, tuple[str, str]] = {
    "cookie": (
        "the browser forgets a session that is good",
        "it is sent on and on, and refused",
    ),
    "store": (
        "the cookie is good, and its session is gone",
        "a row that nobody can use any more",
    ),
}
"""Clocks that should follow the sealed exp: what it means when they end before, and after it."""
TOLERANCE = 2.0
"""Seconds that two clocks may differ without a remark."""


def clocks_of(state: State, known: Known) -> tuple[Timer, ...]:
    """Return the timers of a session: its own, forced ones moved, the provider's joined by sid."""
    timers = _own(known)
    sid = known.facts.sid
    if sid and sid in state.refresh_ends:
        timers.append(Timer(name="refresh_token", ends=state.refresh_ends[sid]))
    if sid and sid in state.provider_ends:
        timers.append(Timer(name="provider", ends=state.provider_ends[sid]))
    return tuple(timers)


def end_of(known: Known) -> Timer | None:
    """Return the clock that ends a session; the provider's own clocks end none."""
    timers = known.facts.timers if not known.forced else _own(known)
    return first_end(timers)


def first_end(timers: Sequence[Timer]) -> Timer | None:
    """Return the clock that ends the session; of equal ones the cause, not what follows it."""
    ending = [timer for timer in timers if timer.ends_session and timer.ends is not None]
    return min(ending, key=_rank, default=None)


def timer_rows(state: State, session: str, now: Seconds) -> tuple[TimerRow, ...]:
    """Return the ladder of a session, the earliest end first; those that never end last."""
    known = state.sessions.get(session)
    if known is None:
        return ()
    timers = clocks_of(state, known)
    is_cut_off = known.ended is not None and known.ended.life != "expired"
    first = None if is_cut_off else first_end(timers)  # what was revoked no clock ends any more
    furthest = max((t.ends - now for t in timers if t.ends is not None), default=0.0)
    rows = [_row(t, timers, first, known, now, furthest) for t in timers]
    return tuple(sorted(rows, key=lambda row: (row.ends is None, row.ends or 0, not row.is_first)))


def share_of(left: Seconds, furthest: Seconds) -> float:
    """Return where a duration stands on an axis from now to the furthest end: 0..1, logarithmic.

    A minute and a month are on one axis: a straight one would show only the month.
    """
    if left <= 0 or furthest <= 0:
        return 0.0
    return min(1.0, math.log1p(left / 60) / math.log1p(furthest / 60))


def axis_marks(rows: Sequence[TimerRow], now: Seconds) -> tuple[tuple[float, str], ...]:
    """Return (share, label) of round durations on the axis of a ladder."""
    furthest = max((row.ends - now for row in rows if row.ends is not None), default=0.0)
    marks = ((60, "1 min"), (3600, "1 h"), (86_400, "1 d"), (604_800, "7 d"), (2_592_000, "30 d"))
    return tuple((share_of(at, furthest), label) for at, label in marks if at <= furthest)


def _own(known: Known) -> list[Timer]:
    return [
        Timer(name=t.name, ends=known.forced.get(t.name, t.ends), ends_session=t.ends_session)
        for t in known.facts.timers
    ]


def _row(
    timer: Timer,
    timers: Sequence[Timer],
    first: Timer | None,
    known: Known,
    now: Seconds,
    furthest: Seconds,
) -> TimerRow:
    left = None if timer.ends is None else timer.ends - now
    is_past = left is not None and left <= 0
    disagreement = _disagreement(timer, timers)
    return TimerRow(
        name=timer.name,
        label=LABELS[timer.name],
        ends=timer.ends,
        left=_left(left),
        ends_session=timer.ends_session,
        is_first=timer is first,
        is_forced=timer.name in known.forced,
        is_past=is_past,
        share=0.0 if left is None or is_past else share_of(left, furthest),
        note=disagreement
        or ("expired by hand" if timer.name in known.forced else NOTES[timer.name]),
    )


def _left(left: Seconds | None) -> str:
    if left is None:
        return "with the browser"
    return duration(left) if left > 0 else f"over, {rough(left)} ago"


def _disagreement(timer: Timer, timers: Sequence[Timer]) -> str:
    """Return a sentence when a clock and the one that it should agree with differ."""
    ends = {t.name: t.ends for t in timers}
    if timer.ends is None:
        return ""
    if timer.name == "refresh_token":
        first = first_end(timers)
        if first is None or first.ends is None or first.ends - timer.ends <= TOLERANCE:
            return ""
        early = rough(first.ends - timer.ends)
        return f"⚠ ends {early} before the session: from then on no access token can be had"
    sealed = ends.get("sealed")
    if sealed is None or timer.name not in AGREEING or abs(timer.ends - sealed) <= TOLERANCE:
        return ""
    apart = timer.ends - sealed
    how = "longer" if apart > 0 else "shorter"
    return f"⚠ lives {rough(apart)} {how} than the sealed exp: {AGREEING[timer.name][apart > 0]}"


def _rank(timer: Timer) -> tuple[float, bool]:
    # clocks within a second of each other are one end: the cause is named, not its follower
    return (round(timer.ends or 0), timer.name not in CAUSES)
