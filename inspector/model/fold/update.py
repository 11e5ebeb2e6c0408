"""Folds events into the state: one `match` over each part of the union, so none is forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    CookiesForgotten,
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
    WatchFailed,
)
from session_inspector.devserver.core.events.session import (
    SessionEvent,
    SessionLoaded,
    SessionSeen,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.fact import KnownProviderSession
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.facts.sweeps import gather_sweeps
from session_inspector.inspector.model.fold.alarms import fold_alarms
from session_inspector.inspector.model.fold.cookies import fold_cookie, fold_forgotten
from session_inspector.inspector.model.fold.draft import Draft
from session_inspector.inspector.model.fold.families import fold_families
from session_inspector.inspector.model.fold.flows import fold_flows
from session_inspector.inspector.model.fold.lab import fold_lab
from session_inspector.inspector.model.fold.sessions import fold_sessions

QUIET = (SessionLoaded, SessionSeen)
"""Shown only in the timeline of their own session; no alarm, token or login comes of them."""


def fold(state: State, events: Iterable[Event], dropped: int = 0) -> State:
    """Return the state after a batch of events; the timeline is copied once a batch."""
    batch = tuple(events)
    alarms = state.alarms
    families = state.families
    flows = state.flows
    draft = Draft(state)
    loud: list[Event] = []
    for event in batch:
        _fold_facts(draft, event)
        if isinstance(event, QUIET):
            continue
        loud.append(event)
        alarms = fold_alarms(alarms, event)
        families = fold_families(families, event)
        flows = fold_flows(flows, event)
    entries, sweep = gather_sweeps(state.sweep, loud)
    return replace(
        draft.finish(),
        timeline=state.timeline.with_items(batch),
        runs=state.runs.with_items(event for event in loud if isinstance(event, ScenarioTold)),
        loud=state.loud.with_items(entries),
        sweep=sweep,
        alarms=alarms,
        families=families,
        flows=flows,
        dropped=state.dropped + dropped,
    )


def update(state: State, event: Event) -> State:
    """Return the state after one event."""
    return fold(state, (event,))


def _fold_facts(draft: Draft, event: Event) -> None:
    if isinstance(event, ExchangeEvent):
        _fold_exchange(draft, event)
    elif isinstance(event, SessionEvent):
        fold_sessions(draft, event)
    elif isinstance(event, LoginEvent):
        _fold_login(draft, event)
    else:
        _fold_server(draft, event)


def _fold_exchange(draft: Draft, event: ExchangeEvent) -> None:
    match event:
        case ExchangeStarted():
            draft.exchanges = draft.exchanges.set(event.exchange, event)
        case CookieSet():
            fold_cookie(draft, event)
        case CookiesForgotten():
            fold_forgotten(draft, event)
        case ExchangeEnded() | EqualCookiesSeen():
            pass
        case _:
            assert_never(event)


def _fold_login(draft: Draft, event: LoginEvent) -> None:
    match event:
        case ProviderSessionStarted():
            begun = KnownProviderSession(expires=event.expires)
            draft.provider_sessions = draft.provider_sessions.set(event.sid, begun)
        case ProviderSessionEnded():
            _end_provider_session(draft, event)
        case KnobsTurned():
            draft.lab = fold_lab(draft.lab, event)
        case (
            LoginStarted()
            | LoginSucceeded()
            | LoginFailed()
            | TokenMinted()
            | TokenRefused()
            | TokenRevoked()
            | LogoutTokenSent()
            | KnobApplied()
        ):
            pass
        case _:
            assert_never(event)


def _fold_server(draft: Draft, event: ServerEvent) -> None:
    match event:
        case (
            ServerStarted()
            | CarrierSwitched()
            | StoreStateChanged()
            | ClockMoved()
            | UpstreamStateChanged()
            | WatchFailed()
            | AppAddressSeen()
        ):
            draft.lab = fold_lab(draft.lab, event)
        case CommandRun():
            draft.commands = draft.commands.set(event.cause, event.command)
        case KeysRotated() | PluginFailed() | ScenarioTold() | ExchangesSkipped():
            pass
        case _:
            assert_never(event)


def _end_provider_session(draft: Draft, event: ProviderSessionEnded) -> None:
    known = draft.provider_sessions.get(event.sid)
    expires = event.at
    if known is not None:
        expires = known.expires
    ended = KnownProviderSession(expires=expires, ended=event.at)
    draft.provider_sessions = draft.provider_sessions.set(event.sid, ended)
