"""An optional list, in a store, of stateless sessions that are over although their cookie opens."""

from __future__ import annotations

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.data_store import SessionDataStore
from session_inspector.devserver.session.policy import part

PREFIX = "revoked:"


class RevocationList:
    """Fingerprints of ended stateless sessions.

    Each is written like a session of the same creation time, so that the store keeps it at least as
    long as the last cookie of the session can be valid.
    """

    def __init__(self, store: SessionDataStore) -> None:
        self._store = store

    async def holds(self, session: str) -> bool:
        """Return whether a session was revoked. Raises: StoreUnavailable."""
        return await self._store.get(PREFIX + session) is not None

    async def add(self, session: str, data: JsonObject) -> None:
        """Revoke a session by its fingerprint. Raises: StoreUnavailable."""
        created = part(data, "internal").get("createdAt")
        record: JsonObject = {"revoked": session, "internal": {"createdAt": created}}
        await self._store.set(PREFIX + session, record)
