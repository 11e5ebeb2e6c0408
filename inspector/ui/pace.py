"""At most 20 repaints a second, and a key need not wait for its own.

Events alone are painted 17 times a second, and always leave one repaint over for a key, whose own
comes at once. A key that is held is painted 17 times a second, with the lines of all its repeats.
"""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from textual import events
from textual.app import App
from textual.screen import ModalScreen, Screen
from textual.timer import Timer

from session_inspector.devserver.core.values import Seconds

RATE = 17
"""Repaints a second in the long run."""
SAVED = 3
"""Repaints that may be saved up: with them no second has more than 20."""
FOR_A_KEY = 1
"""Saved repaints that events leave over."""
OF_A_KEY = 2
"""Repaints a key may take before its time: the cursor's, and that of what follows from it."""
TICK = 1 / 120
"""Seconds between two looks at what is to be painted; Textual's own are twice as long."""
BY_HAND = (events.Key, events.Paste, events.MouseDown, events.MouseScrollUp, events.MouseScrollDown)

R = TypeVar("R")


class Pace:
    """Says when the next repaint may be; moments are the loop's seconds."""

    def __init__(self) -> None:
        self._saved = float(SAVED)
        self._seen: Seconds = 0.0
        self._painted: Seconds = float("-inf")
        self._urgent = 0

    def typed(self) -> None:
        """Note a key."""
        self._urgent = OF_A_KEY

    def painted(self, now: Seconds) -> None:
        """Note a repaint."""
        self._save_up(now)
        self._saved -= 1
        self._painted = now
        self._urgent = max(0, self._urgent - 1)

    def wait(self, now: Seconds) -> Seconds:
        """Return how long the next repaint has to wait; 0: not at all."""
        self._save_up(now)
        if self._urgent:
            return max(0.0, (1 - self._saved) / RATE)
        left_over = (1 + FOR_A_KEY - self._saved) / RATE
        return max(0.0, left_over, 1 / RATE - (now - self._painted))

    def _save_up(self, now: Seconds) -> None:
        self._saved = min(SAVED, self._saved + (now - self._seen) * RATE)
        self._seen = now


class PacedApp(App[None]):
    """An app that notes keys and repaints."""

    def __init__(self) -> None:
        super().__init__()
        self.pace = Pace()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, BY_HAND) and not event.is_forwarded:
            self.pace.typed()
        await super().on_event(event)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        if renderable is not None:
            self.pace.painted(asyncio.get_running_loop().time())


class PacedScreen(Screen[R]):
    """A screen that waits with a repaint until it may be; what waits is painted together."""

    _held: Timer | None = None
    _ticker: Timer | None = None

    @property
    def _update_timer(self) -> Timer:
        if self._ticker is None:
            look = self._on_timer_update
            self._ticker = self.set_interval(TICK, look, name="screen_update", pause=True)
        return self._ticker

    def _on_timer_update(self) -> None:
        """Textual's own moment to lay out and repaint, at a tick at which there is need."""
        app = self.app
        wait = 0.0
        if isinstance(app, PacedApp) and not app.is_headless:  # nobody looks at a headless one
            wait = app.pace.wait(asyncio.get_running_loop().time())
        if wait <= 0:
            super()._on_timer_update()
            return
        self._update_timer.pause()
        if self._held is None:
            self._held = self.set_timer(wait, self._let_go, name="held repaint")

    def _let_go(self) -> None:
        self._held = None
        self._on_timer_update()


class PacedModal(PacedScreen[R], ModalScreen[R]):
    """A dialog that does."""
