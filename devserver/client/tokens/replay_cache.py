"""Remembers the `jti` of tokens that may be used once, for as long as they would be accepted."""

from __future__ import annotations

from session_inspector.devserver.core.values import Seconds

MOST = 10_000
"""Tokens that are remembered; the oldest go first."""


class ReplayCache:
    """The tokens that were used, in this process."""

    def __init__(self) -> None:
        self._until: dict[str, Seconds] = {}

    def accept_once(self, jti: str, *, until: Seconds, now: Seconds) -> bool:
        """Remember a token until it ends; False when it was used before."""
        if self._until.get(jti, now) > now:
            return False
        if len(self._until) >= MOST:
            self._make_room(now)
        self._until[jti] = until
        return True

    def _make_room(self, now: Seconds) -> None:
        """Forget what has ended, and the older half of the rest."""
        alive = [(jti, until) for jti, until in self._until.items() if until > now]
        self._until = dict(alive[-MOST // 2 :])
