"""Keeps the garbage collector from looking through a million events while keys are pressed.

A state never changes and holds no cycles, yet each of Python's full collections walks all of it:
150 ms after 70,000 events, seconds after a million. So what is old is frozen in small portions, and
looked through once more only when nobody does anything.

A repaint makes thousands of objects and drops those of the one before. Python's own young
collections begin after 700, and took an eighth of the time beside a busy browser.
"""

from __future__ import annotations

import gc

from session_inspector.devserver.core.values import Seconds

YOUNG = 10_000
"""Objects more than there were, after which the young are looked through: 2 ms."""
OLDER = 10
"""Young collections after which Python looks through what survived them, if we have not."""
NEVER = 1_000_000
FEW = 200_000
"""Objects up to which everything is looked through when it is calm: 90 ms."""
CALM = 30.0
"""Seconds without a key or an event."""


class Collector:
    """Tells Python when to collect; nothing else in the process changes the thresholds."""

    def __init__(self) -> None:
        self._before: tuple[int, int, int] | None = None
        self._busy: Seconds = 0.0
        self._is_owed = False

    def start(self) -> None:
        """Let Python collect young objects only, and look through none that are there already."""
        gc.freeze()
        self._before = gc.get_threshold()
        gc.set_threshold(YOUNG, OLDER, NEVER)

    def stop(self) -> None:
        """Give Python its own settings back."""
        if self._before is not None:
            gc.set_threshold(*self._before)
            gc.unfreeze()
            self._before = None

    def busy(self, now: Seconds) -> None:
        """Note that something happened at a moment of the loop; freeze what has become old."""
        self._busy = now
        _, *older = gc.get_count()
        if gc.isenabled() and any(older):
            gc.collect()
            gc.freeze()
            self._is_owed = True

    def look(self, now: Seconds) -> bool:
        """When it is calm look through what was frozen too, once; return True when it did.

        What was alive when it was frozen may have died since: a closed screen, a request.
        """
        if not self._is_owed or now - self._busy < CALM or gc.get_freeze_count() > FEW:
            return False
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._is_owed = False
        return True
