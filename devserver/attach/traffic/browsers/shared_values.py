"""Cookie values that several browsers have, each from a login of its own: the same bytes.

A value without a time stamp or a random part is the same for each login of a user (React Router's
cookie sessions, koa-session's without an end, Flask-Login's remember_token).

firefox  POST /login   sets V        one session
chrome   POST /login   sets V too    another one: each browser has its own
chrome   POST /login   sets V again  one more, in a browser that cannot be told from the other
"""

from __future__ import annotations

from collections.abc import Mapping

from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.values import fingerprint

KEPT = 20_000
"""Values that are remembered."""
MOST = 32
"""Browsers that are remembered of one value."""


class SharedValues:
    """The values of sessions, and which session each is in a browser."""

    def __init__(self) -> None:
        self._holders: Bounded[Mapping[str, str]] = Bounded(KEPT)
        """Digest of a value to the name of its session in each browser, by what that claims."""
        self._logins: Bounded[int] = Bounded(KEPT)
        """Session to how many logins have it, in browsers that cannot be told apart."""
        self._left: Bounded[str] = Bounded(KEPT)
        """Session to the response that ended one of them last."""

    def find(self, digest: str, browser: str, *, is_given: bool = False) -> str:
        """Return the session of a value in a browser; empty: it is of none.

        In a browser that it was not seen in it is of the first, unless a response gives it there.
        """
        holders = self._holders.get(digest) or {}
        if is_given or browser in holders:
            return holders.get(browser, "")
        return next(iter(holders.values()), "")

    def key_of(self, digest: str, browser: str) -> str:
        """Return what a session is named by that begins in a browser with a value."""
        holders = self._holders.get(digest)
        if holders and browser not in holders:
            return fingerprint(f"{digest} {browser}")
        return digest

    def put(self, digest: str, browser: str, name: str) -> None:
        """Remember the session of a value in a browser."""
        holders = self._holders.get(digest) or {}
        if browser in holders or len(holders) < MOST:
            self._holders.put(digest, {**holders, browser: name})

    def begin(self, digest: str, browser: str) -> str:
        """Return the name of a session that begins in a browser with a value."""
        name = self.key_of(digest, browser)
        self.put(digest, browser, name)
        return name

    # -- logins that cannot be told apart --------------------------------------------------

    def add_login(self, name: str) -> None:
        """Remember that one more login has the value of a session."""
        self._logins.put(name, self.count_logins(name) + 1)

    def count_logins(self, name: str) -> int:
        """Return how many logins have a session that cannot be told apart."""
        return self._logins.get(name) or 1

    def leave(self, name: str, exchange: str) -> bool:
        """Take out a login that a response has ended, once; False: it was the last one."""
        if self._left.get(name) == exchange:
            return True
        count = self.count_logins(name)
        if count < 2:
            return False
        self._logins.put(name, count - 1)
        self._left.put(name, exchange)
        return True
