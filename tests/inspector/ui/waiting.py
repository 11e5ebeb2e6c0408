"""Waits for what a thread or a later message brings, however busy the machine is."""

from __future__ import annotations

from collections.abc import Callable

from textual.pilot import Pilot


async def until(pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    """Let the app run until something is so. Raises: AssertionError after 1,000 turns."""
    for _ in range(1000):
        if is_so():
            return
        await pilot.pause(0.01)
    raise AssertionError("never")
