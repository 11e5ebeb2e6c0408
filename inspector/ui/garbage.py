"""Keeps the garbage collector from looking through a million events while keys are pressed.

A state never changes and holds no cycles, yet each of Python's full collections walks all of it:
150 ms after 70,000 events, seconds after a million. So only young objects are collected, and what
has become old once more when nobody does anything.

A repaint makes thousands of objects and drops those of the one before. Python's own young
collections begin after 700, and took an eighth of the time beside a busy browser; and while one
runs, no other thread does, also where it has to wait for a CPU itself.
"""

from __future__ import annotations

import gc

from session_inspector.devserver.core.values import Seconds

YOUNG = 5_000
"""Objects more than there were, after which the young are looked through: 1 ms."""
ROUNDS = 4
"""Young collections after which what survived them is looked through, and is old then: 3 ms."""
NEVER = 1_000_000
FEW = 10
"""Rounds up to which everything is looked through when it is calm: 90 ms."""
CALM = 30.0
"""Seconds without a key or an event."""


class Collector:
    """Tells Python when to collect; nothing else in the process changes the thresholds."""

    def __init__(self) -> None:
        self._before: tuple[int, int, int] | None = None
        self._busy: Seconds = 0.0
        self._looked_through = 0
        """Rounds whose old objects were looked through when it was calm, and may be again."""

    def start(self) -> None:
        """Let Python collect young objects only, and look through none that are there already."""
        gc.freeze()
        self._before = gc.get_threshold()
        gc.set_threshold(YOUNG, ROUNDS, NEVER)

    def stop(self) -> None:
        """Give Python its own settings back."""
        if self._before is not None:
            gc.set_threshold(*self._before)
            gc.unfreeze()
            self._before = None

    def busy(self, now: Seconds) -> None:
        """Note that something happened at a moment of the loop."""
        self._busy = now

    def look(self, now: Seconds) -> bool:
        """When it is calm look through what has become old, once; return True when it did.

        Of too many nothing is looked through: they are put away, and only what follows counts.
        """
        _, _, rounds = gc.get_count()
        if not gc.isenabled() or not rounds or now - self._busy < CALM:
            return False
        self._looked_through += rounds
        is_long = self._looked_through > FEW
        if is_long:
            gc.freeze()
            self._looked_through = 0
        gc.collect()
        return not is_long
