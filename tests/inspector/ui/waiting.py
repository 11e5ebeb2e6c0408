"""Waits for what a thread or a later message brings, however busy the machine is."""

from __future__ import annotations

from collections.abc import Callable

from textual.pilot import Pilot

from session_inspector.devserver.core.clock import stopwatch
from tests.waiting import PATIENCE


async def until(pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    """Let the app run until something is so. Raises: AssertionError when it never is."""
    end = stopwatch() + PATIENCE
    while not is_so():
        assert stopwatch() < end, "it never came true"
        await pilot.pause(0.01)
