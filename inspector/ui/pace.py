"""At most 20 repaints a second, and a key need not wait for its own.

Events alone are painted 17 times a second, and always leave one repaint over for a key, whose own
comes at once. A key that is held is painted 17 times a second, with the lines of all its repeats.
"""

from __future__ import annotations

import asyncio
from typing import TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.ui.textual_private import HookedApp, HookedScreen

RATE = 17
"""Repaints a second in the long run."""
SAVED = 3
"""Repaints that may be saved up: with them no second has more than 20."""
FOR_A_KEY = 1
"""Saved repaints that events leave over."""
OF_A_KEY = 2
"""Repaints a key may take before its time: the cursor's, and that of what follows from it."""
BY_HAND = (events.Key, events.Paste, events.MouseDown, events.MouseScrollUp, events.MouseScrollDown)

R = TypeVar("R")


class Pace:
    """Decides when the next repaint may be; moments are the loop's seconds."""

    def __init__(self) -> None:
        self._saved = float(SAVED)
        self._seen: Seconds = 0.0
        self._painted: Seconds = float("-inf")
        self._urgent = 0
        self._keys = 0
        self.key_waiting = 0
        """Number of the key that was pressed last, until what it did is shown; 0: it is."""
        self._painting: Seconds = 0.0

    def note_key(self) -> None:
        """Note a key."""
        self._urgent = OF_A_KEY
        self._keys += 1
        self.key_waiting = self._keys

    @property
    def has_key_waiting(self) -> bool:
        """Whether a key was pressed, and what it did is not shown yet."""
        return self.key_waiting > 0

    def note_shown(self) -> None:
        """Note that what the last key did is shown; many do nothing that shows."""
        self.key_waiting = 0

    def note_repaint(self, now: Seconds) -> None:
        """Note a repaint."""
        self._save_up(now)
        self._saved -= 1
        self._painted = now
        self.key_waiting = 0
        self._urgent = max(0, self._urgent - 1)

    def note_painting(self, seconds: Seconds) -> None:
        """Note how long a look for what is to be repainted took, with the repaint."""
        self._painting += seconds

    def take_painting(self) -> Seconds:
        """Return the seconds of repaints since this was asked last."""
        taken = self._painting
        self._painting = 0.0
        return taken

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


class PacedApp(HookedApp):
    """An app that notes keys and repaints."""

    def __init__(self) -> None:
        super().__init__()
        self.pace = Pace()
        self.take_painted = lambda seconds: self.pace.note_painting(seconds)  # tests replace `pace`
        self.take_repaint = lambda: self.pace.note_repaint(asyncio.get_running_loop().time())

    async def on_event(self, event: events.Event) -> None:
        is_by_hand = isinstance(event, BY_HAND) and not event.is_forwarded
        if is_by_hand:
            self.pace.note_key()
        await super().on_event(event)
        if is_by_hand:
            self.call_after_refresh(self.pace.note_shown)


class PacedScreen(HookedScreen[R]):
    """A screen that repaints when the app's pace allows it."""

    def seconds_until_repaint(self) -> Seconds:
        app = self.app
        if not isinstance(app, PacedApp) or app.is_headless:  # nobody looks at a headless one
            return 0.0
        return app.pace.wait(asyncio.get_running_loop().time())


class PacedModal(PacedScreen[R], ModalScreen[R]):
    """A dialog that repaints at the app's pace, and is answered once."""

    def dismiss(self, result: R | None = None) -> AwaitComplete:
        """Close with an answer; a second key of one breath comes too late, and closes nothing."""
        if not self.is_active:
            return AwaitComplete()
        return super().dismiss(result)
