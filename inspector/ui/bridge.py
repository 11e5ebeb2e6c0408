"""Feed to State, at most 20 times a second; Command to Feed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from devserver.core.commands import Command, Reply
from devserver.core.values import Seconds, Unsubscribe
from inspector.feed.base import Feed
from inspector.model.state import State
from inspector.model.update import fold

EVERY = 0.05
"""Seconds between two folds: one pending wake, however many events."""


class Bridge:
    """Keeps the state of one feed; `changed` is called in the app's loop after each fold."""

    def __init__(self, feed: Feed, changed: Callable[[State], None]) -> None:
        self._feed = feed
        self._changed = changed
        self._seq = 0
        self._is_pending = False
        self._stop: Unsubscribe | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.state = State()

    def start(self) -> None:
        """Take what is there, then follow; call it in the app's loop."""
        self._loop = asyncio.get_running_loop()
        self._stop = self._feed.on_change(self._wake)
        self.pull()

    def stop(self) -> None:
        """Follow no more."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    def now(self) -> Seconds:
        """Return the lab's moment."""
        return self._feed.now()

    async def send(self, command: Command) -> Reply:
        """Carry out a command."""
        return await self._feed.send(command)

    def pull(self) -> None:
        """Fold what is new."""
        self._is_pending = False
        events, dropped = self._feed.since(self._seq)
        if events or dropped:
            self._seq = events[-1].seq if events else self._seq
            self.state = fold(self.state, events, dropped)
        self._changed(self.state)

    def _wake(self) -> None:
        """Called from the server's thread after each event: crosses once until drained."""
        if not self._is_pending and self._loop is not None:
            self._is_pending = True
            self._loop.call_soon_threadsafe(self._later)

    def _later(self) -> None:
        if self._loop is not None:
            self._loop.call_later(EVERY, self._pull_if_following)

    def _pull_if_following(self) -> None:
        if self._stop is not None:
            self.pull()
