"""Timeline lines of what concerns the lab as a whole."""

from __future__ import annotations

from typing import assert_never

from session_inspector.devserver.core.events.login import KnobApplied, KnobsTurned, LogoutTokenSent
from session_inspector.devserver.core.events.server import (
    NO_PROXY,
    CarrierSwitched,
    ExchangesSkipped,
    KeysRotated,
    PluginFailed,
    ScenarioTold,
    ServerStarted,
    StoreStateChanged,
    UpstreamStateChanged,
)
from session_inspector.inspector.model.facts.rows import Tone


def server_line(
    event: ServerStarted
    | CarrierSwitched
    | StoreStateChanged
    | KeysRotated
    | PluginFailed
    | ScenarioTold
    | LogoutTokenSent
    | KnobsTurned
    | KnobApplied
    | UpstreamStateChanged
    | ExchangesSkipped,
) -> tuple[str, str, str, Tone]:
    """Return mark, title, detail and tone."""
    match event:
        case ServerStarted():
            return "●", *_started(event), "good"
        case CarrierSwitched():
            return "⇄", f"new sessions are {event.kind}", event.store, "accent"
        case StoreStateChanged():
            return _store_line(event)
        case UpstreamStateChanged() | ExchangesSkipped():
            return _upstream_line(event)
        case KeysRotated():
            return "⚷", "signing key rotated", f"kid {event.kid[:8]}", "accent"
        case ScenarioTold(is_verdict=True):
            tone: Tone = "good" if event.is_ok else "bad"
            mark = "✔" if event.is_ok else "✘"
            return mark, f"{event.scenario}: {event.text}", "", tone
        case ScenarioTold():
            return "▸", event.scenario, event.text, "plain" if event.is_ok else "warn"
        case LogoutTokenSent() | KnobsTurned() | KnobApplied():
            return _tenant_line(event)
        case PluginFailed():
            return "⚠", f"plug-in {event.plugin} failed", event.reason, "warn"
        case _:
            assert_never(event)


def _store_line(event: StoreStateChanged) -> tuple[str, str, str, Tone]:
    if event.watched_by:
        return "◎", "watching the store", f"by {event.watched_by}", "dim"
    if event.is_up:
        return "●", "the store is back", event.store, "good"
    return "○", "the store is away", event.reason, "bad"


def _upstream_line(event: UpstreamStateChanged | ExchangesSkipped) -> tuple[str, str, str, Tone]:
    match event:
        case UpstreamStateChanged(is_up=True):
            return "●", "the app answers", event.upstream, "good"
        case UpstreamStateChanged():
            return "○", "the app is away", event.reason, "bad"
        case ExchangesSkipped():
            return "⚠", f"{event.count} requests not shown", "too many at once; all went on", "warn"


def _tenant_line(event: LogoutTokenSent | KnobsTurned | KnobApplied) -> tuple[str, str, str, Tone]:
    match event:
        case LogoutTokenSent():
            whom = f"{event.sub} · {event.uri}"
            if event.reason:
                return "✕", "back-channel logout failed", f"{event.reason} · {whom}", "bad"
            return "⌁", "back-channel logout sent", f"{event.status} · {whom}", "accent"
        case KnobsTurned():
            if not event.told:
                return "⚙", "the provider is in good order", "", "good"
            return "⚙", "the provider misbehaves", " · ".join(event.told), "warn"
        case KnobApplied():
            return "⚙", f"knob {event.knob.replace('_', ' ')}", event.detail, "warn"


def _started(event: ServerStarted) -> tuple[str, str]:
    """Return title and detail."""
    if event.upstream == NO_PROXY:
        return "attached", f"{event.store} · {NO_PROXY}"
    if event.upstream:
        return "attached", f"{event.base_url} → {event.upstream}"
    if event.tenant:
        return f"a tenant for {event.tenant}", f"environment in {event.tenant_env}"
    return "the lab is running", f"{event.base_url} · {event.kind}"
