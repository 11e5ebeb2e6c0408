"""A resource for each event loop: one opening for all who ask, closed before its loop ends."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

import pytest
import uvloop

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import Record, SessionId, Store
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.per_loop import PerLoop, PerLoopStore

KEY = SessionId("a")
RUNS = [asyncio.new_event_loop, uvloop.new_event_loop]


class Connection:
    """Closed in its own loop, while that runs."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.is_closed = False

    async def close(self) -> None:
        assert asyncio.get_running_loop() is self.loop
        await asyncio.sleep(0)  # the loop still does things
        self.is_closed = True


class Opened:
    """Counts what was opened; may fail at first."""

    def __init__(self, failures: int = 0) -> None:
        self.all: list[Connection] = []
        self.tries = 0
        self._failures = failures
        self.per_loop = PerLoop(self._open, Connection.close)

    async def _open(self) -> Connection:
        self.tries += 1
        await asyncio.sleep(0)
        if self.tries <= self._failures:
            raise StoreUnavailable("away")
        self.all.append(Connection())
        return self.all[-1]


@pytest.mark.parametrize("make_loop", RUNS)
def test_each_loop_has_its_own_and_closes_it(
    make_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    opened = Opened()

    async def use() -> None:
        first, second = await asyncio.gather(opened.per_loop.get(), opened.per_loop.get())
        assert first is second is await opened.per_loop.get()

    for number in (1, 2, 3):
        with asyncio.Runner(loop_factory=make_loop) as runner:
            runner.run(use())
            assert [each.is_closed for each in opened.all] == [True] * (number - 1) + [False]
    assert all(each.is_closed for each in opened.all)


async def test_closed_by_hand_it_opens_again() -> None:
    opened = Opened()
    first = await opened.per_loop.get()
    await opened.per_loop.aclose()
    await opened.per_loop.aclose()
    assert first.is_closed
    second = await opened.per_loop.get()
    assert (second is first, second.is_closed) == (False, False)
    await opened.per_loop.aclose()


async def test_all_who_wait_hear_of_a_failure_and_the_next_tries_again() -> None:
    opened = Opened(failures=1)
    outcomes = await asyncio.gather(
        *(opened.per_loop.get() for _ in range(3)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable] * 3
    assert opened.tries == 1
    await opened.per_loop.get()
    await opened.per_loop.aclose()


async def test_who_is_cancelled_ends_it_for_nobody_else() -> None:
    opened = Opened()
    one = asyncio.create_task(opened.per_loop.get())
    other = asyncio.create_task(opened.per_loop.get())
    await asyncio.sleep(0)
    one.cancel()
    assert (await other).is_closed is False
    await opened.per_loop.aclose()


async def test_closing_while_it_opens_ends_that() -> None:
    opened = Opened()
    waiting = asyncio.create_task(opened.per_loop.get())
    await asyncio.sleep(0)
    await opened.per_loop.aclose()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert opened.all == []


def test_a_loop_that_was_closed_without_shutdown_is_forgotten() -> None:
    opened = Opened()
    for _ in range(3):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(opened.per_loop.get())
        loop.close()
    assert len(opened.all) == 3
    asyncio.run(opened.per_loop.aclose())
    gc.collect()


def test_a_store_that_cannot_touch_is_touched_by_an_update() -> None:
    clock = ManualClock(1000)
    memory = MemoryStore(clock)

    async def share() -> Store:
        return memory

    store = PerLoopStore(share, clock)

    async def touch() -> Record | None:
        return await store.touch(KEY, inactivity=50, absolute=100)

    assert asyncio.run(touch()) is None
    asyncio.run(store.create(KEY, Record(data={"internal": {"createdAt": 990}}, expires=1010)))
    rolled = asyncio.run(touch())
    assert rolled is not None
    assert rolled.expires == 1050
    assert asyncio.run(store.read(KEY)) == rolled
