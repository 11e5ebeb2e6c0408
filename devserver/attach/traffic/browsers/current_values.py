"""Which learned session has a value now: several do, where logins of two browsers get the same."""

from __future__ import annotations

from collections.abc import Mapping

from session_inspector.devserver.attach.traffic.learned import LearnedSession
from session_inspector.devserver.core.bounded import Bounded

KEPT = 20_000
"""Values that are remembered."""
MOST = 32
"""Sessions that are remembered of one value: the newest."""


class CurrentValues:
    """The values of one app's learned sessions."""

    def __init__(self) -> None:
        self._owners: Bounded[tuple[LearnedSession, ...]] = Bounded(KEPT)
        """Digest of a cookie to the sessions that have it, the newest last."""

    def add(self, digest: str, session: LearnedSession) -> None:
        """Remember that a session has a value."""
        others = [one for one in self._owners.get(digest) or () if one is not session]
        self._owners.put(digest, (*others[1 - MOST :], session))

    def drop(self, digest: str, session: LearnedSession) -> bool:
        """Forget that a session has a value; True: one that is not over has it still."""
        owners = tuple(one for one in self._owners.get(digest) or () if one is not session)
        if owners:
            self._owners.put(digest, owners)
        else:
            self._owners.pop(digest)
        return any(one.ended is None for one in owners)

    def find(self, digest: str, jar: Mapping[str, str], browser: str) -> LearnedSession | None:
        """Return the session of a value; None: none has it.

        Of several it is the one of which the jar has most, else the browser's own, else one that
        is not over, else the newest.
        """
        owners = self._owners.get(digest) or ()
        if len(owners) < 2:
            return next(iter(owners), None)
        order = {id(one): place for place, one in enumerate(owners)}
        return max(
            owners,
            key=lambda one: (
                one.count_brought(jar),
                one.browser == browser,
                one.ended is None,
                order[id(one)],
            ),
        )
