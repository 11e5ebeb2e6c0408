"""The store of somebody else's app: watched always, changed only when that was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from session_inspector.devserver.core.commands import Reply
from session_inspector.devserver.core.errors import InspectorError, StoreUnavailable
from session_inspector.devserver.core.events.base import SessionFacts, TimerName
from session_inspector.devserver.stores.feeds import Pause

NO_STORE = (
    "no store was named, so only the cookie is known here; it cannot be revoked from outside."
    " Fix: --store URL for sessions that live in one"
)
NOT_YET = "no session of a known layout is in the store yet. Fix: log in once, or name --layout"
AGAIN = 1.0
"""Seconds between two looks for the first rows."""


class Shelf(Protocol):
    """Rows of one layout. Commands raise InspectorError with what to do, and StoreUnavailable."""

    layout: str

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        """Return what the row of an id adds to its cookie; None: none, or no answer."""
        ...

    async def follow(self) -> None:
        """Report changes until cancelled."""
        ...

    async def revoke(self, session: str, *, cause: str) -> str:
        """Delete a row; returns a sentence."""
        ...

    async def undo_revoke(self, *, cause: str) -> str:
        """Put back the row that was deleted last; returns a sentence."""
        ...

    async def expire(self, session: str, clock: TimerName, *, cause: str) -> str:
        """Put a clock of a row into the past, in its own form; returns a sentence."""
        ...

    async def prune(self, *, is_dry: bool, cause: str) -> Reply:
        """Delete expired rows, or count them."""
        ...

    async def close(self) -> None:
        """Let go of the store."""
        ...


class LateShelf:
    """A shelf whose layout is recognised once there are rows to recognise it by."""

    layout = ""

    def __init__(
        self, find: Callable[[], Awaitable[Shelf | None]], pause: Pause = asyncio.sleep
    ) -> None:
        self._find = find
        self._pause = pause
        self._found: Shelf | None = None
        self._lock = asyncio.Lock()

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        """Ask the shelf, if it can be told by now."""
        try:
            found = await self.look()
        except StoreUnavailable:
            return None
        return await found.facts(session_id, cookie) if found else None

    async def look(self) -> Shelf | None:
        """Return the shelf; None: nothing to recognise it by yet. Raises: StoreUnavailable."""
        async with self._lock:
            if self._found is None:
                self._found = await self._find()
                self.layout = self._found.layout if self._found else ""
            return self._found

    async def follow(self) -> None:
        """Wait for the first rows, then follow them."""
        while True:
            try:
                found = await self.look()
            except StoreUnavailable:
                found = None
            if found is not None:
                await found.follow()
            await self._pause(AGAIN)

    async def revoke(self, session: str, *, cause: str) -> str:
        """As the shelf does."""
        return await (await self._there()).revoke(session, cause=cause)

    async def undo_revoke(self, *, cause: str) -> str:
        """As the shelf does."""
        return await (await self._there()).undo_revoke(cause=cause)

    async def expire(self, session: str, clock: TimerName, *, cause: str) -> str:
        """As the shelf does."""
        return await (await self._there()).expire(session, clock, cause=cause)

    async def prune(self, *, is_dry: bool, cause: str) -> Reply:
        """As the shelf does."""
        return await (await self._there()).prune(is_dry=is_dry, cause=cause)

    async def close(self) -> None:
        """Let go of the shelf."""
        if self._found is not None:
            await self._found.close()

    async def _there(self) -> Shelf:
        found = await self.look()
        if found is None:
            raise InspectorError(NOT_YET)
        return found
