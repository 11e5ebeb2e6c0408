"""What is known of a session after an event: an event changes only what it shows.

A look into the store shows no cookie, a row that was put back has sealed none, and no browser has
the one that a request got which was sent again from here: the clocks of the cookie stay.
"""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.correlation import is_resender
from session_inspector.devserver.core.events.base import SessionFacts, Timer
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.session import SessionSeen, SessionWritten
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.sessions.users import MOST_FORMER, FormerUser

OF_THE_COOKIE = ("cookie", "sealed")
"""Clocks that a look into the store does not show."""


def facts_after_write(
    before: SessionFacts | None, event: SessionWritten, exchange: ExchangeStarted | None
) -> SessionFacts:
    """Return what a session is after a write; `exchange`: that which has caused it."""
    facts = _keep_login(before, event.facts)
    if before is None or not _is_kept_from_browsers(event, exchange):
        return facts
    sealed = [timer for timer in before.timers if timer.name in OF_THE_COOKIE]
    if not sealed:
        return facts
    shown = (timer for timer in facts.timers if timer.name not in OF_THE_COOKIE)
    return replace(facts, timers=(*sealed, *shown))


def _keep_login(before: SessionFacts | None, facts: SessionFacts) -> SessionFacts:
    """Return facts with the login that was seen before, where the same user is still in it."""
    if before is None or not before.login or facts.login:
        return facts
    if facts.sub != before.sub:
        return facts
    return replace(facts, created_at=before.created_at, login=before.login)


def _is_kept_from_browsers(event: SessionWritten, exchange: ExchangeStarted | None) -> bool:
    """Check for a write whose cookie no browser gets: a row put back, a request sent again."""
    if exchange is None:
        return event.reason == "update"
    return is_resender(exchange.client)


def facts_after_look(before: SessionFacts | None, event: SessionSeen) -> SessionFacts:
    """Return what a session is after it was found: in its store, or in a request's cookie."""
    known: Sequence[Timer] = ()
    if before is not None:
        known = before.timers
    return replace(_keep_login(before, event.facts), timers=_join_clocks(known, event))


def former_after_look(former: tuple[FormerUser, ...], event: SessionSeen) -> tuple[FormerUser, ...]:
    """Return who was in a session's row, after it was read."""
    if not event.taken_from:
        return former
    left = FormerUser(name=event.taken_from, seen=event.since, until=event.at)
    return (*former, left)[-MOST_FORMER:]


def _join_clocks(before: Sequence[Timer], event: SessionSeen) -> tuple[Timer, ...]:
    """Return the clocks that an event shows, and those of before that it cannot show."""
    shown = event.facts.timers
    if not event.cause:
        shown = tuple(timer for timer in shown if timer.name not in OF_THE_COOKIE)
    names = {timer.name for timer in shown}
    kept = (timer for timer in before if _is_kept(timer, event))
    return (*(timer for timer in kept if timer.name not in names), *shown)


def _is_kept(timer: Timer, event: SessionSeen) -> bool:
    """Check for a clock that a look does not show: a token's lies in a cookie beside."""
    if timer.name == "access_token":
        return bool(timer.where) and not event.cause
    return timer.name in (*OF_THE_COOKIE, "store")
