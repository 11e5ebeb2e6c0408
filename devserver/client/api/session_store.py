"""Sessions in a store that is named by its URL: what `open_store` returns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator

from session_inspector.devserver.core.clock import Clock, SystemClock
from session_inspector.devserver.session.data_store import (
    RollingSessions,
    SessionDataStore,
    make_lifetime,
)
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.stores.base import Store
from session_inspector.devserver.stores.files import MEMORY, sqlite_path
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.per_loop import PerLoopStore
from session_inspector.devserver.stores.urls import (
    check_store_url,
    kind_of,
    mask_store_url,
    open_own_store,
)


class SessionStore(RollingSessions):
    """A `SessionDataStore`; it connects on first use, in each event loop anew.

    Alone it gives sessions the SDK's default durations; an Auth0Client gives its own.
    """

    def __init__(self, url: str, connections: PerLoopStore, policy: Policy, clock: Clock) -> None:
        super().__init__(
            connections,
            connections,
            make_lifetime(policy, clock),
            inactivity=policy.inactivity,
            absolute=policy.absolute,
        )
        self.url = mask_store_url(url)
        """Without its password."""
        self._connections = connections
        self._clock = clock

    def with_policy(self, policy: Policy) -> SessionStore:
        """Return the same sessions under other durations."""
        return SessionStore(self.url, self._connections, policy, self._clock)

    async def connect(self) -> None:
        """Connect now; a store that is not asked to connect does so when it is first used.

        Raises: InputError for a table of another app; StoreUnavailable.
        """
        await self._connections.connect()

    async def prune(self) -> int:
        """Delete expired sessions, which SQL databases keep; return how many there were.

        Raises: StoreUnavailable.
        """
        return (await self._connections.prune()).expired

    async def aclose(self) -> None:
        """Close this event loop's connections; the next use opens new ones."""
        await self._connections.close()

    def __await__(self) -> Generator[object, None, SessionStore]:
        """Connect, and return the store itself: `store = await open_store(url)`."""
        yield from self.connect().__await__()
        return self

    async def __aenter__(self) -> SessionStore:
        """Connect, and return the store itself."""
        return await self

    async def __aexit__(self, *error: object) -> None:
        """Close."""
        await self.aclose()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"


def bind_policy(store: SessionDataStore | None, policy: Policy) -> SessionDataStore | None:
    """Return a client's store; one that was opened by its URL gets the client's durations."""
    if isinstance(store, SessionStore):
        return store.with_policy(policy)
    return store


def open_store(url: str, *, create: bool = True, clock: Clock | None = None) -> SessionStore:
    """Return the sessions at a URL: sqlite, redis, postgresql, mongodb, dynamodb, memory.

    `create` makes the table or collection where there is none. It connects on first use; awaited,
    at once. Raises: InputError for a URL that is none, and for a driver that is not installed.
    """
    clock = clock or SystemClock()
    check_store_url(url)
    opening = _make_opening(url, clock, may_create=create)
    return SessionStore(url, PerLoopStore(opening, clock), Policy(), clock)


def _make_opening(url: str, clock: Clock, *, may_create: bool) -> Callable[[], Awaitable[Store]]:
    """Return what opens the store of one event loop; what is in memory all loops share."""
    memory = MemoryStore(clock)

    async def share() -> Store:
        return memory

    async def connect() -> Store:
        return await open_own_store(url, clock, may_create=may_create)

    if _is_memory(url):
        return share
    return connect


def _is_memory(url: str) -> bool:
    kind = kind_of(url)
    return kind == "memory" or (kind == "sqlite" and sqlite_path(url) == MEMORY)
