"""What a browser holds for its session at the provider: more than the sid that tokens tell.

A sid stands in every ID and logout token, and in the journal. Were it the cookie, whoever reads
one of those could sign in as its user.
"""

from __future__ import annotations

import hmac
import secrets


class Handles:
    """`SID.MAC`, with a key of this run."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of(self, sid: str) -> str:
        """Return the cookie's value."""
        return f"{sid}.{hmac.digest(self._key, sid.encode(), 'sha256').hex()}"

    def sid_of(self, handle: str) -> str:
        """Return the sid of a cookie's value, empty for one that we did not give."""
        sid = handle.rpartition(".")[0]
        same = hmac.compare_digest(handle.encode("utf-8", "replace"), self.of(sid).encode())
        return sid if sid and same else ""
