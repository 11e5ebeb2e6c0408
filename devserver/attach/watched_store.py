"""The store of somebody else's app: watched always, changed only when that was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.errors import InspectorError, StoreUnavailable
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.session.row_administration import SessionAdministration
from session_inspector.devserver.stores.feeds import Pause
from session_inspector.devserver.stores.watching.pace import USUAL, LookPace

NO_STORE = (
    "no store is watched, so only the cookie is known here; it cannot be revoked from outside."
    " Sessions in the app's own memory have no store; for those in a database: --store URL"
)
NO_ROWS = "no store was named, so no rows can be counted or deleted here. Fix: --store URL"
NOT_YET = "no session of a known layout is in the store yet. Fix: log in once, or name --layout"


class WatchedStore(SessionAdministration, Protocol):
    """Rows of one layout."""

    layout: str

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        """Return what the row of an id adds to its cookie; None: none, or no answer."""
        ...

    def recall(self, session_id: str) -> SessionFacts | None:
        """Return the row of an id as it was read last; None: it is not known, or read each time."""
        ...

    async def read_now(self, session_id: str) -> SessionFacts | None:
        """Read the row of an id at once; None: it has none, or no answer."""
        ...

    async def follow(self) -> None:
        """Report changes until cancelled."""
        ...

    async def close(self) -> None:
        """Let go of the store."""
        ...


class AppStore:
    """The store of an app; its layout is recognised once there are rows to recognise it by."""

    def __init__(
        self,
        find: Callable[[], Awaitable[WatchedStore | None]],
        pause: Pause = asyncio.sleep,
        *,
        describe: Callable[[], str] = str,
        pace: LookPace = USUAL,
        measure: Callable[[], Seconds] = stopwatch,
    ) -> None:
        """`describe` returns what is in the store instead; empty: nothing is known of that.

        `measure` returns the seconds by which pauses are measured.
        """
        self._pace = pace
        self._measure = measure
        self._looked: Seconds | None = None
        """When somebody looked for the first rows last; None: nobody did."""
        self._describe = describe
        self._find = find
        self._pause = pause
        self._found: WatchedStore | None = None
        self._lock = asyncio.Lock()

    async def recognise(self) -> WatchedStore | None:
        """Return the watched store; None: nothing to recognise it by yet.

        Raises: StoreUnavailable.
        """
        async with self._lock:
            if self._found is None:
                self._looked = self._measure()
                self._found = await self._find()
            return self._found

    def _must_wait(self) -> bool:
        """Check whether a request has to do without its row: gently, looks have their pauses."""
        if self._found is not None or self._looked is None or not self._pace.is_gentle:
            return False
        return self._measure() - self._looked < self._pace.search_pause

    async def administration(self) -> SessionAdministration:
        """Return who changes its rows.

        Raises: InspectorError when its layout is not recognised yet; StoreUnavailable.
        """
        found = await self.recognise()
        if found is None:
            raise InspectorError(NOT_YET + self._describe())
        return found

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        """Return what the row of an id adds to its cookie; None: none, or not recognised yet."""
        if self._must_wait():
            return None
        try:
            found = await self.recognise()
        except StoreUnavailable:
            return None
        if found is None:
            return None
        return await found.facts(session_id, cookie)

    def recall(self, session_id: str) -> SessionFacts | None:
        """Return the row of an id as it was read last; None: none, or no store is known yet."""
        if self._found is None:
            return None
        return self._found.recall(session_id)

    async def read_now(self, session_id: str) -> SessionFacts | None:
        """Read the row of an id at once; None: none, or nothing was recognised yet."""
        if self._found is None:
            return None
        return await self._found.read_now(session_id)

    async def follow(self) -> None:
        """Wait for the first rows, then follow them."""
        while True:
            try:
                found = await self.recognise()
            except StoreUnavailable:
                found = None
            if found is not None:
                await found.follow()
            await self._pause(self._pace.search_pause)

    async def close(self) -> None:
        """Let go of the store."""
        if self._found is not None:
            await self._found.close()
