"""What the terminal shows. The private members of Textual that tests need are here alone."""

from __future__ import annotations

from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

PRIVATE_MEMBERS: dict[type, tuple[str, ...]] = {
    App: ("_notifications",),
    Screen: ("_compositor", "_dirty_widgets", "_layout_required", "_repaint_required"),
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


def is_repaint_due(app: App[None]) -> bool:
    """Check whether the screen will be painted, for what came before now."""
    screen = app.screen
    return bool(screen._dirty_widgets) or screen._layout_required or screen._repaint_required
