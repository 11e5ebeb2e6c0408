"""The expiry ladder: every clock of one session, which comes first, and which disagree."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from session_inspector.devserver.cookies.browsers.rules import LONGEST_LIFE
from session_inspector.devserver.core.events.base import COOKIES_BESIDE, TimerName
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.fact import ClockFact
from session_inspector.inspector.model.facts.rows import TimerRow
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.fold.endings import is_accepted_after_its_end
from session_inspector.inspector.model.views.row_clocks import describe_row_clock
from session_inspector.inspector.model.views.selectors.clocks import BY_HAND, collect_clocks
from session_inspector.inspector.model.views.selectors.cookie import names_until
from session_inspector.inspector.model.views.selectors.ends import (
    describe_no_end,
    find_end,
    find_first_end,
)
from session_inspector.inspector.model.views.selectors.life import is_ended_by
from session_inspector.inspector.model.views.selectors.real_browser import IN_THE_JAR
from session_inspector.inspector.model.words.cookie_life import describe_left, is_by_expires
from session_inspector.inspector.model.words.text import (
    age,
    describe_offset,
    duration,
    round_duration,
    safe,
)

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
BY_EXPIRES = "cookie Expires"
ASSUMED = "assumed end"
BY_RULE = "value's end"
INSIDE = "inside the row"
"""An end that only rows of some frameworks have; its note names the member."""
BY_APP_CLOCK = "⚠ counted by the app's clock, which is"
ACCEPTED_AFTER = "⚠ the app has accepted the cookie after it: it has another clock, or ignores it"
NOTES: dict[TimerName, str] = {
    "cookie": "the browser deletes the cookie",
    "sealed": "the server refuses the cookie",
    "store": "the store drops the row",
    "inactivity": "each request restarts it",
    "absolute": "counts from the login, nothing stops it",
    "access_token": "then it must be refreshed",
    "refresh_token": "then the user must log in again",
    "provider": "until then a login asks for no password",
    "ceiling": "the provider's own limit",
}
AGREEING: dict[TimerName, tuple[str, str]] = {
    "cookie": (
        "the browser deletes the cookie of a valid session",
        "it is still sent, and refused",
    ),
    "store": (
        "the cookie is valid, and its session is gone",
        "the row is unused from then on",
    ),
}
"""Clocks that should follow the sealed exp: what it means when they end before, and after it."""
TOLERANCE = 2.0
"""Seconds that two clocks may differ without a note."""


def timer_rows(state: State, session: str, now: Seconds) -> tuple[TimerRow, ...]:
    """Return the ladder of a session, the earliest end first; those that never end last."""
    known = state.sessions.get(session)
    if known is None:
        return ()
    clocks = _Clocks.read(known, collect_clocks(state, known, now), now)
    rows = [clocks.make_row(timer) for timer in clocks.timers]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clocks:
    """All clocks of one session at one moment."""

    known: KnownSession
    timers: tuple[ClockFact, ...]
    now: Seconds
    first: TimerName | None
    """The clock that ends the session; what was ended otherwise no clock ends any more."""
    furthest: Seconds
    """Seconds until the last clock ends."""

    @staticmethod
    def read(known: KnownSession, timers: tuple[ClockFact, ...], now: Seconds) -> _Clocks:
        """Compare the clocks with each other."""
        end = find_end(known)
        first = None
        if end is not None and is_ended_by(known, end, now):
            first = end.name
        left = (timer.ends - now for timer in timers if timer.ends is not None)
        furthest = max(left, default=0.0)
        return _Clocks(known=known, timers=timers, now=now, first=first, furthest=furthest)

    def _label(self, timer: ClockFact) -> str:
        if timer.name == "cookie" and timer.evidence.startswith(IN_THE_JAR):
            return "browser's cookie"
        lines = [line for line in self.known.cookies.values() if not line.is_deletion]
        if timer.name == "cookie" and lines and all(map(is_by_expires, lines)):
            return BY_EXPIRES
        if timer.is_assumed:
            return ASSUMED
        if timer.rule and timer.name != "cookie":
            return BY_RULE
        return LABELS.get(timer.name, INSIDE)

    def make_row(self, timer: ClockFact) -> TimerRow:
        """Return one clock as a row."""
        left = None
        if timer.ends is not None:
            left = timer.ends - self.now
        is_forced = timer.name in self.known.forced
        is_past = is_forced or (left is not None and left <= 0)
        share = share_of(left or 0.0, self.furthest)
        if is_past:
            share = 0.0
        return TimerRow(
            name=timer.name,
            label=self._label(timer),
            ends=timer.ends,
            left=_describe_left(timer, left, is_past=is_past),
            ends_session=timer.ends_session,
            is_first=timer.name == self.first,
            is_forced=is_forced,
            is_past=is_past,
            share=share,
            note=safe(self._note(timer), 200),
            origin=timer.origin,
            evidence=safe(timer.evidence, 120),
            is_stopped=bool(timer.stopped),
        )

    def _note(self, timer: ClockFact) -> str:
        if timer.stopped:
            return timer.stopped
        if timer.rule:
            return timer.rule
        if timer.name == "sealed" and is_accepted_after_its_end(self.known.ended):
            return ACCEPTED_AFTER
        if timer.clock_offset:
            return f"{BY_APP_CLOCK} {describe_offset(timer.clock_offset)}"
        disagreement = self._describe_company(timer)
        disagreement = disagreement or _describe_disagreement(timer, self.timers)
        if disagreement:
            return disagreement
        if timer.name in self.known.forced:
            return BY_HAND
        return describe_row_clock(timer, self.timers) or NOTES.get(timer.name, "")

    def _describe_company(self, timer: ClockFact) -> str:
        """Return what a cookie beside the sealed one means that outlives it; empty: none does.

        Flask-Login's `remember_token` has no end inside, and gives the session anew.
        """
        beside = self.known.facts.data.get(COOKIES_BESIDE)
        sealed = next((one for one in self.timers if one.name == "sealed"), None)
        if timer.name != "cookie" or timer.ends is None or not isinstance(beside, Mapping):
            return ""
        if sealed is None or sealed.ends is None or timer.ends - sealed.ends <= TOLERANCE:
            return ""
        names = names_until(self.known, timer.ends)
        if not names or not beside.keys() >= set(names):
            return ""
        return f"{' and '.join(names)}, which may bring the session back after the sealed exp"


def _describe_left(clock: ClockFact, left: Seconds | None, *, is_past: bool) -> str:
    if clock.stopped:
        return "stopped"
    if left is None:
        return describe_no_end(clock.name)
    if not is_past and clock.name == "cookie":
        return describe_left(left)
    if not is_past:
        return duration(left)
    if left > 0:
        return "over"
    return f"over, {age(-left)} ago"


def _describe_disagreement(timer: ClockFact, timers: Sequence[ClockFact]) -> str:
    """Return a sentence when a clock and the one that it should agree with differ."""
    if timer.ends is None:
        return ""
    if timer.name == "refresh_token":
        return _compare_with_session(timer.ends, timers)
    if timer.name == "access_token" and timer.where:
        return _compare_token(timer.where, timer.ends, timers)
    if timer.name in AGREEING:
        return _compare_with_sealed(timer.name, timer.ends, timers)
    return ""


def _compare_with_session(refresh_end: Seconds, timers: Sequence[ClockFact]) -> str:
    first = find_first_end(timers)
    if first is None or first.ends is None or first.ends - refresh_end <= TOLERANCE:
        return ""
    early = round_duration(first.ends - refresh_end)
    return f"⚠ ends {early} before the session: from then on there is no new access token"


def _compare_token(cookie: str, ends: Seconds, timers: Sequence[ClockFact]) -> str:
    """Return what the end of a token in a cookie of its own means for the session beside it."""
    meaning = f"what needs the token in {cookie} is refused from then on"
    first = find_first_end(timers)
    if first is None or first.ends is None:
        return f"⚠ the session has no end: {meaning}"
    if first.ends - ends <= TOLERANCE:
        return meaning
    return f"⚠ ends {round_duration(first.ends - ends)} before the session: {meaning}"


def _compare_with_sealed(name: TimerName, ends: Seconds, timers: Sequence[ClockFact]) -> str:
    sealed = next((timer for timer in timers if timer.name == "sealed"), None)
    if sealed is None or sealed.ends is None or sealed.is_assumed:
        return ""
    if abs(ends - sealed.ends) <= TOLERANCE:
        return ""
    shorter, longer = AGREEING[name]
    if name == "cookie" and ends - sealed.ends > LONGEST_LIFE:
        return f"⚠ lives longer than the sealed exp: {longer}"  # browsers cut it, each as it does
    apart = round_duration(ends - sealed.ends)
    if ends > sealed.ends:
        return f"⚠ lives {apart} longer than the sealed exp: {longer}"
    return f"⚠ lives {apart} shorter than the sealed exp: {shorter}"
