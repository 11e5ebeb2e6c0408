"""Values that the app signed, as the secret shows: which of them are ids of sessions.

A signature says whose a value is, not what. It is a session's id where somebody named its cookie,
or where the store has its row; else the cookie is learned as any unknown one is.
"""

from __future__ import annotations

from collections.abc import Mapping

from session_inspector.devserver.attach.traffic.opener import OpenedJar
from session_inspector.devserver.attach.traffic.session_memory import SessionMemory
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.drawn import looks_drawn

KEPT = 20_000
"""Values that are remembered."""


class SignedValues:
    """The signed values of one app."""

    def __init__(self, memory: SessionMemory, named: frozenset[str]) -> None:
        """`named` are names of session cookies that somebody told."""
        self._memory = memory
        self._named = named
        self._ids: Bounded[bool] = Bounded(KEPT)
        """Ids of which a row was seen: one whose row has gone is a session's all the same."""
        self._texts: Bounded[str] = Bounded(KEPT)
        """Digest of a cookie's value to what was signed."""

    async def settle(self, opened: OpenedJar, jar: Mapping[str, str]) -> OpenedJar:
        """Return the ids among the sessions, and no other signed value: nobody knows what it is."""
        sessions = list(opened.sessions)
        others: list[Decoded] = []
        for one in opened.others:
            if await self._is_session(one):
                sessions.append(as_session(one))
            elif one.signed_text:
                self._texts.put(fingerprint(jar.get(one.cookies[0], "")), one.signed_text)
            else:
                others.append(one)
        return replace(opened, sessions=tuple(sessions), others=tuple(others))

    def name_of(self, value: str) -> str:
        """Return the name of a session by its cookie's value: that of its row, if it has one."""
        digest = fingerprint(value)
        text = self._texts.get(digest)
        if text is None:
            return digest
        return fingerprint(text)

    async def _is_session(self, one: Decoded) -> bool:
        if self._named.intersection(one.cookies):
            return True
        text = one.signed_text
        if not looks_drawn(text):
            return False
        if self._ids.get(text):
            return True
        has_row = await self._memory.has_row(as_session(one))
        if has_row:
            self._ids.put(text, True)
        return has_row


def as_session(found: Decoded) -> Decoded:
    """Return an opened cookie as that of a session; what was signed is its id."""
    text = found.signed_text
    if not text:
        return replace(found, role="session")
    return replace(found, role="session", session_id=text, payload={"id": text})
