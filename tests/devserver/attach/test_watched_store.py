"""The store of an app: its layout is recognised once there are rows, and asked for no more."""

from __future__ import annotations

import asyncio

import pytest

from session_inspector.devserver.attach.native_store import NativeStore
from session_inspector.devserver.attach.watched_store import AppStore, WatchedStore
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InspectorError, StoreUnavailable
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.watching.pace import GENTLE

COOKIE = SessionFacts(kind="stateful", sub="u")


class Finder:
    """Finds a store at the third look; the second gets no answer."""

    def __init__(self) -> None:
        clock = ManualClock()
        self.looks = 0
        self.store = NativeStore(
            MemoryStore(clock), "it", Policy(), clock, lambda event: None, may_write=True
        )

    async def find(self) -> WatchedStore | None:
        self.looks += 1
        if self.looks == 2:
            raise StoreUnavailable("away")
        return self.store if self.looks > 2 else None


async def test_until_it_is_recognised_there_are_no_rows_to_change() -> None:
    finder = Finder()
    store = AppStore(finder.find)
    with pytest.raises(InspectorError, match="Fix: log in once, or name --layout"):
        await store.administration()
    with pytest.raises(StoreUnavailable):
        await store.administration()
    assert await store.administration() is finder.store
    assert await store.recognise() is finder.store
    assert finder.looks == 3
    await store.close()


async def test_facts_of_a_store_that_does_not_answer_are_those_of_the_cookie_alone() -> None:
    finder = Finder()
    store = AppStore(finder.find)
    assert await store.facts("id1", COOKIE) is None
    assert await store.facts("id1", COOKIE) is None
    assert await store.facts("id1", COOKIE) is None
    assert finder.looks == 3
    await store.close()


async def test_following_waits_for_the_first_rows() -> None:
    finder = Finder()
    pauses: list[float] = []
    found = asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            found.set()
        await asyncio.sleep(0)

    store = AppStore(finder.find, pause)
    following = asyncio.ensure_future(store.follow())
    await found.wait()
    assert pauses == [1.0, 1.0]
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await store.close()


async def test_gently_first_rows_are_looked_for_seldom_also_when_requests_come() -> None:
    finder = Finder()
    clock = ManualClock()
    pauses: list[float] = []
    has_paused = asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        has_paused.set()
        await asyncio.Event().wait()

    store = AppStore(finder.find, pause, pace=GENTLE, measure=clock.now)
    following = asyncio.ensure_future(store.follow())
    await has_paused.wait()
    for _ in range(9):
        assert await store.facts("id1", COOKIE) is None
    assert (finder.looks, pauses) == (1, [GENTLE.search_pause])
    clock.advance(GENTLE.search_pause)
    await store.facts("id1", COOKIE)
    assert finder.looks == 2
    assert await store.administration() is finder.store, "a person does not wait"
    following.cancel()
    await store.close()
