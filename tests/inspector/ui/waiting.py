"""Waits for what a thread or a later message brings, however busy the machine is.

A test that looks at the app calls `settle` after what it did, or `until` with what it looks for.
Never `workers.wait_for_complete`: it raises WorkerCancelled when a worker is replaced meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from textual.app import App
from textual.pilot import Pilot
from textual.worker import WorkerCancelled, WorkerState

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.decode import DecodeScreen
from session_inspector.inspector.ui.screens.watching import WatchScreen
from tests.waiting import PATIENCE


async def until(pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    """Let the app run until something is so. Raises: AssertionError when it never is."""
    end = stopwatch() + PATIENCE
    while not is_so():
        assert stopwatch() < end, "it never came true"
        await pilot.pause(0.01)


async def settle(pilot: Pilot[None]) -> None:
    """Let the app run until it is calm: all events folded, no worker, no message that waits."""
    end = stopwatch() + PATIENCE
    while stopwatch() < end:
        await pilot.pause()
        if _has_events(pilot.app):
            await pilot.pause(0.01)
        elif not await _wait_for_workers(pilot.app) and not _has_messages(pilot.app):
            return
    raise AssertionError("never calm")


async def settle_decode(pilot: Pilot[None]) -> None:
    """Let the decode screen run until its report is on what stands in its fields."""
    await settle(pilot)
    screen = pilot.app.screen
    if isinstance(screen, DecodeScreen):
        await until(pilot, lambda: screen.is_up_to_date)
        await settle(pilot)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each when what the one before has led to is there; the first after a drawing."""
    await until(pilot, lambda: _is_drawn(pilot.app))
    await settle(pilot)
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def _is_drawn(app: App[None]) -> bool:
    """Check that the screen was drawn once: before that, a key meets empty lists."""
    has_failed = app._exception is not None or not app.is_running
    return has_failed or not isinstance(app.screen, WatchScreen) or bool(app.screen.footer)


def _has_events(app: App[None]) -> bool:
    """Check whether events wait: a fold ends after 20 ms, and a slow machine needs many."""
    return isinstance(app, InspectorApp) and app.is_running and app.bridge.is_behind


async def _wait_for_workers(app: App[None]) -> bool:
    """Wait for all workers; return whether there were any. Raises: WorkerFailed."""
    running = [worker for worker in app.workers if not worker.is_finished]
    for worker in running:
        if worker.state is not WorkerState.PENDING:
            with suppress(WorkerCancelled):  # a newer one has replaced it: that is waited for
                await worker.wait()
    return bool(running)


def _has_messages(app: App[None]) -> bool:
    nodes = (app, *app.screen.walk_children(with_self=True))
    return bool(app.screen._callbacks) or any(node.message_queue_size for node in nodes)
