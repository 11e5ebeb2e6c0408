"""What others do to the store is seen; what is away and comes back is told once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

import devserver.session.watcher as watching
from devserver.core.clock import ManualClock
from devserver.core.errors import StoreUnavailable
from devserver.core.events import Event, SessionSeen, SessionVanished, StoreStateChanged
from devserver.core.values import JsonObject
from devserver.session.facts import session_fingerprint
from devserver.session.memory import Ending, Memory
from devserver.session.policy import Policy
from devserver.session.revocation import PREFIX
from devserver.session.watcher import StoreWatcher
from devserver.stores.base import Page, Record, SessionId
from devserver.stores.memory import MemoryStore

A = SessionId("a")
DATA: JsonObject = {"user": {"sub": "u"}, "internal": {"sid": "s", "createdAt": 1_760_000_000}}


class Flaky(MemoryStore):
    is_down = False

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        if self.is_down:
            raise StoreUnavailable("down")
        return await super().page(cursor, limit)


class Scene:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.store = Flaky(self.clock)
        self.events: list[Event] = []
        self.memory = Memory()
        self.watcher = StoreWatcher(
            self.store, "memory://", Policy(), self.memory, self.clock, self.events.append
        )

    async def write(self, expires: float) -> None:
        await self.store.create(A, Record(data=DATA, expires=expires))

    async def look(self) -> list[Event]:
        self.events.clear()
        await self.watcher.look()
        return list(self.events)


async def test_a_row_of_somebody_else_is_seen_once() -> None:
    scene = Scene()
    await scene.write(1_760_086_400.0)
    (seen,) = await scene.look()
    assert isinstance(seen, SessionSeen)
    assert (seen.facts.sub, seen.session) == ("u", session_fingerprint("stateful", DATA, A))
    assert await scene.look() == []


async def test_a_changed_row_is_seen_again_with_its_own_expiry() -> None:
    scene = Scene()
    await scene.write(1_760_086_400.0)
    await scene.look()
    await scene.write(1_760_000_005.0)
    (seen,) = await scene.look()
    assert isinstance(seen, SessionSeen)
    store = next(timer for timer in seen.facts.timers if timer.name == "store")
    assert store.ends == 1_760_000_005.0


async def test_a_row_that_others_deleted_has_vanished_and_ours_has_not() -> None:
    for is_ours in (False, True):
        scene = Scene()
        await scene.write(1_760_086_400.0)
        await scene.look()
        if is_ours:
            name = session_fingerprint("stateful", DATA, A)
            scene.memory.endings.put(name, Ending(at=1.0, cause="x1"))
        await scene.store.delete(A)
        assert [type(e) for e in await scene.look()] == ([] if is_ours else [SessionVanished])


async def test_away_and_back_are_told_once_each_and_nothing_vanishes() -> None:
    scene = Scene()
    await scene.write(1_760_086_400.0)
    await scene.look()
    scene.store.is_down = True
    (away,) = await scene.look()
    assert isinstance(away, StoreStateChanged)
    assert (away.is_up, away.reason, await scene.look()) == (False, "down", [])
    scene.store.is_down = False
    (back,) = await scene.look()
    assert isinstance(back, StoreStateChanged)
    assert back.is_up


async def test_the_revocation_list_is_no_session() -> None:
    scene = Scene()
    await scene.store.create(SessionId(PREFIX + "x"), Record(data={"revoked": "x"}))
    assert await scene.look() == []


class Script:
    """A feed that says what it is told to; then it stands still."""

    how = "a script"

    def __init__(self, *answers: frozenset[SessionId] | None) -> None:
        self.answers = list(answers)
        self.is_done = asyncio.Event()

    async def wait(self) -> frozenset[SessionId] | None:
        if not self.answers:
            self.is_done.set()
            await asyncio.Event().wait()
        return self.answers.pop(0)

    async def close(self) -> None:
        self.is_done.set()


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


async def test_a_large_store_is_read_to_its_end_with_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PORTION", 40)
    monkeypatch.setattr(watching, "PAGE", 20)
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
    monkeypatch.setattr(watching, "PORTION", 20)
    monkeypatch.setattr(watching, "PAGE", 20)
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
    monkeypatch.setattr(watching, "PORTION", 20)
    monkeypatch.setattr(watching, "PAGE", 20)
    scene = Watched(None)
    await fill(scene, 60)
    early, late = SessionId("k000003"), SessionId("k000055")
    scene.spied.between = [lambda: scene.store.delete(early), lambda: scene.store.delete(late)]
    await scene.follow()
    gone = [event for event in scene.events if isinstance(event, SessionVanished)]
    assert [event.reason for event in gone] == [watching.DELETED]
    assert len(scene.ends()) == 59, "what went before it was read was never there"


async def test_a_row_of_a_large_store_that_is_named_and_gone_needs_no_look_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "PORTION", 20)
    monkeypatch.setattr(watching, "PAGE", 20)
    key = SessionId("k000003")
    scene = Watched()
    await fill(scene, 60)
    await scene.follow()
    pages = scene.spied.pages
    await scene.store.delete(key)
    news = watching._News()
    news.is_everything, news.named = False, {key}
    await scene.watcher._look_at(news)
    assert (scene.spied.pages, news.is_everything) == (pages, False)
    assert [e.reason for e in scene.events if isinstance(e, SessionVanished)] == [watching.CUT_OFF]


async def test_a_row_that_expired_and_was_deleted_says_so() -> None:
    scene = Scene()
    await scene.write(scene.clock.now() + 60)
    await scene.look()
    scene.clock.advance(61)
    await scene.store.delete(A)
    (gone,) = await scene.look()
    assert isinstance(gone, SessionVanished)
    assert gone.reason == watching.EXPIRED


async def test_a_store_that_is_away_is_tried_again() -> None:
    scene, tries = Scene(), []

    async def pause(seconds: float) -> None:
        tries.append(seconds)
        scene.store.is_down = len(tries) < 3
        await asyncio.sleep(0)

    scene.watcher._pause = pause
    feed = Script()

    async def feed_of() -> Script:
        return feed

    scene.store.feed = feed_of  # type: ignore[method-assign]  # the test's own feed
    scene.store.is_down = True
    following = asyncio.ensure_future(scene.watcher.follow())
    for _ in range(1000):
        if len(scene.events) == 3:
            break
        await asyncio.sleep(0)
    following.cancel()
    states = [event.is_up for event in scene.events if isinstance(event, StoreStateChanged)]
    assert (tries, states) == ([0.5] * 3, [False, True, True])
