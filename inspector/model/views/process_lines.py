"""Timeline lines of the app's own process."""

from __future__ import annotations

from typing import assert_never

from session_inspector.devserver.core.events.process import (
    AppEnded,
    AppListening,
    AppOutput,
    AppStarted,
    ProcessEvent,
)
from session_inspector.inspector.model.facts.rows import Line, Tone


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
    last = next((line for line in reversed(event.last) if line.strip()), "")
    return "✖", f"the app crashed with exit code {event.code}", last, "bad"
