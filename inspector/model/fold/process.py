"""Folds what the app's own process does: started, listening, its lines, ended."""

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
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.state import KnownApp, State


def fold_process(state: State, event: ProcessEvent) -> State:
    """Return the state after an event of the app's process."""
    state = replace(state, output=state.output.with_items([event]))
    match event:
        case AppStarted():
            return replace(state, app=_start(state.app, event))
        case AppListening():
            return _lead_to(state, event)
        case AppListensElsewhere():
            return replace(state, app=replace(_known(state), elsewhere=event))
        case AppOutput():
            return _count_error(state, event)
        case AppEnded():
            return _end(state, event)
        case _:
            assert_never(event)


def _count_error(state: State, event: AppOutput) -> State:
    app = state.app
    if app is None or not event.is_error:
        return state
    return replace(state, app=replace(app, errors=app.errors + 1))


def _start(before: KnownApp | None, event: AppStarted) -> KnownApp:
    starts = 1
    if before is not None:
        starts = before.starts + 1
    return KnownApp(
        command=event.command,
        pid=event.pid,
        found=event.found,
        started=event.at,
        starts=starts,
    )


def _lead_to(state: State, event: AppListening) -> State:
    lab = replace(
        state.lab,
        upstream=event.upstream,
        is_upstream_up=True,
        upstream_reason="",
        is_upstream_unusable=False,
    )
    app = state.app
    if app is not None:
        app = replace(app, listening=event.upstream, elsewhere=None)
    return replace(state, lab=lab, app=app)


def _end(state: State, event: AppEnded) -> State:
    return replace(state, app=replace(_known(state), listening="", ended=event))


def _known(state: State) -> KnownApp:
    """Return the app that runs; one that nobody saw start, where its events are not all here."""
    if state.app is None or state.app.ended is not None:
        return KnownApp(command="", pid=0)
    return state.app
