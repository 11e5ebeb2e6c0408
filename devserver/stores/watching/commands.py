"""How many commands an engine is sent, counted where the driver sends them.

A store that counts is a `CountingStore`. What a driver reports by itself (a pool that resets a
connection, a retry) is counted too.
"""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias, runtime_checkable

from session_inspector.devserver.stores.base import Store


class CommandCount:
    """Counts commands; some drivers send them from threads of their own."""

    def __init__(self) -> None:
        self.total = 0
        self._lock = threading.Lock()

    def note(self, count: int = 1) -> None:
        """Count commands that were sent."""
        with self._lock:
            self.total += count


CountCommands: TypeAlias = Callable[[], Awaitable[CommandCount]]
"""Begins to count, where that was not done before. Raises: StoreUnavailable."""


@runtime_checkable
class CountingStore(Protocol):
    """A store that can count the commands it sends to its engine."""

    count_commands: CountCommands


def counted_always(commands: CommandCount) -> CountCommands:
    """Return how a store counts that has done so from the start."""

    async def begin() -> CommandCount:
        return commands

    return begin


async def count_commands(store: Store) -> CommandCount | None:
    """Return a count that goes on; None: this store does not count. Raises: StoreUnavailable."""
    if not isinstance(store, CountingStore):
        return None
    return await store.count_commands()
