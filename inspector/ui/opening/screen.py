"""What is painted before the rest of the program is loaded: the frame of the first screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.events import Event
from textual.screen import Screen
from textual.widgets import Static

STARTING = " Starting…"
LOADING = "  The views and the lab are being loaded. What you press meanwhile is done then."


class Painted(Event, bubble=False):
    """A person sees the opening screen; the app hears it."""


class OpeningScreen(Screen[None]):
    """Needs nothing of the model; what is shown next lies in the same places."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]  # noqa: RUF012  # Textual's own form

    def compose(self) -> ComposeResult:
        yield Static(STARTING, id="opening-status", markup=False)
        yield Static(LOADING, id="opening", markup=False)

    def on_mount(self) -> None:
        self.call_after_refresh(self.app.post_message, Painted())
