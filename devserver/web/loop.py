"""The event loop of a server's thread: uvloop's where there is one."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Coroutine
from typing import Protocol


def run_in_loop(main: Coroutine[object, object, None]) -> None:
    """Run a coroutine in a new loop of this thread, and close the loop."""
    runner = asyncio.Runner(loop_factory=_find_factory())
    try:
        runner.run(main)
    finally:
        close_runner(runner)


class Closable(Protocol):
    """A runner of a loop."""

    def close(self) -> None:
        """Close the loop. Raises: OSError."""
        ...


def close_runner(runner: Closable) -> None:
    """Close a loop; one that still waits for the end of a handle is left to the end of the thread.

    uvloop refuses to close it then, which as an asyncio loop it should not: all tasks are over.
    """
    try:
        runner.close()
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise


def _find_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # missing on Windows
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
