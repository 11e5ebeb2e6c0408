"""All clocks of a session, each with where it is from; what is dead has no running clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from session_inspector.devserver.core.events.base import Origin, Timer, TimerName
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.fact import ClockFact, Fact
from session_inspector.inspector.model.facts.rows import Life
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.fold.endings import (
    is_accepted_after_its_end,
    is_copy_accepted,
)
from session_inspector.inspector.model.fold.ends.answers import is_answered
from session_inspector.inspector.model.fold.ends.logouts import is_asked
from session_inspector.inspector.model.views.selectors.cookie import cookie_fact, end_by_rule
from session_inspector.inspector.model.views.selectors.ends import find_end, own_timers
from session_inspector.inspector.model.views.selectors.life import life_of
from session_inspector.inspector.model.views.selectors.provider import (
    provider_session_fact,
    refresh_token_fact,
)
from session_inspector.inspector.model.views.selectors.row import is_row_there, row_fact
from session_inspector.inspector.model.words.text import moment

BY_HAND = "expired by hand"
ROW_GONE = "its row is gone"
IN_COPY = "the end inside the copy that is accepted"
COPY_ACCEPTED = "over in its browser, but a copy is accepted"
NOBODYS = "nobody is logged in: it ends no session"
ASKED = "not known whether it runs: {} asked to log out"
ANSWERED = "not known whether it runs: the app has refused the session, and answered since"
OWN_END_PASSED = "the app accepts it after the session's own end"
OF_THE_SESSION: tuple[TimerName, ...] = ("inactivity", "absolute", "ceiling", "access_token")
"""Clocks that count nothing any more once the session is over."""


def collect_clocks(state: State, known: KnownSession, now: Seconds) -> tuple[ClockFact, ...]:
    """Return the clocks of a session: its own, and those of the provider."""
    return (*_own_clocks(state, known, now), *_clocks_of_provider(state, known, now))


def _own_clocks(state: State, known: KnownSession, now: Seconds) -> Iterator[ClockFact]:
    cookie = cookie_fact(state, known, now)
    row = row_fact(state, known, now)
    end = find_end(known)
    over = life_of(known, end, now)
    for timer in own_timers(known):
        if timer.name in known.forced:
            yield _forced_clock(known, timer)
        elif timer.name == "cookie":
            yield _cookie_clock(known, timer, cookie)
        elif timer.name == "sealed":
            yield _sealed_clock(state, known, timer, cookie)
        elif timer.name in ("store", "inside"):
            yield _row_clock(known, timer, row, now)
        else:
            yield _session_clock(known, timer, over, now)


def _forced_clock(known: KnownSession, timer: Timer) -> ClockFact:
    return ClockFact(
        name=timer.name,
        ends=known.forced[timer.name],
        ends_session=timer.ends_session,
        origin="told",
        evidence=BY_HAND,
    )


def _cookie_clock(known: KnownSession, timer: Timer, cookie: Fact) -> ClockFact:
    """Return the cookie's own clock: as its line was seen, else as the setting has it."""
    is_by_rule = bool(timer.rule) and (cookie.ends is None or bool(timer.cookies))
    if is_by_rule and cookie.is_alive:
        return ClockFact(
            name="cookie",
            ends=end_by_rule(known, timer),
            ends_session=timer.ends_session,
            origin="rule",
            evidence=timer.rule,
            rule=timer.rule,
            is_assumed=timer.is_assumed,
        )
    if cookie.is_alive is None:
        return ClockFact(
            name="cookie",
            ends=timer.ends,
            ends_session=timer.ends_session,
            origin="rule",
            evidence=cookie.evidence,
        )
    return ClockFact(
        name="cookie",
        ends=cookie.ends,
        ends_session=timer.ends_session and cookie.ends is not None,
        origin=cookie.origin,
        evidence=cookie.evidence,
        stopped=cookie.why,
    )


def _sealed_clock(state: State, known: KnownSession, timer: Timer, cookie: Fact) -> ClockFact:
    """Return the end inside the cookie's value, which goes with the cookie."""
    origin: Origin = "inside"
    if not state.lab.upstream:
        origin = "told"
    is_of_copy = is_copy_accepted(known.ended)
    if cookie.is_alive is False and cookie.why and not is_of_copy:
        why = f"went with its cookie: {cookie.why}"
        return ClockFact(
            name="sealed", ends=None, origin=origin, evidence=cookie.evidence, stopped=why
        )
    clock = ClockFact(
        name="sealed",
        ends=timer.ends,
        ends_session=timer.ends_session,
        origin=origin,
        evidence=IN_COPY if is_of_copy else "the end inside the cookie",
        clock_offset=timer.clock_offset,
    )
    if not timer.rule:
        return clock
    rule = timer.rule
    return replace(clock, origin="rule", evidence=rule, rule=rule, is_assumed=timer.is_assumed)


def _row_clock(known: KnownSession, timer: Timer, row: Fact, now: Seconds) -> ClockFact:
    """Return the end of a row, or one that it keeps inside itself."""
    clock = ClockFact(
        name=timer.name,
        ends=timer.ends,
        ends_session=timer.ends_session,
        origin=row.origin,
        evidence=row.evidence,
        where=timer.where,
        clock_offset=timer.clock_offset,
    )
    if known.row is not None and not is_row_there(known):
        return replace(clock, ends=None, ends_session=False, stopped=row.why or ROW_GONE)
    if known.row is not None and known.row.refused:
        return replace(clock, ends=None, ends_session=False, stopped=known.row.refused)
    if row.is_alive is False and timer.ends is not None and timer.ends > now:
        why = f"its framework refuses the row; {_describe_later_end(timer)}"
        return replace(clock, ends=None, ends_session=False, stopped=why)
    return clock


def _describe_later_end(timer: Timer) -> str:
    """Return what happens to a dead row when a clock that counts no more would have ended."""
    at = moment(timer.ends or 0.0)
    if timer.name == "store":
        return f"the store drops it at {at}"
    return f"this end would be {at}"


def _session_clock(known: KnownSession, timer: Timer, over: Life, now: Seconds) -> ClockFact:
    origin: Origin = "rule"
    evidence = "from the settings"
    if timer.name in ("access_token", "ceiling"):
        origin = "inside"
        evidence = "a member of the session"
    if timer.name == "access_token" and timer.where:
        evidence = f"exp of the token in the cookie {timer.where}"
    has_passed = timer.ends is not None and timer.ends <= now
    is_stopped = over != "live" and timer.name in OF_THE_SESSION
    # a clock that has passed may be the one that ended it; of what was ended otherwise none is
    if is_stopped and not (has_passed and over == "expired"):
        why = _describe_over(known, over)
        return ClockFact(name=timer.name, ends=None, origin=origin, evidence=evidence, stopped=why)
    return ClockFact(
        name=timer.name,
        ends=timer.ends,
        ends_session=timer.ends_session,
        origin=origin,
        evidence=evidence,
        where=timer.where,
    )


def _describe_over(known: KnownSession, life: Life) -> str:
    if life == "visitor":
        return NOBODYS
    if is_accepted_after_its_end(known.ended):
        return OWN_END_PASSED
    if life not in ("accepted", "in-doubt") or known.ended is None:
        return f"the session is over: {life}"
    if is_copy_accepted(known.ended):
        return COPY_ACCEPTED
    if is_asked(known.ended):
        return ASKED.format(known.ended.logout)
    if is_answered(known.ended):
        return ANSWERED
    return ROW_GONE


def _clocks_of_provider(state: State, known: KnownSession, now: Seconds) -> Iterator[ClockFact]:
    facts: tuple[tuple[TimerName, Fact], ...] = (
        ("refresh_token", refresh_token_fact(state, known, now)),
        ("provider", provider_session_fact(state, known, now)),
    )
    for name, fact in facts:
        if fact.is_alive is not None:
            yield ClockFact(
                name=name,
                ends=fact.ends,
                origin=fact.origin,
                evidence=fact.evidence,
                stopped=fact.why,
            )
