"""An optional list, in a store, of stateless sessions that are over although their cookie opens."""

from __future__ import annotations

from devserver.core.values import JsonObject
from devserver.session.policy import Policy, as_number, part
from devserver.stores.base import Record, SessionId, Store

PREFIX = "revoked:"


class RevocationList:
    """Fingerprints of ended stateless sessions, kept until no cookie of theirs can be valid."""

    def __init__(self, store: Store, policy: Policy) -> None:
        self._store = store
        self._policy = policy

    async def holds(self, session: str) -> bool:
        """Say whether a session was revoked. Raises: StoreUnavailable."""
        return await self._store.read(SessionId(PREFIX + session)) is not None

    async def add(self, session: str, data: JsonObject) -> None:
        """Revoke a session by its fingerprint. Raises: StoreUnavailable."""
        created = as_number(part(data, "internal").get("createdAt"))
        # not rolling: a write restarts the absolute window, so only "for ever" is safe
        ends = created + self._policy.absolute if created and self._policy.rolling else None
        record = Record(data={"revoked": session}, expires=ends)
        await self._store.create(SessionId(PREFIX + session), record)
