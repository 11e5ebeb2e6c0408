"""Only what a feed names is read; a store of many rows is read in portions, with rests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest

import session_inspector.devserver.session.watcher as watching
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionSeen, SessionVanished
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.revocation import PREFIX
from session_inspector.devserver.session.watcher import StoreWatcher
from session_inspector.devserver.stores.base import Page, Record, SessionId
from session_inspector.devserver.stores.feeds import PendingChanges
from session_inspector.devserver.stores.watching.pace import GENTLE
from tests.devserver.session.test_watcher import DATA, A, Flaky, Scene, Script


class Spied(Flaky):
    """Counts how its rows are asked for, and pauses of the one who asks."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.pages = self.reads = 0
        self.rests: list[float] = []
        self.between: list[Callable[[], Awaitable[object]]] = []
        """What happens while the watcher rests, once each."""

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        self.pages += 1
        return await super().page(cursor, limit)

    async def read(self, key: SessionId) -> Record | None:
        self.reads += 1
        return await super().read(key)

    async def rest(self, seconds: float) -> None:
        self.rests.append(seconds)
        if self.between:
            await self.between.pop(0)()
        await asyncio.sleep(0)


class Watched(Scene):
    """A scene whose watcher follows a script."""

    def __init__(self, *answers: frozenset[SessionId] | None) -> None:
        super().__init__()
        self.store = self.spied = Spied(self.clock)
        self.watcher = StoreWatcher(
            self.store, "m", Policy(), self.memory, self.clock, self.events.append, self.spied.rest
        )
        self.script = Script(*answers)

    async def feed(self) -> Script:
        return self.script

    async def follow(self) -> list[Event]:
        """Follow until the script is over and nothing more is told."""
        self.store.feed = self.feed  # type: ignore[method-assign]  # the test's own feed
        following = asyncio.ensure_future(self.watcher.follow())
        await self.script.is_done.wait()
        told = -1
        while told != len(self.events) + self.spied.pages + self.spied.reads:
            told = len(self.events) + self.spied.pages + self.spied.reads
            for _ in range(50):
                await asyncio.sleep(0)
        following.cancel()
        await asyncio.wait({following})
        return self.events

    def ends(self) -> list[float | None]:
        """Return the ends of the rows that were seen, as they were told."""
        seen = [event.facts.timers for event in self.events if isinstance(event, SessionSeen)]
        return [{timer.name: timer.ends for timer in timers}["store"] for timers in seen]


async def fill(scene: Scene, count: int) -> None:
    for number in range(count):
        made: JsonObject = {"internal": {"createdAt": 1_760_000_000 - number}}
        record = Record(data=made, expires=scene.clock.now() + 1000 + number)
        await scene.store.create(SessionId(f"k{number:06d}"), record)


async def test_a_feed_that_names_rows_makes_only_those_be_read() -> None:
    scene = Watched(frozenset({A}), frozenset({SessionId("unknown"), SessionId(PREFIX + "x")}))
    await scene.write(scene.clock.now() + 60)
    written = scene.script.wait

    async def wait() -> frozenset[SessionId] | None:
        if len(scene.script.answers) == 2:
            for _ in range(20):  # the first look is over by then
                await asyncio.sleep(0)
            await scene.write(scene.clock.now() + 90)
        return await written()

    scene.script.wait = wait  # type: ignore[method-assign]  # the test's own
    await scene.follow()
    assert scene.ends() == [scene.clock.now() + 60, scene.clock.now() + 90]
    assert (scene.spied.pages, scene.spied.reads) == (1, 2)
    told = [event.watched_by for event in scene.events if isinstance(event, StoreStateChanged)]
    assert told == ["a script"]


async def test_a_new_row_that_is_named_is_read_alone() -> None:
    scene = Watched(frozenset({A}))

    async def wait() -> frozenset[SessionId] | None:
        if scene.script.answers:
            for _ in range(20):
                await asyncio.sleep(0)
            await scene.write(scene.clock.now() + 60)
        return await Script.wait(scene.script)

    scene.script.wait = wait  # type: ignore[method-assign]  # the test's own
    await scene.follow()
    assert (scene.ends(), scene.spied.pages) == ([scene.clock.now() + 60], 1)


def in_portions(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Make a few rows a large store."""
    monkeypatch.setattr(watching, "PORTION", count)
    monkeypatch.setattr(watching, "PAGE", 20)


async def test_a_large_store_is_read_to_its_end_with_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    in_portions(monkeypatch, 40)
    scene = Watched()
    await fill(scene, 130)
    await scene.follow()
    assert len(scene.ends()) == 130
    assert scene.spied.rests == [watching.REST] * 3
    created = [e.facts.created_at for e in scene.events if isinstance(e, SessionSeen)]
    assert created[:40] == sorted(created[:40]), "the newest login of a portion is told last"


async def test_what_is_named_while_a_large_store_is_read_does_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_portions(monkeypatch, 20)
    late = SessionId("zzz")
    scene = Watched(frozenset({late}))
    await fill(scene, 100)
    await scene.store.create(late, Record(data=DATA, expires=scene.clock.now() + 5))
    await scene.follow()
    assert scene.ends().index(scene.clock.now() + 5) < 60
    assert len(scene.ends()) == 101, "and it is told once"


async def test_rows_that_go_while_a_large_store_is_read_have_vanished(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_portions(monkeypatch, 20)
    scene = Watched(None)
    await fill(scene, 60)
    early = SessionId("k000003")
    late = SessionId("k000055")
    scene.spied.between = [lambda: scene.store.delete(early), lambda: scene.store.delete(late)]
    await scene.follow()
    gone = [event for event in scene.events if isinstance(event, SessionVanished)]
    assert [event.reason for event in gone] == [watching.DELETED]
    assert len(scene.ends()) == 59, "what went before it was read was never there"


async def test_a_row_of_a_large_store_that_is_named_and_gone_needs_no_look_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_portions(monkeypatch, 20)
    key = SessionId("k000003")
    scene = Watched()
    await fill(scene, 60)
    await scene.follow()
    pages = scene.spied.pages
    await scene.store.delete(key)
    news = PendingChanges()
    news.is_everything = False
    news.named = {key}
    await scene.watcher._look_at(news)
    assert (scene.spied.pages, news.is_everything) == (pages, False)
    assert [e.reason for e in scene.events if isinstance(e, SessionVanished)] == [watching.CUT_OFF]


async def test_gently_a_look_reads_few_rows_and_is_followed_by_a_long_pause() -> None:
    names = [SessionId(f"k{number:06d}") for number in range(700)]
    scene = Watched(None, frozenset(names), None)
    scene.watcher = StoreWatcher(
        scene.store,
        "m",
        Policy(),
        scene.memory,
        scene.clock,
        scene.events.append,
        scene.spied.rest,
        most=GENTLE.most_rows,
        pace=GENTLE,
    )
    await fill(scene, 700)
    looks: list[int] = []

    async def note() -> None:
        looks.append(scene.spied.reads)

    scene.spied.between = [note for _ in range(20)]
    await scene.follow()
    told = [event.watched_by for event in scene.events if isinstance(event, StoreStateChanged)]
    assert set(told) == {"a script, gently"}
    assert min(scene.spied.rests) >= GENTLE.shortest
    assert len(looks) >= 3
    steps = [after - before for before, after in pairwise([0, *looks])]
    assert max(steps) <= GENTLE.most_rows
    assert scene.spied.reads >= 700, "each has had its turn"
