"""At most 20 repaints a second, and a key need not wait for its own.

Events alone are painted 17 times a second, and always leave one repaint over for a key, whose own
comes at once. A key that is held is painted 17 times a second, with the lines of all its repeats.
What was to be painted before a key waits until the key is done: one repaint shows both.
"""

from __future__ import annotations

import asyncio
import gc
from functools import partial
from typing import TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.dom import DOMNode
from textual.message import Message
from textual.screen import ModalScreen

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.ui.early_keys import report_input
from session_inspector.inspector.ui.textual_private import HookedApp, HookedScreen

RATE = 17
"""Repaints a second in the long run."""
SAVED = 3
"""Repaints that may be saved up: with them no second has more than 20."""
FOR_A_KEY = 1
"""Saved repaints that events leave over."""
OF_A_KEY = 2
"""Repaints a key may take before its time: the cursor's, and that of what follows from it."""
UNTIL_DONE: Seconds = 0.002
"""Until the next look whether a key is done, which a repaint waits for."""
LOOKS = 50
"""Such looks a repaint waits for at most: 100 ms."""
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
        self.is_key_coming = False
        """A key was read from the terminal; the app's loop has not heard of it yet."""
        self._looks = 0
        """Looks that the next repaint has waited for a key."""

    def note_read(self) -> None:
        """Note that a key was read from the terminal. Any thread."""
        self.is_key_coming = True

    def note_key(self) -> None:
        """Note a key."""
        self.is_key_coming = False
        self._urgent = OF_A_KEY
        self._keys += 1
        self.key_waiting = self._keys

    @property
    def has_key_waiting(self) -> bool:
        """Whether a key was pressed, and what it did is not shown yet."""
        return self.is_key_coming or self.key_waiting > 0

    def note_shown(self) -> None:
        """Note that what the last key did is shown; many do nothing that shows."""
        self.key_waiting = 0

    def note_repaint(self, now: Seconds) -> None:
        """Note a repaint."""
        self._save_up(now)
        self._saved -= 1
        self._painted = now
        self._looks = 0
        self.key_waiting = 0
        self._urgent = max(0, self._urgent - 1)

    def note_painting(self, seconds: Seconds) -> None:
        """Note how long a look for what is to be repainted took, with the repaint."""
        self._painting = max(self._painting, seconds)

    def take_painting(self) -> Seconds:
        """Return the seconds of the longest repaint since this was asked last: keys have theirs."""
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

    def wait_for_key(self) -> Seconds:
        """Return how long a repaint waits for a key that is not done; 0: it has waited enough."""
        if self._looks >= LOOKS:
            return 0.0
        self._looks += 1
        return UNTIL_DONE

    def _save_up(self, now: Seconds) -> None:
        self._saved = min(SAVED, self._saved + (now - self._seen) * RATE)
        self._seen = now


class CollectionPause:
    """Lets nothing be looked through between a key and its repaint."""

    def __init__(self) -> None:
        self._is_on = False

    def begin(self) -> None:
        """Let Python collect nothing; where somebody else does not either, that stays so."""
        if gc.isenabled():
            gc.disable()
            self._is_on = True

    def end(self) -> None:
        """Let it collect again."""
        if self._is_on:
            self._is_on = False
            gc.enable()


def is_under_way(focused: DOMNode) -> bool:
    """Check whether what has the focus, or something that it is in, has messages to read."""
    return any(one.message_queue_size for one in focused.ancestors_with_self)


class PacedApp(HookedApp):
    """An app that notes keys and repaints."""

    def __init__(self) -> None:
        super().__init__()
        self.pace = Pace()
        self.take_painted = lambda seconds: self.pace.note_painting(seconds)  # tests replace `pace`
        self.pause = CollectionPause()
        """Begins with a key, and ends when it is shown."""
        self.driver_class = report_input(self.driver_class, partial(_take_input, self))
        self.take_repaint = partial(_note_repaint, self)

    async def on_event(self, event: events.Event) -> None:
        is_by_hand = isinstance(event, BY_HAND) and not event.is_forwarded
        if is_by_hand:
            self.pace.note_key()
            self.pause.begin()
        await super().on_event(event)
        if is_by_hand:
            self.call_after_refresh(partial(_note_shown, self))


def _take_input(app: PacedApp, message: Message) -> None:
    """Note a key as soon as it is read; called in the thread that reads the terminal."""
    if isinstance(message, BY_HAND):
        app.pace.note_read()


def _note_shown(app: PacedApp) -> None:
    """Note that a key is shown, once it is done: what has the focus may not have it yet."""
    if is_under_way(app.screen.focused or app.screen):
        app.set_timer(UNTIL_DONE, lambda: app.call_after_refresh(partial(_note_shown, app)))
    else:
        app.pace.note_shown()
        app.pause.end()


def _note_repaint(app: PacedApp) -> None:
    app.pace.note_repaint(asyncio.get_running_loop().time())
    app.pause.end()


class PacedScreen(HookedScreen[R]):
    """A screen that repaints when the app's pace allows it."""

    def seconds_until_repaint(self) -> Seconds:
        app = self.app
        if not isinstance(app, PacedApp) or app.is_headless:  # nobody looks at a headless one
            return 0.0
        pace = app.pace
        wait = pace.wait(asyncio.get_running_loop().time())
        if wait > 0 or not pace.has_key_waiting:
            return wait
        if pace.is_key_coming or is_under_way(self.focused or self):
            return pace.wait_for_key()
        return 0.0


class PacedModal(PacedScreen[R], ModalScreen[R]):
    """A dialog that repaints at the app's pace, and is answered once."""

    def dismiss(self, result: R | None = None) -> AwaitComplete:
        """Close with an answer; a second key of one breath comes too late, and closes nothing."""
        if not self.is_active:
            return AwaitComplete()
        return super().dismiss(result)
