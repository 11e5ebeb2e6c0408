"""What watches goes on: told, counted, started again."""

from __future__ import annotations

import asyncio

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.server import WatchFailed
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.supervision import Supervisor

NOW = 1_760_000_000.0


class Scene:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.told: list[str] = []
        self.pauses: list[float] = []
        self.supervisor = Supervisor(
            ManualClock(NOW), self.events.append, tell=self.told.append, pause=self.pause
        )

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)


async def test_work_that_fails_is_told_counted_and_started_again() -> None:
    scene = Scene()
    done = asyncio.Event()
    starts: list[int] = []

    async def work() -> None:
        starts.append(len(starts))
        if len(starts) < 3:
            raise ValueError("a secret value")
        done.set()
        await asyncio.Event().wait()

    task = asyncio.ensure_future(scene.supervisor.keep("traffic", work))
    await done.wait()
    task.cancel()
    assert starts == [0, 1, 2]
    assert [event.count for event in scene.events if isinstance(event, WatchFailed)] == [1, 2]
    assert scene.told[0].startswith("watching failed (1×), and goes on: traffic: ValueError")
    assert "secret" not in repr(scene.events) + repr(scene.told)


async def test_what_ends_by_itself_is_started_again_and_is_no_failure() -> None:
    scene = Scene()
    twice = asyncio.Event()
    starts: list[int] = []

    async def work() -> None:
        starts.append(1)
        if len(starts) == 2:
            twice.set()

    task = asyncio.ensure_future(scene.supervisor.keep("traffic", work))
    await twice.wait()
    task.cancel()
    assert scene.events == []


def test_a_flood_of_failures_is_counted_and_not_told_one_by_one() -> None:
    scene = Scene()
    for _ in range(1_000):
        scene.supervisor.report("rows", ValueError())
    assert 3 <= len(scene.told) < 20
    assert len(scene.events) == len(scene.told)


def test_each_task_has_its_own_count() -> None:
    scene = Scene()
    scene.supervisor.report("rows", ValueError())
    scene.supervisor.report("traffic", ValueError())
    assert [event.count for event in scene.events if isinstance(event, WatchFailed)] == [1, 1]
