"""The bounded ring that keeps every event, and wakes its readers.

Readers pull by number after a wake-up, so nobody is blocked and nothing is lost silently:
`since` returns how many events were dropped before the first one it returns.
"""

from __future__ import annotations

import secrets
import threading
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import TypeAlias

from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Unsubscribe

Publish: TypeAlias = Callable[[Event], None]
"""How a part reports an event: a list's `append` in tests, `Journal.publish` in life."""


def publish_nowhere(event: Event) -> None:
    """Publish where nobody listens; parts may then spare themselves what only events need."""


class Journal:
    """Numbers events from 1, keeps the newest `capacity` of them; safe from any thread."""

    def __init__(self, capacity: int = 10_000) -> None:
        self.run = secrets.token_hex(8)
        """Names this journal: numbers of another run mean other events."""
        self._ring: deque[Event] = deque(maxlen=capacity)
        self._last = 0
        self._wakes: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    @property
    def last(self) -> int:
        """The number of the newest event; 0 before the first."""
        return self._last

    def publish(self, event: Event) -> None:
        """Number an event, keep it, and wake the readers."""
        with self._lock:
            self._last += 1
            self._ring.append(replace(event, seq=self._last))
            wakes = tuple(self._wakes)
        for wake in wakes:
            try:
                wake()
            except Exception:  # an edge: a reader whose loop has ended must not fail who publishes
                self._forget(wake)

    def since(self, seq: int) -> tuple[Sequence[Event], int]:
        """Return the events after number `seq`, oldest first, and how many were dropped."""
        with self._lock:
            first = self._last - len(self._ring) + 1
            skip = max(0, seq + 1 - first)
            return tuple(islice(self._ring, skip, None)), max(0, first - seq - 1)

    def on_change(self, wake: Callable[[], None]) -> Unsubscribe:
        """Call `wake` after each event, from the publishing thread; returns "stop"."""
        with self._lock:
            self._wakes.append(wake)

        return lambda: self._forget(wake)

    def _forget(self, wake: Callable[[], None]) -> None:
        with self._lock:
            if wake in self._wakes:
                self._wakes.remove(wake)
