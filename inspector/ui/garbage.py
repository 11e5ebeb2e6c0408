"""Keeps the garbage collector from looking through a million events while keys are pressed.

A state never changes and holds no cycles, yet each of Python's full collections walks all of it:
150 ms after 70,000 events, seconds after a million. So only young objects are collected, and what
has become old once more when nobody does anything.

A repaint makes thousands of objects and drops those of the one before. Python's own young
collections begin after 700, and took an eighth of the time beside a busy browser; and while one
runs, no other thread does, also where it has to wait for a CPU itself.

Python begins one when so many objects more were made than freed, old ones among them. A long list
is full: each event that is folded frees what an older one was, so Python sees no growth, and after
tens of thousands of events looks through all that they have left, 50 ms. So events are counted.
"""

from __future__ import annotations

import gc

from session_inspector.devserver.core.values import Seconds

YOUNG = 4_000
"""Objects more than there were, after which the young are looked through: 1 ms."""
ROUNDS = 2
"""Young collections after which what survived them is looked through, and is old then: up to 20,000
objects, 6 ms."""
FOLDED = 400
"""Events after which the young objects are looked through, whatever was freed meanwhile: 1 ms."""
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
        self._folded = 0
        """Events since the young objects were looked through for them."""
        self._young = 0
        """How often that was done since those that survived it were looked through."""

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

    def folded(self, events: int) -> None:
        """Note that events were folded; after many, look through the young objects."""
        self._folded += events
        if self._folded < FOLDED or self._before is None or not gc.isenabled():
            return
        self._folded = 0
        self._young += 1
        if self._young <= ROUNDS:
            gc.collect(0)
        else:
            self._young = 0
            gc.collect(1)

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
