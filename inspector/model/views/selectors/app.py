"""Whether the watched app takes requests, and in which words it does not."""

from __future__ import annotations

from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.process_lines import describe_app, name_app_lamp


def is_app_up(state: State) -> bool:
    """Check whether requests reach the app, as far as that is known."""
    return state.lab.is_upstream_up and not name_process_lamp(state)


def name_lamp(state: State) -> str:
    """Return what the header calls an app that takes no requests."""
    if name_process_lamp(state):
        return name_process_lamp(state)
    if state.lab.is_upstream_unusable:
        return "UNUSABLE"
    return "AWAY"


def name_process_lamp(state: State) -> str:
    """Return why the app's own process takes no requests; empty: it does, or it is not ours."""
    if state.app is None:
        return ""
    return name_app_lamp(state.app)


def describe_trouble(state: State) -> str:
    """Return why an app takes no requests, after what the header calls it."""
    reason = state.lab.upstream_reason
    if state.app is not None and name_process_lamp(state):
        reason = describe_app(state.app)
    return f"{name_lamp(state)}: {reason}".removesuffix(": ")
