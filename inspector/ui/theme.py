"""The app's own themes: dark, light, high contrast, and without colour."""

from __future__ import annotations

from textual.app import App
from textual.theme import Theme

from session_inspector.inspector.preferences import Preferences

COMPACT = "-compact"
"""Class of the app that the sheet gives fewer borders."""
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
    variables={
        "tone-dim": "#8790ad",
        "cursor": "#2a3560",
        "cursor-quiet": "#1c2238",
        "edge": "#39415f",
    },
)
DAY = Theme(
    name="inspector-day",
    primary="#2f5bd7",
    secondary="#0f7285",
    accent="#1d4fc4",
    warning="#8a5a00",
    error="#b3261e",
    success="#1b6e3c",
    foreground="#1b2030",
    background="#fbfbfd",
    surface="#eef0f6",
    panel="#d5d9e6",
    dark=False,
    variables={
        "tone-dim": "#5b6377",
        "cursor": "#cfdafc",
        "cursor-quiet": "#e8edfa",
        "edge": "#b9c0d4",
    },
)
CONTRAST = Theme(
    name="inspector-contrast",
    primary="#ffff00",
    secondary="#00ffff",
    accent="#00ffff",
    warning="#ffd700",
    error="#ff8080",
    success="#00ff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#202020",
    dark=True,
    variables={
        "tone-dim": "#ffffff",
        "cursor": "#0000c0",
        "cursor-quiet": "#000048",
        "edge": "#ffffff",
    },
)
MONO = Theme(
    name="inspector-mono",
    primary="#e0e0e0",
    secondary="#c0c0c0",
    accent="#ffffff",
    warning="#e0e0e0",
    error="#ffffff",
    success="#d0d0d0",
    foreground="#d0d0d0",
    background="#101010",
    surface="#1a1a1a",
    panel="#3a3a3a",
    dark=True,
    variables={
        "tone-dim": "#909090",
        "cursor": "#404040",
        "cursor-quiet": "#262626",
        "edge": "#5a5a5a",
    },
)
THEMES = {"night": NIGHT, "day": DAY, "contrast": CONTRAST, "mono": MONO}
"""By the name that the configuration has for them; the first is the default."""
FALLBACKS = {
    "tone-dim": "#8a8a8a",
    "cursor": "#333344",
    "cursor-quiet": "#22222c",
    "edge": "#555566",
}
"""For themes that do not name our own variables."""


def dress(app: App[None], preferences: Preferences) -> None:
    """Take the look that was chosen before the sheet is read: later it would be read again."""
    for theme in THEMES.values():
        app.register_theme(theme)
    theme = THEMES[preferences.theme]
    app.set_reactive(App.theme, theme.name)
    app.set_class(theme.dark, "-dark-mode", update=False)
    app.set_class(not theme.dark, "-light-mode", update=False)
    app.set_class(True, f"-theme-{theme.name}", update=False)
    app.set_class(preferences.compact, COMPACT, update=False)
    app.stylesheet.set_variables(app.get_css_variables())
