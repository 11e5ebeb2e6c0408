"""Folds events into the state: one `match` over the whole union, so that none is forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import (
    KnobApplied,
    KnobsTurned,
    LoginFailed,
    LoginStarted,
    LoginSucceeded,
    LogoutTokenSent,
    ProviderSessionEnded,
    ProviderSessionStarted,
    TokenMinted,
    TokenRefused,
    TokenRevoked,
)
from session_inspector.devserver.core.events.server import (
    CarrierSwitched,
    ClockMoved,
    CommandRun,
    ExchangesSkipped,
    KeysRotated,
    PluginFailed,
    ScenarioTold,
    ServerStarted,
    StoreStateChanged,
    UpstreamStateChanged,
)
from session_inspector.devserver.core.events.session import (
    ClockForced,
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionResurrected,
    SessionSeen,
    SessionVanished,
    SessionWriteRefused,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts import alarms as witness
from session_inspector.inspector.model.facts import families
from session_inspector.inspector.model.facts import flows as logins
from session_inspector.inspector.model.facts.state import Ended, Known, Lab, State
from session_inspector.inspector.model.fold.endings import ended_by, refused_by

QUIET = (SessionLoaded, SessionSeen)
"""Told only in the timeline of their own session."""


def fold(state: State, events: Iterable[Event], dropped: int = 0) -> State:
    """Return the state after a batch of events; the timeline is copied once a batch."""
    batch = tuple(events)
    watch, tokens, flows = state.watch, state.tokens, state.flows
    for event in batch:
        state = _changed(state, event)
        watch = witness.noted(watch, event)
        tokens = families.noted(tokens, event)
        flows = logins.noted(flows, event)
    return replace(
        state,
        timeline=state.timeline.extended(batch),
        runs=state.runs.extended(e for e in batch if isinstance(e, ScenarioTold)),
        loud=state.loud.extended(event for event in batch if not isinstance(event, QUIET)),
        watch=watch,
        tokens=tokens,
        flows=flows,
        dropped=state.dropped + dropped,
    )


def update(state: State, event: Event) -> State:
    """Return the state after one event."""
    return fold(state, (event,))


TIMELINE_ONLY = (
    ExchangeEnded,
    SessionLoaded,
    SessionWriteRefused,
    KeysRotated,
    PluginFailed,
    LoginStarted,
    LoginSucceeded,
    LoginFailed,
    TokenRefused,
    TokenRevoked,
    ScenarioTold,
    LogoutTokenSent,
    KnobApplied,
    ExchangesSkipped,
)
"""Events that change no fact: the timeline alone shows them."""


def _changed(state: State, event: Event) -> State:
    if isinstance(event, TIMELINE_ONLY):
        return state
    match event:
        case (
            ServerStarted()
            | CarrierSwitched()
            | StoreStateChanged()
            | ClockMoved()
            | UpstreamStateChanged()
            | KnobsTurned()
        ):
            return replace(state, lab=_lab(state.lab, event))
        case ExchangeStarted():
            return replace(state, exchanges=state.exchanges.set(event.exchange, event))
        case CommandRun():
            return replace(state, commands=state.commands.set(event.cause, event.command))
        case CookieSet():
            return _cookie(state, event)
        case SessionWritten():
            return _written(state, event)
        case SessionSeen():
            return _seen(state, event)
        case SessionRefused():
            return _end(state, event.session, refused_by(event))
        case SessionDestroyed() | SessionVanished():
            return _end(state, event.session, ended_by(event))
        case SessionResurrected():
            return _change(state, event.session, is_resurrected=True, ended=None)
        case ClockForced():
            return _forced(state, event)
        case TokenMinted():
            return _token(state, event)
        case ProviderSessionStarted():
            return replace(state, provider_ends=state.provider_ends.set(event.sid, event.expires))
        case ProviderSessionEnded():
            return replace(state, provider_ends=state.provider_ends.set(event.sid, event.at))
        case _:
            assert_never(event)


def _lab(
    lab: Lab,
    event: ServerStarted
    | CarrierSwitched
    | StoreStateChanged
    | ClockMoved
    | UpstreamStateChanged
    | KnobsTurned,
) -> Lab:
    match event:
        case ServerStarted():
            return Lab(
                base_url=event.base_url,
                issuer=event.issuer,
                kind=event.kind,
                store=event.store,
                offset=event.at - event.wall if event.wall else 0.0,
                users=event.users,
                rolling=event.rolling,
                inactivity=event.inactivity,
                absolute=event.absolute,
                upstream=event.upstream,
                control_url=event.control_url,
                tenant=event.tenant,
                tenant_env=event.tenant_env,
            )
        case CarrierSwitched():
            return replace(lab, kind=event.kind, store=event.store, is_store_up=True)
        case StoreStateChanged():
            return replace(
                lab, is_store_up=event.is_up, store_reason=event.reason, has_more=event.has_more
            )
        case KnobsTurned():
            return replace(lab, knobs=event.told)
        case ClockMoved():
            return replace(lab, offset=event.offset)
        case UpstreamStateChanged():
            return replace(lab, is_upstream_up=event.is_up, upstream_reason=event.reason)


def _written(state: State, event: SessionWritten) -> State:
    exchange = state.exchanges.get(event.cause)
    old = state.sessions.get(event.session)
    known = Known(
        session=event.session,
        facts=event.facts,
        client=exchange.client if exchange else (old.client if old else ""),
        cookies=old.cookies if old else {},
        writes=(old.writes if old else 0) + 1,
        is_resurrected=old.is_resurrected if old else False,
    )
    if event.previous and event.previous != event.session:
        state = _end(
            state,
            event.previous,
            Ended(life="replaced", at=event.at, reason="a new login took its place"),
        )
    return _kept(state, known)


def _seen(state: State, event: SessionSeen) -> State:
    old = state.sessions.get(event.session)
    known = replace(old, facts=event.facts) if old else None
    if known is None:
        exchange = state.exchanges.get(event.cause)  # attached: a request brought it
        client = exchange.client if exchange else "store"
        known = Known(session=event.session, facts=event.facts, client=client)
    return _kept(state, known)


def _cookie(state: State, event: CookieSet) -> State:
    old = state.sessions.get(event.session)
    if old is None:
        return state
    return _change(state, event.session, cookies={**old.cookies, event.name: event})


def _forced(state: State, event: ClockForced) -> State:
    old = state.sessions.get(event.session)
    forced = {**(old.forced if old else {}), event.clock: event.at}
    return _change(state, event.session, forced=forced)


def _end(state: State, session: str, ended: Ended | None) -> State:
    """Note how a session ended; the first ending counts, later refusals only repeat it."""
    old = state.sessions.get(session)
    if old is None or old.ended is not None or ended is None:
        return state
    return _change(state, session, ended=ended)


def _token(state: State, event: TokenMinted) -> State:
    if event.token != "refresh" or event.expires is None:
        return state
    return replace(state, refresh_ends=state.refresh_ends.set(event.sid, event.expires))


def _change(state: State, session: str, **changes: object) -> State:
    old = state.sessions.get(session)
    if old is None:
        return state
    new = replace(old, **changes)  # type: ignore[arg-type]  # names are Known's own fields
    over = state.over + (new.ended is not None) - (old.ended is not None)
    return replace(state, sessions=state.sessions.set(session, new), over=over)


def _kept(state: State, known: Known) -> State:
    """Put a session in its place: a new one at the end of the order, where the first makes room."""
    old = state.sessions.get(known.session)
    over = state.over + (known.ended is not None) - (old is not None and old.ended is not None)
    sessions, order = state.sessions, state.order
    if old is None:
        if order.is_full:
            over -= sessions[order[0]].ended is not None
            sessions = sessions.delete(order[0])
        order = order.extended([known.session])
    return replace(state, sessions=sessions.set(known.session, known), order=order, over=over)
