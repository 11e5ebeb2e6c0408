"""Events that were taken from a feed and wait to be folded: those cannot be lost any more.

A feed keeps its newest 10,000 events, which may be those of one second. A screen that draws, or
waits for a CPU, may take longer to look. So who publishes takes them itself, now and then.
"""

from __future__ import annotations

import threading
from collections import deque

from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.feed.base import Feed

OFTEN = 2_000
"""Calls of the feed, one an event, after which they are taken in its own thread: 0.1 ms."""


class Backlog:
    """A queue that one thread empties; any thread may fill it."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._lock = threading.Lock()
        """Held by who takes events: the next ones are behind them."""
        self.seq = 0
        """Number of the last event that was taken."""
        self._waiting: deque[Event] = deque()
        self._dropped = 0
        self._unread = 0
        """Calls since events were taken."""
        self.has_news = False
        """The feed has called since events were taken last."""

    def note_news(self) -> None:
        """Note a call of the feed. Any thread."""
        self.has_news = True
        self._unread += 1
        if self._unread >= OFTEN:
            self.take_new()
            self.has_news = True  # who empties this has not heard of them

    def take_new(self) -> None:
        """Take what is new. Any thread."""
        with self._lock:
            self.has_news = False  # before: a call meanwhile is of later events, or of none
            self._unread = 0
            taken, dropped = self._feed.since(self.seq)
            self._dropped += dropped
            if taken:
                self._waiting.extend(taken)
                self.seq = taken[-1].seq

    def pop(self) -> Event:
        """Return the next event. Raises: IndexError when there is none."""
        return self._waiting.popleft()

    def pop_dropped(self) -> int:
        """Return how many events the feed had no longer, since this was asked last."""
        with self._lock:
            dropped = self._dropped
            self._dropped = 0
        return dropped

    def restart(self) -> None:
        """Begin again with the first event."""
        with self._lock:
            self.seq = 0
            self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)
