"""Which browser has the value of a session that counts: the one that a response gave it last.

x3   bob logs in, his browser gets v1     bob's, v1
x5   his session is rolled                bob's, v2
x6   another browser brings v1, 401       an old value elsewhere: bob's session is not refused
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from session_inspector.devserver.core.bounded import Bounded

KEPT = 20_000


@dataclass(frozen=True, slots=True)
class GivenValue:
    """The last value of a session that a response set."""

    digest: str
    """Empty: of a session that is learned, whose values are known elsewhere."""
    browser: str
    """What the client claimed to be; empty: nothing."""


class GivenValues:
    """Those of one app."""

    def __init__(self) -> None:
        self._given: Bounded[GivenValue] = Bounded(KEPT)
        """By session."""

    def note(self, session: str, digest: str, browser: str) -> None:
        """Remember what a response has given to a browser."""
        self._given.put(session, GivenValue(digest, browser))

    def is_elsewhere(self, session: str, browser: str) -> bool:
        """Check whether another browser than this one has the session's value, for certain."""
        given = self._given.get(session)
        if given is None or not given.browser or not browser:
            return False
        return given.browser != browser

    def is_outdated(self, session: str, browser: str, digest: Callable[[], str]) -> bool:
        """Check for another value than the last one, in another browser than has that.

        `digest` reckons that of the value, which most requests need not.
        """
        given = self._given.get(session)
        if given is None or not given.digest or not self.is_elsewhere(session, browser):
            return False
        return digest() != given.digest
