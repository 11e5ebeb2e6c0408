"""A file that stays the one its path names: opened anew when another one is there."""

from __future__ import annotations

import asyncio
from typing import Literal

import aiosqlite

from session_inspector.devserver.attach.rows.sqlite.completion import finish
from session_inspector.devserver.attach.rows.sqlite.connection import (
    close_file,
    count_statements,
    open_file,
)
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.files import sqlite_path
from session_inspector.devserver.stores.sqlite.identity import (
    FileIdentity,
    Journal,
    describe_gone,
    identify,
    identify_journal,
)
from session_inspector.devserver.stores.watching.commands import CommandCount

Mode = Literal["ro", "rw"]


class OpenedFile:
    """A connection to what is at a path; nothing is created."""

    def __init__(
        self, url: str, mode: Mode, db: aiosqlite.Connection, identity: FileIdentity | None
    ) -> None:
        self.db = db
        """Of the last `refresh`."""
        self.opened = 1
        """How many files were opened so far."""
        self.commands = CommandCount()
        self._url = url
        self._path = sqlite_path(url)
        self._mode: Mode = mode
        self._identity = identity
        self._journal: Journal = frozenset()
        self._lock = asyncio.Lock()

    @classmethod
    async def open(cls, url: str, mode: Mode) -> OpenedFile:
        """Open a file that is there. Raises: StoreUnavailable."""
        # before: a file that takes its place meanwhile is another one at the next refresh
        identity, _ = await _identify(url)
        opened = cls(url, mode, await open_file(url, mode), identity)
        await count_statements(opened.db, opened.commands)
        return opened

    async def refresh(self) -> None:
        """Open the file anew when its path names another one, or its log was taken away.

        Raises: StoreUnavailable.
        """
        async with self._lock:
            found, journal = await _identify(self._url)
            if found is None:
                reason = f"SQLite: {describe_gone(self._path)}"
                raise StoreUnavailable(reason, is_gone=True)
            if found != self._identity or not self._journal <= journal:
                await finish(self._replace(found))
            self._journal = journal

    async def close(self) -> None:
        """Close the file."""
        await close_file(self.db)

    async def _replace(self, identity: FileIdentity) -> None:
        before = self.db
        if identity == self._identity:
            # its log went: connections of one process share what SQLite knows of it
            self._identity = None
            await close_file(before)
        self.db = await open_file(self._url, self._mode)
        self._identity = identity
        self.opened += 1
        await close_file(before)
        await count_statements(self.db, self.commands)


async def _identify(url: str) -> tuple[FileIdentity | None, Journal]:
    path = sqlite_path(url)

    def look() -> tuple[FileIdentity | None, Journal]:
        return identify(path), identify_journal(path)

    try:
        return await asyncio.to_thread(look)
    except OSError as error:
        raise StoreUnavailable(f"SQLite: {path}: {error.strerror}") from error
