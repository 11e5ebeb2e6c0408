"""What is done less of while a feed of changes is followed gently; at the usual pace, nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import ChangeFeed
from session_inspector.devserver.stores.feeds import Pause, PollingFeed
from session_inspector.devserver.stores.watching.pace import LookPace
from session_inspector.devserver.stores.watching.turns import Turns

T = TypeVar("T")


class Restraint:
    """Of one watcher of a feed."""

    def __init__(self, pace: LookPace, pause: Pause) -> None:
        self._pace = pace
        self._pause = pause
        self._turns = Turns()
        self.is_gentle = pace.is_gentle

    def slow_down(self, feed: ChangeFeed) -> None:
        """Let a feed that polls do so less often."""
        if self.is_gentle and isinstance(feed, PollingFeed):
            feed.slow_down(self._pace.shortest, self._pace.pauses[-1])

    def describe(self, how: str) -> str:
        """Return by what means a feed hears of changes, and that this is done gently."""
        if self.is_gentle:
            return f"{how}, {self._pace.word}"
        return how

    def limit(self, most: int) -> int:
        """Return how many rows are read that a feed has named."""
        if self.is_gentle:
            return self._pace.most_rows
        return most

    def take_turn(self, items: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
        """Return (what is read by its id now, what is left for later looks)."""
        if self.is_gentle:
            return self._turns.take(items, self._pace.most_beside)
        return items, ()

    async def rest(self, took: Seconds) -> None:
        """Leave the store alone after a look that took so many seconds."""
        if self.is_gentle:
            await self._pause(self._pace.choose_pause(took))
