"""How a store is watched, and what that costs it, in words."""

from __future__ import annotations

from session_inspector.devserver.core.events.server import StoreStateChanged

ROUND = 10
"""From so many on, parts of a command are left out."""
FEWEST = 0.05
"""A figure below is as good as none."""


def describe_watching(event: StoreStateChanged) -> str:
    """Return by what means changes are heard of, with the commands a second where counted."""
    if event.commands is None:
        return event.watched_by
    return f"{event.watched_by}; {describe_load(event.commands)}"


def describe_load(commands: float) -> str:
    """Return commands a second in words."""
    if commands < FEWEST:
        return "hardly any commands"
    if commands < ROUND:
        return f"about {commands:.1f} commands a second"
    return f"about {commands:,.0f} commands a second"
