"""Which requests are under way, and which of them a line of the app may be about.

An app writes a line, answers, and the line is read from its pipe after the answer has passed: so a
request that has just ended counts where none is under way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.values import Seconds

JUST: Seconds = 0.05
"""For how long a request has just ended: a pipe takes far less, a busy machine more."""
MOST = 8
"""Requests of which a line may be: one of more says nothing."""


@dataclass(frozen=True, slots=True)
class LikelyCause:
    """The requests that something may be of: none, the one, or one of several."""

    names: tuple[str, ...] = ()
    has_ended: bool = False
    """They had ended just before; none was under way."""

    @property
    def single(self) -> str:
        """Return the one request; empty: there is none, or several."""
        if len(self.names) == 1:
            return self.names[0]
        return ""

    @property
    def several(self) -> tuple[str, ...]:
        """Return the requests that it is one of; empty: there is none, or only one."""
        if self.single:
            return ()
        return self.names


class UnderWay:
    """Requests between their start and their end; to be asked from any thread."""

    def __init__(self, now: Callable[[], Seconds] = stopwatch) -> None:
        self._now = now
        self._names: dict[str, None] = {}
        self._ended: deque[tuple[Seconds, str]] = deque(maxlen=MOST + 1)

    def start(self, name: str) -> None:
        """Note that a request has begun."""
        self._names[name] = None

    def end(self, name: str) -> None:
        """Note that a request has ended."""
        self._names.pop(name, None)
        self._ended.append((self._now(), name))

    def likely(self) -> LikelyCause:
        """Return the requests that what happens now may be of; none where they are many."""
        names = tuple(self._names.copy())
        has_ended = not names
        if has_ended:
            since = self._now() - JUST
            names = tuple(name for moment, name in self._ended.copy() if moment >= since)
        if not names or len(names) > MOST:
            return LikelyCause()
        return LikelyCause(names, has_ended=has_ended)
