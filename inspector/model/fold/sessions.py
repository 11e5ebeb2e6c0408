"""Folds what happens to sessions into the map of known sessions.

An event changes only what it shows: a row that was read says nothing of the cookie, a cookie that
was deleted nothing of an app's row. What a request met (accepted, refused) outweighs what was
concluded before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from session_inspector.devserver.core.events.base import SessionFacts, Timer
from session_inspector.devserver.core.events.session import (
    ClockForced,
    CookieReused,
    SessionDestroyed,
    SessionEvent,
    SessionLoaded,
    SessionRefused,
    SessionResurrected,
    SessionSeen,
    SessionVanished,
    SessionWriteRefused,
    SessionWritten,
)
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.row_ends import OF_THE_COOKIE, obeyed_end
from session_inspector.inspector.model.facts.state import Ended, KnownSession
from session_inspector.inspector.model.fold.draft import Draft
from session_inspector.inspector.model.fold.endings import (
    REPLACED,
    describe_end,
    describe_refusal,
)
from session_inspector.inspector.model.fold.row_states import (
    has_run_out,
    row_after_end,
    row_after_look,
    row_after_vanishing,
    row_after_verdict,
    row_after_write,
)

LASTING = (*OF_THE_COOKIE, "store")
"""Clocks that a session keeps until an event shows them again."""


def fold_sessions(draft: Draft, event: SessionEvent) -> None:
    """Note an event of a session."""
    match event:
        case SessionWritten():
            _note_write(draft, event)
        case SessionSeen():
            _note_sight(draft, event)
        case SessionLoaded() | SessionRefused():
            _note_verdict(draft, event)
        case SessionDestroyed() | SessionVanished():
            _note_end(draft, event)
        case SessionResurrected():
            _resurrect(draft, event)
        case ClockForced():
            _force_clock(draft, event)
        case SessionWriteRefused() | CookieReused():
            pass
        case _:
            assert_never(event)


def _note_write(draft: Draft, event: SessionWritten) -> None:
    exchange = draft.exchanges.get(event.cause)
    known = draft.sessions.get(event.session)
    if known is None:
        known = KnownSession(session=event.session, facts=event.facts, client="")
    client = known.client
    if exchange is not None:
        client = exchange.client
    previous = known.previous
    if event.previous and event.previous != event.session:
        previous = event.previous
        _end(draft, previous, Ended(life="replaced", at=event.at, reason=REPLACED))
    written = replace(
        known,
        facts=event.facts,
        client=client,
        writes=known.writes + 1,
        ended=None,
        forced={},
        row=row_after_write(draft, known, event),
        changed=_machine_time(draft, event),
        previous=previous,
    )
    draft.keep_session(written)


def _note_sight(draft: Draft, event: SessionSeen) -> None:
    """Note a session that was found: in its store, or attached in a request's cookie."""
    known = draft.sessions.get(event.session)
    if known is None:
        draft.keep_session(_make_found(draft, event))
        return
    if not event.cause and _machine_time(draft, event) < known.changed:
        return
    facts = _join_facts(known.facts.timers, event)
    row = row_after_look(known.row, event)
    ended = known.ended
    forced = known.forced
    if forced and not event.cause and not _is_over(event):
        forced = {}  # it was written since
    if ended is not None and not event.cause and (ended.life == "gone" or ended.is_by_clock):
        ended = None  # the row is there (again): its clocks say whether it counts
    draft.replace_session(known, replace(known, facts=facts, row=row, ended=ended, forced=forced))


def _make_found(draft: Draft, event: SessionSeen) -> KnownSession:
    """Return a session of which nothing was known before."""
    client = "store"
    exchange = draft.exchanges.get(event.cause)
    if exchange is not None:
        client = exchange.client
    facts = _join_facts((), event)
    row = row_after_look(None, event)
    return KnownSession(session=event.session, facts=facts, client=client, row=row)


def _is_over(event: SessionSeen) -> bool:
    """Check whether a row that was read has ended."""
    end = obeyed_end(event.facts.timers)
    return end is not None and end <= event.at


def _join_facts(before: Sequence[Timer], event: SessionSeen) -> SessionFacts:
    """Return what an event shows, with the clocks of before that it cannot show."""
    timers = _join_clocks(before, event)
    if timers is event.facts.timers:
        return event.facts
    return replace(event.facts, timers=timers)


def _join_clocks(before: Sequence[Timer], event: SessionSeen) -> tuple[Timer, ...]:
    """Return the clocks that an event shows, and those of before that it cannot show.

    The very tuple of the event where that is all: then nothing is to be built.
    """
    shown = event.facts.timers
    if not event.cause:
        own = [timer for timer in shown if timer.name not in OF_THE_COOKIE]
        if len(own) != len(shown):
            shown = tuple(own)
    if not before:
        return shown
    names = {timer.name for timer in shown}
    kept = [timer for timer in before if timer.name in LASTING and timer.name not in names]
    if not kept:
        return shown
    return (*kept, *shown)


def _note_verdict(draft: Draft, event: SessionLoaded | SessionRefused) -> None:
    """Note that a request brought a session, and what came of it."""
    known = draft.sessions.get(event.session)
    if known is None:
        return
    met = replace(
        known,
        sent=draft.exchanges.get(event.cause, known.sent),
        row=row_after_verdict(draft, known, event),
        ended=_ending_after_verdict(draft, known, event),
    )
    draft.replace_session(known, met)


def _ending_after_verdict(
    draft: Draft, known: KnownSession, event: SessionLoaded | SessionRefused
) -> Ended | None:
    """Return how a session has ended, as far as a request that brought it shows."""
    ended = known.ended
    is_open = ended is None or ended.is_by_clock
    if isinstance(event, SessionLoaded):
        if is_open or event.origin == "told" or known.facts.kind == "stateless":
            return None
        return ended
    if not is_open:
        return ended
    is_run_out = has_run_out(known, event.at)
    found = describe_refusal(event, is_run_out=is_run_out, is_ours=draft.is_ours)
    return found or ended


def _note_end(draft: Draft, event: SessionDestroyed | SessionVanished) -> None:
    known = draft.sessions.get(event.session)
    if known is None:
        return
    ended = known.ended
    if isinstance(event, SessionDestroyed):
        row = row_after_end(draft, known, event)
        if event.reason == "reuse":
            ended = None  # it says better how the session ended
    else:
        row = row_after_vanishing(event)
    changed = _machine_time(draft, event)
    draft.replace_session(known, replace(known, row=row, changed=changed, ended=ended))
    _end(draft, event.session, describe_end(event, is_ours=draft.is_ours))


def _machine_time(draft: Draft, event: SessionEvent) -> Seconds:
    """Return when an event happened by a clock that nobody travels with."""
    return event.at - draft.lab.offset


def _resurrect(draft: Draft, event: SessionResurrected) -> None:
    known = draft.sessions.get(event.session)
    if known is not None:
        draft.replace_session(known, replace(known, is_resurrected=True, ended=None))


def _force_clock(draft: Draft, event: ClockForced) -> None:
    known = draft.sessions.get(event.session)
    if known is None:
        return
    forced = {**known.forced, event.clock: event.at}
    changed = _machine_time(draft, event)
    draft.replace_session(known, replace(known, forced=forced, changed=changed))


def _end(draft: Draft, session: str, ended: Ended) -> None:
    """Note how a session ended; the first ending counts, later ones only repeat it."""
    known = draft.sessions.get(session)
    if known is not None and not known.is_surely_over:
        draft.replace_session(known, replace(known, ended=ended))
