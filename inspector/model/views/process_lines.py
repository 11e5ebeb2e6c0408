"""Words for the app's own process: its lines in the timeline, and how it is now."""

from __future__ import annotations

from typing import assert_never

from session_inspector.devserver.core.events.process import (
    AppEnded,
    AppListening,
    AppListensElsewhere,
    AppOutput,
    AppStarted,
    ProcessEvent,
)
from session_inspector.inspector.model.facts.rows import Line, Tone
from session_inspector.inspector.model.facts.state import KnownApp
from session_inspector.inspector.model.words.crash_reason import find_crash_reason


def process_line(event: ProcessEvent) -> Line:
    """Return mark, title, detail and tone."""
    match event:
        case AppStarted():
            title = "the app was started"
            if event.is_restart:
                title = "the app was started again"
            return "▶", title, f"{event.command} · {event.found}", "accent"
        case AppListening():
            return "●", "the app listens", f"{event.upstream} · {event.how}", "good"
        case AppListensElsewhere():
            return "○", "the app listens elsewhere", _name_ports(event), "warn"
        case AppOutput():
            return _output_line(event)
        case AppEnded():
            return _end_line(event)
        case _:
            assert_never(event)


def _output_line(event: AppOutput) -> Line:
    tone: Tone = "dim"
    if event.is_error:
        tone = "bad"
    return "│", event.text, "", tone


def _end_line(event: AppEnded) -> Line:
    if event.reason:
        return "✖", "the app could not be started", event.reason, "bad"
    if not event.is_crash:
        return "■", "the app has ended", f"exit code {event.code}", "dim"
    reason = find_crash_reason(event.last)
    return "✖", f"the app crashed with exit code {event.code}", reason, "bad"


def _name_ports(event: AppListensElsewhere) -> str:
    ports = ", ".join(str(port) for port in event.ports)
    return f"{ports}, not on {event.wanted}, which --app-port names"


def describe_app(app: KnownApp) -> str:
    """Return how the app is, in a few words."""
    ended = app.ended
    if ended is None:
        if app.listening:
            return f"runs at {app.listening}, process {app.pid}"
        if app.elsewhere is not None:
            return f"started, listens on {_name_ports(app.elsewhere)}, process {app.pid}"
        return f"started, listens nowhere yet, process {app.pid}"
    _mark, title, detail, _tone = _end_line(ended)
    return f"{title}: {detail}".removesuffix(": ")


def name_app_lamp(app: KnownApp) -> str:
    """Return what the header calls an app that takes no requests; empty: it takes them."""
    if app.ended is None and app.listening:
        return ""
    if app.ended is None:
        return "STARTING"
    if app.ended.reason:
        return "NOT STARTED"
    if app.ended.is_crash:
        return "CRASHED"
    return "ENDED"
