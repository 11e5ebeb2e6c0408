"""Keys that go through a recording."""

from __future__ import annotations

from functools import partial

from session_inspector.inspector.ui.actions.window import ActionTable, Window
from session_inspector.inspector.ui.watch import Watch

LEAP = 50
"""Events of one leap."""


class ReplayActions:
    """Steps and leaps, forward and back."""

    def __init__(self, watch: Watch, window: Window) -> None:
        self._watch = watch
        self._window = window

    def table(self) -> ActionTable:
        """Return what each key of this group does."""
        return {
            "step": partial(self.step, 1),
            "step_back": partial(self.step, -1),
            "leap": partial(self.step, LEAP),
            "leap_back": partial(self.step, -LEAP),
        }

    def step(self, by: int) -> None:
        """Go through a recording, event by event."""
        if not self._watch.step(by):
            self._window.say(
                "only a recording can be stepped through: session-inspector replay FILE",
                is_ok=False,
            )
