"""What the terminal shows. The private members of Textual that tests need are here alone."""

from __future__ import annotations

from rich.console import RenderableType
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

PRIVATE_MEMBERS: dict[type, tuple[str, ...]] = {
    App: ("_notifications", "_fatal_error", "_exit_renderables", "_print_error_renderables"),
    Screen: ("_compositor", "_layout_required"),
}
"""Class of Textual to its private members that tests use."""


def shown_strips(app: App[None]) -> list[Strip]:
    """Return the lines as the terminal gets them."""
    return app.screen._compositor.render_strips()


def shown_lines(app: App[None]) -> list[str]:
    """Return the lines as text, each cell once."""
    return [strip.text for strip in shown_strips(app)]


def toasts(app: App[None]) -> list[str]:
    """Return the messages of the toasts that are shown."""
    return [toast.message for toast in app._notifications]


def is_layout_due(app: App[None]) -> bool:
    """Check whether the screen will be laid out anew."""
    return app.screen._layout_required


def crash_report(app: App[None]) -> None:
    """End the app as a failed handler does, within an `except`."""
    app._fatal_error()


def take_crash_report(app: App[None]) -> list[RenderableType]:
    """Return what the app would print after it has left the screen, and empty it."""
    report = list(app._exit_renderables)
    app._exit_renderables.clear()
    return report


def print_crash_report(app: App[None], report: list[RenderableType]) -> None:
    """Print it, as the app does after it has left the screen."""
    app._exit_renderables.extend(report)
    app._print_error_renderables()
