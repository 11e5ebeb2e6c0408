"""Keys that change how the app looks: theme and density."""

from __future__ import annotations

from typing import Protocol

from session_inspector.inspector.ui.actions.window import ActionTable, Window
from session_inspector.inspector.ui.theme import COMPACT, THEMES


class Themed(Protocol):
    """What of Textual's app is needed to dress it."""

    theme: str

    def toggle_class(self, *class_names: str) -> object:
        """Add a class, or remove it."""
        ...


class AppearanceActions:
    """Theme, compact."""

    def __init__(self, themed: Themed, window: Window) -> None:
        self._themed = themed
        self._window = window

    def table(self) -> ActionTable:
        """Return what each key of this group does."""
        return {"theme": self.show_next_theme, "compact": self.toggle_compact}

    def show_next_theme(self) -> None:
        """Take the next theme."""
        names = [theme.name for theme in THEMES.values()]
        current = self._themed.theme
        place = -1  # a theme of Textual's: ours begin with the first
        if current in names:
            place = names.index(current)
        following = names[(place + 1) % len(names)]
        self._themed.theme = following
        self._window.say(f"theme {following.removeprefix('inspector-')}")

    def toggle_compact(self) -> None:
        """Show fewer borders, or all again."""
        self._themed.toggle_class(COMPACT)
