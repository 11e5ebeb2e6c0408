"""Folds events into the state: one `match` over each part of the union, so none is forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    EqualCookiesSeen,
    ExchangeEnded,
    ExchangeEvent,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import (
    KnobApplied,
    KnobsTurned,
    LoginEvent,
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
    AppAddressSeen,
    CarrierSwitched,
    ClockMoved,
    CommandRun,
    ExchangesSkipped,
    KeysRotated,
    PluginFailed,
    ScenarioTold,
    ServerEvent,
    ServerStarted,
    StoreStateChanged,
    UpstreamStateChanged,
)
from session_inspector.devserver.core.events.session import (
    SessionEvent,
    SessionLoaded,
    SessionSeen,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.alarms import fold_alarms
from session_inspector.inspector.model.fold.families import fold_families
from session_inspector.inspector.model.fold.flows import fold_flows
from session_inspector.inspector.model.fold.lab import fold_lab
from session_inspector.inspector.model.fold.sessions import fold_cookie, fold_sessions

QUIET = (SessionLoaded, SessionSeen)
"""Shown only in the timeline of their own session."""


def fold(state: State, events: Iterable[Event], dropped: int = 0) -> State:
    """Return the state after a batch of events; the timeline is copied once a batch."""
    batch = tuple(events)
    alarms = state.alarms
    families = state.families
    flows = state.flows
    for event in batch:
        state = _fold_facts(state, event)
        alarms = fold_alarms(alarms, event)
        families = fold_families(families, event)
        flows = fold_flows(flows, event)
    return replace(
        state,
        timeline=state.timeline.with_items(batch),
        runs=state.runs.with_items(event for event in batch if isinstance(event, ScenarioTold)),
        loud=state.loud.with_items(event for event in batch if not isinstance(event, QUIET)),
        alarms=alarms,
        families=families,
        flows=flows,
        dropped=state.dropped + dropped,
    )


def update(state: State, event: Event) -> State:
    """Return the state after one event."""
    return fold(state, (event,))


def _fold_facts(state: State, event: Event) -> State:
    if isinstance(event, ExchangeEvent):
        return _fold_exchange(state, event)
    if isinstance(event, SessionEvent):
        return fold_sessions(state, event)
    if isinstance(event, LoginEvent):
        return _fold_login(state, event)
    return _fold_server(state, event)


def _fold_exchange(state: State, event: ExchangeEvent) -> State:
    match event:
        case ExchangeStarted():
            return replace(state, exchanges=state.exchanges.set(event.exchange, event))
        case CookieSet():
            return fold_cookie(state, event)
        case ExchangeEnded() | EqualCookiesSeen():
            return state
        case _:
            assert_never(event)


def _fold_login(state: State, event: LoginEvent) -> State:
    match event:
        case TokenMinted():
            return _note_token(state, event)
        case ProviderSessionStarted():
            return _set_provider_end(state, event.sid, event.expires)
        case ProviderSessionEnded():
            return _set_provider_end(state, event.sid, event.at)
        case KnobsTurned():
            return replace(state, lab=fold_lab(state.lab, event))
        case (
            LoginStarted()
            | LoginSucceeded()
            | LoginFailed()
            | TokenRefused()
            | TokenRevoked()
            | LogoutTokenSent()
            | KnobApplied()
        ):
            return state
        case _:
            assert_never(event)


def _fold_server(state: State, event: ServerEvent) -> State:
    match event:
        case (
            ServerStarted()
            | CarrierSwitched()
            | StoreStateChanged()
            | ClockMoved()
            | UpstreamStateChanged()
            | AppAddressSeen()
        ):
            return replace(state, lab=fold_lab(state.lab, event))
        case CommandRun():
            return replace(state, commands=state.commands.set(event.cause, event.command))
        case KeysRotated() | PluginFailed() | ScenarioTold() | ExchangesSkipped():
            return state
        case _:
            assert_never(event)


def _note_token(state: State, event: TokenMinted) -> State:
    if event.token != "refresh" or event.expires is None:
        return state
    return replace(state, refresh_ends=state.refresh_ends.set(event.sid, event.expires))


def _set_provider_end(state: State, sid: str, ends: float) -> State:
    return replace(state, provider_ends=state.provider_ends.set(sid, ends))
