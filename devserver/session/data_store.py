"""The SDK's face of a store, and our stores behind it.

`SessionDataStore` is what an application implements: get, set, delete; `update` (a
compare-and-write) and `delete_by_logout_token` where it can. The SDK never passes a lifetime.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.session.policy import Policy, part
from session_inspector.devserver.stores.base import Match, Record, SessionId, Store, TouchingStore


class SessionDataStore(Protocol):
    """Keeps sessions by id; every `set` must renew the lifetime.

    A session is a dict that JSON holds. `Any`: a store may take it as `SessionData`, `dict[str,
    Any]` or `Mapping[str, object]`, and name its parameters as it likes.
    """

    async def get(self, key: str, /) -> Mapping[str, Any] | None:
        """Return a session, None when it is gone."""
        ...

    async def set(self, key: str, session: Any, /) -> None:
        """Write a session, whether or not there is one."""
        ...

    async def delete(self, key: str, /) -> object:
        """Delete a session; one that is not there is no error."""
        ...


@runtime_checkable
class UpdatingStore(Protocol):
    """A store that can overwrite a session only if it is still there."""

    async def update(self, key: str, session: Any, /) -> bool:
        """Overwrite in one atomic step; False when the session is gone. Never creates."""
        ...


@runtime_checkable
class RollingStore(Protocol):
    """A store that can read a session and renew its lifetime in one round trip."""

    async def touch(self, key: str, /) -> Mapping[str, Any] | None:
        """Return a session and move its end, None when it is gone; the data are not written."""
        ...


@runtime_checkable
class LogoutTokenStore(Protocol):
    """A store that can find the sessions a logout token means."""

    async def delete_by_logout_token(
        self, *, sub: str | None, sid: str | None, iss: str | None
    ) -> Sequence[str] | None:
        """Delete sessions of iss AND (sid OR sub) (OIDC Back-Channel Logout §2.6).

        Returns their ids, or None where a store does not know them.
        """
        ...


class StoreSessions:
    """One of our stores as a SessionDataStore; it gives each record its moment of expiry."""

    def __init__(self, store: Store, expires: Callable[[JsonObject], Seconds]) -> None:
        self.store = store
        self._expires = expires

    async def get(self, key: str) -> JsonObject | None:
        """Return a live session."""
        record = await self.store.read(SessionId(key))
        if record is None:
            return None
        return record.data

    async def set(self, key: str, session: JsonObject) -> None:
        """Write a session."""
        await self.store.create(SessionId(key), self._make_record(session))

    async def update(self, key: str, session: JsonObject) -> bool:
        """Overwrite a live session; False when it is gone."""
        return await self.store.update(SessionId(key), self._make_record(session))

    async def delete(self, key: str) -> None:
        """Delete a session."""
        await self.store.delete(SessionId(key))

    async def delete_by_logout_token(
        self, *, sub: str | None, sid: str | None, iss: str | None
    ) -> Sequence[str] | None:
        """Delete the sessions a logout token means, and return their ids."""
        return await self.store.delete_matching(Match(sid=sid, sub=sub, iss=iss))

    def _make_record(self, session: JsonObject) -> Record:
        return Record(data=session, expires=self._expires(session))


class RollingSessions(StoreSessions):
    """StoreSessions over a store that can touch."""

    def __init__(
        self,
        store: Store,
        touching: TouchingStore,
        expires: Callable[[JsonObject], Seconds],
        *,
        inactivity: Seconds,
        absolute: Seconds,
    ) -> None:
        super().__init__(store, expires)
        self._touching = touching
        self._inactivity = inactivity
        self._absolute = absolute

    async def touch(self, key: str) -> JsonObject | None:
        """Return a live session and move its end, in one round trip."""
        record = await self._touching.touch(
            SessionId(key), inactivity=self._inactivity, absolute=self._absolute
        )
        if record is None:
            return None
        return record.data


def make_session_data_store(
    store: Store,
    expires: Callable[[JsonObject], Seconds],
    *,
    inactivity: Seconds,
    absolute: Seconds,
) -> StoreSessions:
    """Return a store as a SessionDataStore; one that can touch rolls in one round trip."""
    if isinstance(store, TouchingStore):
        return RollingSessions(store, store, expires, inactivity=inactivity, absolute=absolute)
    return StoreSessions(store, expires)


def make_lifetime(policy: Policy, clock: Clock) -> Callable[[JsonObject], Seconds]:
    """Return what gives each record its moment of expiry, by a policy."""

    def expires(session: JsonObject) -> Seconds:
        now = clock.now()
        return now + policy.max_age(part(session, "internal").get("createdAt"), now)

    return expires
