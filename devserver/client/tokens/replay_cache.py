"""Remembers the `jti` of tokens that work once, for as long as they would be accepted."""

from __future__ import annotations

from session_inspector.devserver.core.values import Seconds

MOST = 10_000
"""Tokens that are remembered; the oldest go first."""


class ReplayCache:
    """The tokens that were used, in this process."""

    def __init__(self) -> None:
        self._until: dict[str, Seconds] = {}

    def spend(self, jti: str, *, until: Seconds, now: Seconds) -> bool:
        """Use a token; False when it was used before."""
        if self._until.get(jti, now) > now:
            return False
        if len(self._until) >= MOST:
            living = {name: end for name, end in self._until.items() if end > now}
            self._until = dict(list(living.items())[-MOST // 2 :])
        self._until[jti] = until
        return True
