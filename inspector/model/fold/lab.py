"""Folds what concerns the lab as a whole: its address, store, clock, the app behind it."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from session_inspector.devserver.core.events.login import KnobsTurned
from session_inspector.devserver.core.events.server import (
    AppAddressSeen,
    CarrierSwitched,
    ClockMoved,
    ServerStarted,
    StoreStateChanged,
    UpstreamStateChanged,
    WatchFailed,
)
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.state import LabState

LabEvent: TypeAlias = (
    ServerStarted
    | CarrierSwitched
    | StoreStateChanged
    | ClockMoved
    | UpstreamStateChanged
    | WatchFailed
    | AppAddressSeen
    | KnobsTurned
)


def fold_lab(lab: LabState, event: LabEvent) -> LabState:
    """Return the lab after an event."""
    match event:
        case ServerStarted():
            return _start(event)
        case CarrierSwitched():
            return replace(lab, kind=event.kind, store=event.store, is_store_up=True)
        case StoreStateChanged():
            return _note_store(lab, event)
        case KnobsTurned():
            return replace(lab, knobs=event.told)
        case ClockMoved():
            return replace(lab, offset=event.offset)
        case UpstreamStateChanged():
            return _note_upstream(lab, event)
        case AppAddressSeen():
            return replace(lab, base_url=event.base_url)
        case WatchFailed():
            return _note_failure(lab, event)
        case _:
            assert_never(event)


def _note_upstream(lab: LabState, event: UpstreamStateChanged) -> LabState:
    if event.beside:
        return lab  # another origin beside the app
    return replace(
        lab,
        is_upstream_up=event.is_up,
        upstream_reason=event.reason,
        is_upstream_unusable=event.is_unusable,
    )


def _note_failure(lab: LabState, event: WatchFailed) -> LabState:
    """Count each task's failures; an event has the count so far, not each failure its event."""
    counts = dict(lab.failures)
    counts[event.task] = event.count
    return replace(lab, failures=counts)


def _note_store(lab: LabState, event: StoreStateChanged) -> LabState:
    store = lab.store
    if event.is_chosen:
        store = event.store
    if event.watched_by:
        lab = replace(lab, store_watched=event.watched_by, store_commands=event.commands)
    return replace(
        lab,
        store=store,
        is_store_up=event.is_up,
        store_reason=event.reason,
        has_more=event.has_more,
        store_rows=event.about,
        store_found=event.found,
    )


def _start(event: ServerStarted) -> LabState:
    offset = 0.0
    if event.wall:
        offset = event.at - event.wall
    lab = LabState(
        base_url=event.base_url,
        issuer=event.issuer,
        kind=event.kind,
        store=event.store,
        offset=offset,
        users=event.users,
        upstream=event.upstream,
        control_url=event.control_url,
        may_write=event.may_write,
        origins=event.origins,
        tenant=event.tenant,
        tenant_env=event.tenant_env,
    )
    return _take_policy(lab, event)


def _take_policy(lab: LabState, event: ServerStarted) -> LabState:
    """Return the lab with the policy that an event tells; one of an app may be not known."""
    if event.rolling is not None:
        lab = replace(lab, rolling=event.rolling)
    if event.inactivity is not None:
        lab = replace(lab, inactivity=event.inactivity)
    if event.absolute is not None:
        lab = replace(lab, absolute=event.absolute)
    return lab
