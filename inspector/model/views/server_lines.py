"""Timeline lines of what concerns the lab as a whole."""

from __future__ import annotations

import re
from typing import assert_never

from session_inspector.devserver.core.events.server import (
    NO_PROXY,
    TAKES_CONNECTIONS,
    TAKES_NO_WRITES,
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
from session_inspector.inspector.model.facts.rows import Line, Tone
from session_inspector.inspector.model.words.text import duration
from session_inspector.inspector.model.words.watching import describe_watching


def server_line(event: ServerEvent) -> Line:
    """Return mark, title, detail and tone."""
    match event:
        case ServerStarted():
            return "●", *_describe_start(event), "good"
        case CarrierSwitched():
            return "⇄", f"new sessions are {event.kind}", event.store, "accent"
        case StoreStateChanged():
            return _store_line(event)
        case UpstreamStateChanged() | AppAddressSeen() | ExchangesSkipped():
            return _upstream_line(event)
        case CommandRun() | ClockMoved():
            return _command_line(event)
        case KeysRotated():
            return "⚷", "signing key rotated", f"kid {event.kid[:8]}", "accent"
        case ScenarioTold():
            return _scenario_line(event)
        case WatchFailed() | PluginFailed():
            return _failure_line(event)
        case _:
            assert_never(event)


def spell_command(command: str) -> str:
    """Return a command's name in plain words: `refresh tokens`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", command).lower()


def _command_line(event: CommandRun | ClockMoved) -> Line:
    match event:
        case ClockMoved():
            offset = f"offset {duration(event.offset)}"
            return "◷", f"time travel {duration(event.by)}", offset, "accent"
        case CommandRun():
            tone: Tone = "accent"
            if not event.is_ok:
                tone = "bad"
            return "»", f"you: {spell_command(event.command)}", event.message, tone


def _scenario_line(event: ScenarioTold) -> Line:
    if not event.is_verdict:
        tone: Tone = "plain"
        if not event.is_ok:
            tone = "warn"
        return "▸", event.scenario, event.text, tone
    verdict = f"{event.scenario}: {event.text}"
    if event.is_ok:
        return "✔", verdict, "", "good"
    return "✘", verdict, "", "bad"


def _store_line(event: StoreStateChanged) -> Line:
    if event.watched_by:
        return "◎", "watching the store", f"by {describe_watching(event)}", "dim"
    if event.is_chosen:
        return "◎", "the sessions are in", event.store, "good"
    if event.is_up:
        return "●", "the store is back", event.store, "good"
    if event.reason.startswith(TAKES_NO_WRITES):
        return "◐", "the store is read only", event.reason.removeprefix(TAKES_NO_WRITES), "bad"
    return "○", "the store is away", event.reason, "bad"


def _failure_line(event: WatchFailed | PluginFailed) -> Line:
    match event:
        case WatchFailed():
            return "⚠", f"watching failed: {event.task}", f"{event.reason}; it goes on", "bad"
        case PluginFailed():
            return "⚠", f"plug-in {event.plugin} failed", event.reason, "warn"


def _upstream_line(event: UpstreamStateChanged | AppAddressSeen | ExchangesSkipped) -> Line:
    match event:
        case AppAddressSeen():
            return "⌂", f"logins return to {event.base_url}", "log in there, as b does", "warn"
        case UpstreamStateChanged():
            return _reach_line(event, event.beside or "the app")
        case ExchangesSkipped():
            return (
                "⚠",
                f"{event.count} requests not shown",
                "too many at once; all were relayed",
                "warn",
            )


def _reach_line(event: UpstreamStateChanged, name: str) -> Line:
    if event.is_up and event.reason == TAKES_CONNECTIONS:
        return "●", f"{name} is back", event.reason, "good"
    if event.is_up:
        return "●", f"{name} answers", event.upstream, "good"
    if event.is_unusable:
        return "○", f"{name} cannot be used", event.reason, "bad"
    return "○", f"{name} is away", event.reason, "bad"


def _describe_start(event: ServerStarted) -> tuple[str, str]:
    """Return title and detail."""
    if event.upstream == NO_PROXY:
        return "attached", f"{event.store} · {NO_PROXY}"
    if event.upstream:
        return "attached", f"{event.base_url} → {event.upstream}"
    if event.tenant:
        return f"a tenant for {event.tenant}", f"environment in {event.tenant_env}"
    return "the lab is running", f"{event.base_url} · {event.kind}"
