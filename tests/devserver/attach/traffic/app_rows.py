"""An app with express-session's cookies, whose rows a test keeps: alice's, bob's and nobody's."""

from __future__ import annotations

import hmac
from base64 import b64encode
from dataclasses import replace
from urllib.parse import quote

from session_inspector.devserver.attach.traffic.endings import GoneRow
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.scene import NOW

ALICE = "a" * 32
NOBODY = "n" * 32
BOB = "b" * 32
DELETED = "connect.sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"


class Rows:
    """The rows of an app, and who is logged in to them."""

    def __init__(self) -> None:
        self.users = {ALICE: "alice", NOBODY: "", BOB: "bob"}
        self.gone: set[str] = set()
        self.gone_at = NOW
        self.looked: dict[str, SessionFacts] = {}
        """What a look at the store has read since."""

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        user = self.users.get(session_id)
        if user is None:
            return None
        return replace(cookie, sub=user, name=user, layout="connect-redis")

    def recall(self, session_id: str) -> SessionFacts | None:
        return self.looked.get(session_id)

    async def read(self, session_id: str) -> SessionFacts | None:
        """Return what a look at one row shows."""
        return await self.facts(session_id, SessionFacts(kind="stateful", sub=""))

    def delete(self, session_id: str) -> None:
        del self.users[session_id]
        self.gone.add(fingerprint(session_id))

    def find_gone(self, session: str) -> GoneRow | None:
        return GoneRow(reason="it was deleted", at=self.gone_at) if session in self.gone else None


def cookie(session_id: str) -> str:
    """Return an express-session cookie: signed."""
    digest = hmac.digest(b"secret", session_id.encode(), "sha256")
    signature = b64encode(digest).decode().rstrip("=")
    return "connect.sid=" + quote(f"s:{session_id}.{signature}", safe="")


def line(session_id: str) -> str:
    return f"{cookie(session_id)}; Path=/; HttpOnly"
