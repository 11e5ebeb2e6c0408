"""Reports when a store that nobody watches goes away, and when it is back."""

from __future__ import annotations

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.journal import Publish


class StoreAnswers:
    """The last state of one store."""

    def __init__(self, name: str, clock: Clock, publish: Publish) -> None:
        self._name = name
        self._clock = clock
        self._publish = publish
        self._is_up = True

    def report(self, is_up: bool, reason: str) -> None:
        """Report whether the store answered, when that has changed."""
        if is_up == self._is_up:
            return
        self._is_up = is_up
        self._publish(
            StoreStateChanged(at=self._clock.now(), store=self._name, is_up=is_up, reason=reason)
        )
