"""How often a store is looked at: a fifth of its time at most, and not when nobody wrote."""

from __future__ import annotations

from session_inspector.devserver.core.values import Seconds

PAUSES: tuple[Seconds, ...] = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds between two looks: the shortest that leaves the store alone long enough."""
REST = 4
"""Pauses last so many times as long as a look took."""
LONGEST_TRUST: Seconds = 10.0
"""Seconds for which an engine's word that nobody wrote is taken without a look."""


def choose_pause(took: Seconds) -> Seconds:
    """Return how long to wait after a look that took so many seconds."""
    return next((pause for pause in PAUSES if pause >= took * REST), PAUSES[-1])


class Unchanged:
    """Whether a look can be left out, by what the engine says of its writes.

    Its word is checked now and then: an engine that calls a store unchanged, though a look finds
    another row, is not believed again.
    """

    def __init__(self) -> None:
        self._version: str | None = None
        self._looked: Seconds = 0.0
        self._next_end: Seconds | None = None
        self._is_liar = False

    def may_skip(self, version: str | None, now: Seconds) -> bool:
        """Return True when nothing can have changed since the last look."""
        if version is None or version != self._version or self._is_liar:
            return False
        if self._next_end is not None and self._next_end <= now:
            return False
        return 0 <= now - self._looked < LONGEST_TRUST

    def note_look(
        self, version: str | None, now: Seconds, next_end: Seconds | None, *, found_news: bool
    ) -> None:
        """Take what the engine said before a look, and what the look found."""
        is_same = version is not None and version == self._version
        has_ended = self._next_end is not None and self._next_end <= now
        if is_same and found_news and not has_ended:
            self._is_liar = True
        self._version = version
        self._looked = now
        self._next_end = next_end

    def forget(self) -> None:
        """Look again next time, whatever the engine says."""
        self._version = None
