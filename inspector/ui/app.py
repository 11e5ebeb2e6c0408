"""The terminal app."""

from __future__ import annotations

from textual.app import App

from inspector.feed.base import Feed


class InspectorApp(App[None]):
    """Watches one feed."""

    def __init__(self, feed: Feed, *, read_only: bool = False) -> None:
        super().__init__()
        self.feed = feed
        self.read_only = read_only
