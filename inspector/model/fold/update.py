"""Folds events into the state: one `match` over each part of the union, so none is forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from session_inspector.devserver.core.events.browser import BrowserEvent
from session_inspector.devserver.core.events.exchange import (
    CookieEdited,
    CookieSet,
    CookiesForgotten,
    EqualCookiesSeen,
    ExchangeEnded,
    ExchangeEvent,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import (
    DeviceCodeAnswered,
    DeviceCodeIssued,
    KnobApplied,
    KnobsTurned,
    LoginEvent,
    LoginFailed,
    LoginStarted,
    LoginSucceeded,
    LogoutFrameShown,
    LogoutTokenSent,
    ProviderSessionEnded,
    ProviderSessionStarted,
    PushedRequestUsed,
    RequestPushed,
    SecondFactorPassed,
    SecondFactorRequired,
    StepFailed,
    TokenIntrospected,
    TokenMinted,
    TokenRefused,
    TokenRevoked,
)
from session_inspector.devserver.core.events.process import AppOutput, ProcessEvent
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
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.alarms import AlarmMemory
from session_inspector.inspector.model.facts.causes import SCENARIO
from session_inspector.inspector.model.facts.fact import KnownProviderSession
from session_inspector.inspector.model.facts.pulse import count_events
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.facts.sweeps import gather_sweeps
from session_inspector.inspector.model.fold.alarms import fold_alarms
from session_inspector.inspector.model.fold.browser.jar import fold_browser
from session_inspector.inspector.model.fold.cookies import (
    fold_cookie,
    fold_edited,
    fold_forgotten,
    note_brought,
)
from session_inspector.inspector.model.fold.families import fold_families
from session_inspector.inspector.model.fold.flows import fold_flows
from session_inspector.inspector.model.fold.grants import fold_grants
from session_inspector.inspector.model.fold.lab import fold_lab
from session_inspector.inspector.model.fold.links import fold_links
from session_inspector.inspector.model.fold.process import fold_process
from session_inspector.inspector.model.fold.raising import follow_visitor
from session_inspector.inspector.model.fold.register import is_visitor
from session_inspector.inspector.model.fold.sessions import fold_sessions

QUIET = (SessionLoaded, SessionSeen, AppOutput)
"""Shown only in the timeline of their own session, or in a pane of their own."""


def fold(state: State, events: Iterable[Event], dropped: int = 0) -> State:
    """Return the state after a batch of events; the timeline is copied once a batch.

    Each is asked for when the one before is folded: who gives them may end the batch.
    """
    batch: list[Event] = []
    alarms = state.alarms
    families = state.families
    flows = state.flows
    links = state.links
    grants = state.grants
    counted: list[tuple[Event, bool]] = []
    for event in events:
        batch.append(event)
        state = _fold_facts(state, event)
        raised = alarms.raised
        alarms = fold_alarms(alarms, event)
        counted.append((event, alarms.raised is not raised))
        alarms = _follow_visitor(state, alarms, event)
        families = fold_families(families, event)
        flows = fold_flows(flows, event)
        links = fold_links(links, event)
        grants = fold_grants(grants, event)
    loud = (event for event in batch if not isinstance(event, QUIET))
    entries, sweep = gather_sweeps(state.sweep, loud)
    return replace(
        state,
        timeline=state.timeline.with_items(event for event in batch if not _is_background(event)),
        runs=state.runs.with_items(event for event in batch if isinstance(event, ScenarioTold)),
        loud=state.loud.with_items(entries),
        sweep=sweep,
        alarms=alarms,
        families=families,
        flows=flows,
        links=links,
        grants=grants,
        pulse=count_events(state.pulse, counted),
        dropped=state.dropped + dropped,
    )


def _follow_visitor(state: State, alarms: AlarmMemory, event: Event) -> AlarmMemory:
    """Return the alarms after an event that may show whether somebody is logged in."""
    if not isinstance(event, (SessionWritten, SessionSeen)):
        return alarms
    known = state.sessions.get(event.session)
    if known is None:
        return alarms
    return follow_visitor(alarms, event.session, is_visitor=is_visitor(known))


def _is_background(event: Event) -> bool:
    """Check for a line that the app wrote outside of requests: a chatty app must cost no memory."""
    return isinstance(event, AppOutput) and not event.cause


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
    if isinstance(event, ProcessEvent):
        return fold_process(state, event)
    if isinstance(event, BrowserEvent):
        return replace(state, browser=fold_browser(state.browser, event))
    return _fold_server(state, event)


def _fold_exchange(state: State, event: ExchangeEvent) -> State:
    match event:
        case ExchangeStarted():
            return _note_request(state, event)
        case CookieSet():
            return fold_cookie(state, event)
        case CookiesForgotten():
            return fold_forgotten(state, event)
        case CookieEdited():
            return fold_edited(state, event)
        case ExchangeEnded():
            return note_brought(state, event)
        case EqualCookiesSeen():
            return state
        case _:
            assert_never(event)


def _note_request(state: State, event: ExchangeStarted) -> State:
    bearers = state.bearers
    if event.bearer:
        bearers += 1
    return replace(state, exchanges=state.exchanges.set(event.exchange, event), bearers=bearers)


def _fold_login(state: State, event: LoginEvent) -> State:
    match event:
        case ProviderSessionStarted():
            begun = KnownProviderSession(expires=event.expires)
            return _set_provider_session(state, event.sid, begun)
        case ProviderSessionEnded():
            return _end_provider_session(state, event)
        case KnobsTurned():
            return replace(state, lab=fold_lab(state.lab, event))
        case (
            LoginStarted()
            | LoginSucceeded()
            | LoginFailed()
            | StepFailed()
            | TokenMinted()
            | TokenRefused()
            | TokenRevoked()
            | TokenIntrospected()
            | RequestPushed()
            | PushedRequestUsed()
            | DeviceCodeIssued()
            | DeviceCodeAnswered()
            | SecondFactorRequired()
            | SecondFactorPassed()
            | LogoutFrameShown()
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
            | WatchFailed()
            | AppAddressSeen()
        ):
            return replace(state, lab=fold_lab(state.lab, event))
        case CommandRun(command="RunScenario") if state.commands.get(event.cause):
            return state
        case CommandRun():
            return replace(state, commands=state.commands.set(event.cause, event.command))
        case ScenarioTold():
            played = f"{SCENARIO}{event.scenario}"
            return replace(state, commands=state.commands.set(event.cause, played))
        case KeysRotated() | PluginFailed() | ExchangesSkipped():
            return state
        case _:
            assert_never(event)


def _end_provider_session(state: State, event: ProviderSessionEnded) -> State:
    known = state.provider_sessions.get(event.sid)
    expires = event.at
    if known is not None:
        expires = known.expires
    ended = KnownProviderSession(expires=expires, ended=event.at)
    return _set_provider_session(state, event.sid, ended)


def _set_provider_session(state: State, sid: str, session: KnownProviderSession) -> State:
    return replace(state, provider_sessions=state.provider_sessions.set(sid, session))
