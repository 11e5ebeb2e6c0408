"""Sessions of which a clock had run out when they were brought: what they are the answer shows.

GET /   brings it, and deletes it                    it has ended by its clock: no logout
GET /   brings it, and is answered                   presented: perhaps the app has renewed its end
"""

from __future__ import annotations

from session_inspector.devserver.attach.traffic.arrival import (
    Arrival,
    CookieAnswer,
    NamedSession,
)
from session_inspector.devserver.attach.traffic.endings import digest_in, is_deleted_by
from session_inspector.devserver.attach.traffic.outcomes.known_requests import SUCCESSES
from session_inspector.devserver.attach.traffic.outcomes.refused_sessions import EXPIRED
from session_inspector.devserver.attach.traffic.session_memory import SessionMemory
from session_inspector.devserver.attach.traffic.verdicts import SessionDesk
from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.session import SessionRefused
from session_inspector.devserver.core.values import Seconds

RUN_OUT = "{}: its time was over when {} brought it"


async def find_run_out(desk: SessionDesk, arrival: Arrival) -> frozenset[str]:
    """Return the sessions of a request whose clock has run out; a row is only read to be sure."""
    found = [
        one.name
        for one in arrival.sessions
        if one.name not in arrival.outdated
        and _may_have_run_out(desk.memory, one, arrival.at)
        and await has_run_out(desk, arrival, one)
    ]
    return frozenset(found)


def _may_have_run_out(memory: SessionMemory, one: NamedSession, at: Seconds) -> bool:
    """Check whether the end of a session is over that was seen or read last, or is inside."""
    seen = memory.end_in_browser(one, None)
    ends = [None if seen is None else seen.ends, one.found.expires]
    row = memory.known_row(one.name, one.found)
    if row is not None:
        ends += [timer.ends for timer in row.timers if timer.ends_session]
    return any(end is not None and end <= at for end in ends)


async def has_run_out(desk: SessionDesk, arrival: Arrival, one: NamedSession) -> bool:
    """Check whether a clock of a session had run out by itself when its request came."""
    end = desk.memory.end_in_browser(one, None)
    facts = await desk.facts_of(one, arrival.at, end, arrival.learned_as(one.name))
    return any(has_ended(timer, arrival.at) for timer in facts.timers)


def has_ended(timer: Timer, at: Seconds) -> bool:
    """Check whether a clock had ended its session by a moment; an assumed one shows nothing."""
    is_known = timer.ends_session and not timer.is_assumed
    return is_known and timer.ends is not None and timer.ends <= at


async def find_expired(
    desk: SessionDesk, answer: CookieAnswer, session: str
) -> NamedSession | None:
    """Return the session whose cookie an answer takes away, if its clock had run out before."""
    arrival = answer.arrival
    for one in arrival.sessions:
        if one.name == session and (
            session in arrival.run_out or await has_run_out(desk, arrival, one)
        ):
            return one
    return None


def report_expired(desk: SessionDesk, answer: CookieAnswer, one: NamedSession) -> None:
    """Report that a session had ended by its clock, whose cookie an answer takes away."""
    names = ", ".join(one.found.cookies)
    desk.publish(
        SessionRefused(
            at=answer.at,
            cause=answer.cause,
            session=one.name,
            code=EXPIRED,
            reason=RUN_OUT.format(names, answer.arrival.request),
            origin="rule",
        )
    )


def report_run_out(desk: SessionDesk, answer: CookieAnswer) -> None:
    """Report those of its sessions as brought that an answer neither refuses nor takes away.

    A page that answers anybody shows nothing: it leaves them over.
    """
    arrival = answer.arrival
    is_public = desk.answered.requests.is_public(arrival.request)
    for one in arrival.sessions:
        if one.name not in arrival.run_out or one.name in answer.refused:
            continue
        is_deleted = is_deleted_by(one.found, answer.lines, answer.at)
        digest = digest_in(arrival.jar, one.found)
        has_outlived = desk.memory.outlived.get(one.name) == digest
        if is_deleted or desk.answered.has_ended(one.name):
            continue
        if not is_public:
            if answer.status in SUCCESSES:
                desk.memory.outlived.put(one.name, digest)
            desk.report_run_out(arrival, one)
        elif desk.memory.refusals.get(one.name) != EXPIRED and not has_outlived:
            desk.memory.refusals.put(one.name, EXPIRED)
            report_expired(desk, answer, one)
