"""The app's own colours."""

from __future__ import annotations

from textual.theme import Theme

NIGHT = Theme(
    name="inspector-night",
    primary="#6c8cff",
    secondary="#4fb8c9",
    accent="#8fd0ff",
    warning="#f2b84b",
    error="#ff6f73",
    success="#5fd38d",
    foreground="#dfe4f2",
    background="#0f1220",
    surface="#161a2b",
    panel="#1f2438",
    dark=True,
    variables={"tone-dim": "#8790ad", "cursor": "#2a3560", "footer-key-foreground": "#8fd0ff"},
)
FALLBACKS = {"tone-dim": "#8a8a8a", "cursor": "#333344"}
"""For themes that do not name our own variables."""
