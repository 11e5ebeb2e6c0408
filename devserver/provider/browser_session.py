"""The cookie that holds a browser's session at the provider.

A sid stands in every ID and logout token, and in the journal. If the cookie held only the sid,
whoever reads one of those could sign in as its user; so the cookie also holds a MAC.
"""

from __future__ import annotations

import hmac
import secrets

from starlette.responses import Response

COOKIE = "op_session"


class BrowserSessionCookie:
    """Makes and reads `SID.MAC`, with a key of this run."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def make_value(self, sid: str) -> str:
        """Return the cookie's value for a session."""
        mac = hmac.digest(self._key, sid.encode(), "sha256")
        return f"{sid}.{mac.hex()}"

    def set_on(self, response: Response, sid: str, *, is_secure: bool) -> None:
        """Set the cookie of a session that has just begun."""
        response.set_cookie(
            COOKIE,
            self.make_value(sid),
            httponly=True,
            samesite="lax",
            path="/",
            secure=is_secure,
        )

    def read_sid(self, value: str) -> str:
        """Return the sid of a cookie's value; empty when this provider did not make it."""
        sid = value.rpartition(".")[0]
        if not sid:
            return ""
        expected = self.make_value(sid).encode()
        given = value.encode("utf-8", "replace")
        if not hmac.compare_digest(given, expected):
            return ""
        return sid
