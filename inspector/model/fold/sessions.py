"""Folds what happens to sessions into the map of known sessions.

An event changes only what it shows: a row that was read says nothing of the cookie, a cookie that
was deleted nothing of an app's row. What a request met (accepted, refused) outweighs what was
concluded before.
"""

from __future__ import annotations

from typing import assert_never

from session_inspector.devserver.core.correlation import is_resender
from session_inspector.devserver.core.events.session import (
    ClockForced,
    ClockRestored,
    CookieLeft,
    CookieReused,
    RowRead,
    SessionAnswered,
    SessionDestroyed,
    SessionEvent,
    SessionLoaded,
    SessionNotOpened,
    SessionRefused,
    SessionResurrected,
    SessionSeen,
    SessionShownAgain,
    SessionVanished,
    SessionWriteRefused,
    SessionWritten,
    Verdict,
)
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.state import Ended, KnownSession, State
from session_inspector.inspector.model.fold.cookies import (
    find_bearer,
    find_sent,
    has_lost_all,
)
from session_inspector.inspector.model.fold.endings import (
    describe_end,
    describe_expiry,
    describe_refusal,
    describe_replacement,
    describe_unusable,
    end_after_answer,
    end_after_copy,
    ended_by_hand,
    is_accepted_after_its_end,
    is_ruled_out,
    is_undone_by_look,
)
from session_inspector.inspector.model.fold.ends.answers import fold_doubt, is_answered
from session_inspector.inspector.model.fold.ends.logouts import (
    end_after_refusal,
    end_after_write,
)
from session_inspector.inspector.model.fold.forced import fold_clock
from session_inspector.inspector.model.fold.known_facts import (
    facts_after_look,
    facts_after_write,
    former_after_look,
)
from session_inspector.inspector.model.fold.register import (
    is_final,
    keep_session,
    replace_session,
)
from session_inspector.inspector.model.fold.row_states import (
    has_run_out,
    is_ours,
    is_over,
    row_after_end,
    row_after_look,
    row_after_vanishing,
    row_after_verdict,
    row_after_write,
)

MEANWHILE = 2.0
"""Seconds after a look into the store in which the response comes that the look went ahead of."""


def fold_sessions(state: State, event: SessionEvent) -> State:
    """Return the state after an event of a session."""
    match event:
        case SessionWritten():
            return _note_write(state, event)
        case SessionSeen():
            return _note_sight(state, event)
        case SessionLoaded() | SessionRefused() | SessionShownAgain() | SessionNotOpened():
            return _note_verdict(state, event)
        case SessionDestroyed() | SessionVanished():
            return _note_end(state, event)
        case SessionResurrected():
            return _resurrect(state, event)
        case ClockForced() | ClockRestored():
            return fold_clock(state, event, _machine_time(state, event))
        case CookieLeft() | SessionAnswered():
            return fold_doubt(state, event)
        case SessionWriteRefused() | CookieReused() | RowRead():
            return state
        case _:
            assert_never(event)


def _note_write(state: State, event: SessionWritten) -> State:
    exchange = state.exchanges.get(event.cause)
    known = state.sessions.get(event.session)
    if known is None:
        known = KnownSession(session=event.session, facts=event.facts, client="")
    client = known.client
    if exchange is not None and not (client and is_resender(exchange.client)):
        client = exchange.client
    previous = known.previous
    if event.previous and event.previous != event.session:
        previous = event.previous
        reason = describe_replacement(event)
        replaced = Ended(life="replaced", at=event.at, reason=reason)
        state = _end(state, previous, replaced, event.cause)
    written = replace(
        known,
        facts=facts_after_write(known.facts, event, exchange),
        client=client,
        writes=known.writes + 1,
        rolls=known.rolls + (event.reason == "roll"),
        ended=end_after_write(known.ended, event),
        forced={},
        row=row_after_write(state, known, event),
        changed=_machine_time(state, event),
        previous=previous,
    )
    return keep_session(state, written)


def _note_sight(state: State, event: SessionSeen) -> State:
    """Note a session that was found: in its store, or attached in a request's cookie."""
    known = state.sessions.get(event.session)
    if known is None:
        return keep_session(state, _make_found(state, event))
    if not event.cause and _machine_time(state, event) < known.changed:
        return state
    facts = facts_after_look(known.facts, event)
    row = row_after_look(known.row, event)
    ended = known.ended
    forced = known.forced
    if not event.cause and not is_over(event):
        forced = {}  # it was written since
    if not event.cause and is_undone_by_look(ended, is_ours=is_ours(state)):
        ended = None  # the row is there (again): its clocks say whether it counts
    ended = ended or describe_unusable(event)
    seen = replace(known, facts=facts, row=row, ended=ended, forced=forced)
    return keep_session(state, replace(seen, former=former_after_look(known.former, event)))


def _make_found(state: State, event: SessionSeen) -> KnownSession:
    """Return a session of which nothing was known before."""
    client = "store"
    exchange = state.exchanges.get(event.cause)
    if exchange is not None:
        client = exchange.client
    row = row_after_look(None, event)
    return KnownSession(
        session=event.session,
        facts=facts_after_look(None, event),
        client=client,
        row=row,
        ended=describe_unusable(event),
    )


def _note_verdict(state: State, event: Verdict) -> State:
    """Note that a request brought a session, and what came of it."""
    known = state.sessions.get(event.session)
    if known is None and isinstance(event, SessionRefused) and is_ours(state):
        known = find_bearer(state, event)
    if known is None:
        return state
    met = replace(known, sent=find_sent(state, known, event))
    match event:
        case SessionNotOpened():
            return replace_session(state, known, met)  # a secret ends nothing
        case SessionShownAgain():
            ended = end_after_copy(known.ended, event)
            return replace_session(state, known, replace(met, ended=ended))
        case SessionLoaded(origin="seen") if is_ruled_out(known.ended):
            exchange = state.exchanges.get(event.cause)
            met = replace(met, ended=end_after_answer(known.ended, event, exchange))
        case SessionLoaded() if _lives_again(known, event):
            met = replace(met, ended=None)
        case SessionRefused() if not is_final(known.ended) and not _lives_on(known, event):
            is_run_out = has_run_out(known, event.at)
            found = describe_refusal(event, is_run_out=is_run_out, is_ours=is_ours(state))
            met = replace(met, ended=end_after_refusal(known.ended, found))
        case _:
            pass
    row = row_after_verdict(state, known, event)
    return replace_session(state, known, replace(met, row=row))


def _lives_on(known: KnownSession, event: SessionRefused) -> bool:
    """Check whether a row that is gone refuses what the app accepts all the same."""
    ended = known.ended
    return ended is not None and ended.was is not None and event.origin != "seen"


def _lives_again(known: KnownSession, event: SessionLoaded) -> bool:
    """Check whether a session that was over is not, as a request has brought it.

    A stateless one is where its browser has the cookie all the same: the logout has missed it. A
    copy of one that is gone is none, until it is known that it was accepted.
    """
    ended = known.ended
    if ended is None or ended.is_by_clock or event.origin in ("told", "seen"):
        return True
    if is_accepted_after_its_end(ended):
        return event.origin == "rule"  # by the app's own clock it has not ended
    if ended.life == "refused" or ended.logout or is_answered(ended):
        return False
    return known.facts.kind == "stateless" and not has_lost_all(known)


def _note_end(state: State, event: SessionDestroyed | SessionVanished) -> State:
    if isinstance(event, SessionDestroyed) and event.reason == "reuse":
        state = _reopen(state, event.session)
    known = state.sessions.get(event.session)
    if known is None:
        return state
    if isinstance(event, SessionDestroyed):
        row = row_after_end(state, known, event)
    else:
        row = row_after_vanishing(event)
    changed = _machine_time(state, event)
    state = replace_session(state, known, replace(known, row=row, changed=changed))
    return _end(state, event.session, _ending_of(state, known, event), event.cause)


def _ending_of(
    state: State, known: KnownSession, event: SessionDestroyed | SessionVanished
) -> Ended:
    """Return how a session ended; a row that a store drops at its end has expired."""
    if isinstance(event, SessionVanished):
        forced = ended_by_hand(known.forced)
        if event.is_by_hand or forced is not None:
            reason = describe_expiry(forced or "store", state.lab, is_forced=True)
            return Ended(life="expired", at=event.at, reason=reason)
        if has_run_out(known, event.at):
            return Ended(life="expired", at=event.at, reason=event.reason, origin="read")
    return describe_end(event, is_ours=is_ours(state))


def _machine_time(state: State, event: SessionEvent) -> Seconds:
    """Return when an event happened by a clock that nobody travels with."""
    return event.at - state.lab.offset


def _resurrect(state: State, event: SessionResurrected) -> State:
    known = state.sessions.get(event.session)
    if known is None:
        return state
    return replace_session(state, known, replace(known, is_resurrected=True, ended=None))


def _end(state: State, session: str, ended: Ended, cause: str) -> State:
    """Note how a session ended; the first ending counts, later ones only repeat it."""
    known = state.sessions.get(session)
    if known is None:
        return state
    if is_final(known.ended) and not _says_more(state, ended, known.ended, cause):
        return state
    return replace_session(state, known, replace(known, ended=ended))


def _says_more(state: State, ended: Ended, before: Ended | None, cause: str) -> bool:
    """Check whether an end says why a row is gone, of which a look has only shown that.

    The look came while the request was under way that ended it: one that came later found no row.
    Where that request is not known, it was just before.
    """
    if before is None or before.life != "gone" or before.origin != "read":
        return False
    if ended.life not in ("logged-out", "replaced"):
        return False
    exchange = state.exchanges.get(cause)
    if exchange is not None:
        return exchange.at <= before.at
    return ended.at - before.at <= MEANWHILE


def _reopen(state: State, session: str) -> State:
    """Forget how a session ended: a later event says it better."""
    known = state.sessions.get(session)
    if known is None or known.ended is None:
        return state
    return replace_session(state, known, replace(known, ended=None))
