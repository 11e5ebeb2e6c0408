"""Reports when a store that nobody watches goes away, and when it is back."""

from __future__ import annotations

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.server import TAKES_NO_WRITES, StoreStateChanged
from session_inspector.devserver.core.journal import Publish


class StoreAnswers:
    """The last state of one store."""

    def __init__(self, name: str, clock: Clock, publish: Publish) -> None:
        self._name = name
        self._clock = clock
        self._publish = publish
        self._last = (True, False)
        """Whether it was up, or answered reads alone."""

    def report(self, is_up: bool, reason: str) -> None:
        """Report whether the store answered, when that has changed."""
        state = (is_up, reason.startswith(TAKES_NO_WRITES))
        if state == self._last:
            return
        self._last = state
        self._publish(
            StoreStateChanged(at=self._clock.now(), store=self._name, is_up=is_up, reason=reason)
        )
