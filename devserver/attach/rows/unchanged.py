"""Whether a store is looked at again: not while its engine says that nobody wrote."""

from __future__ import annotations

from session_inspector.devserver.core.values import Seconds


class Unchanged:
    """Whether a look can be left out, by what the engine says of its writes.

    Its word is checked now and then: an engine that calls a store unchanged, though a look finds
    another row, is not believed again.
    """

    def __init__(self, trust: Seconds) -> None:
        """`trust`: seconds for which an engine's word is taken without a look."""
        self._trust = trust
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
        return 0 <= now - self._looked < self._trust

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
