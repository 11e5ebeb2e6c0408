"""What others do to the store is seen; what is away and comes back is told once."""

from __future__ import annotations

import asyncio

import pytest

import session_inspector.devserver.session.watcher as watching
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionSeen, SessionVanished
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.memory import Ending, Memory
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.revocation import PREFIX
from session_inspector.devserver.session.watcher import StoreWatcher
from session_inspector.devserver.stores.base import Page, Record, SessionId
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.querying.estimates import RowEstimate

NOW = 1_760_000_000.0
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


async def test_a_change_says_when_the_row_was_not_so_yet_and_an_end_when_it_was_there() -> None:
    scene = Scene()
    await scene.write(1_760_086_400.0)
    (first,) = await scene.look()
    assert isinstance(first, SessionSeen)
    scene.clock.advance(5)
    assert await scene.look() == [], "it is the same"
    scene.clock.advance(5)
    await scene.write(1_760_000_500.0)
    scene.clock.advance(1)
    (changed,) = await scene.look()
    assert isinstance(changed, SessionSeen)
    assert (first.since, changed.at - NOW, changed.since - NOW) == (0, 11, 5)
    scene.clock.advance(7)
    await scene.store.delete(A)
    (gone,) = await scene.look()
    assert isinstance(gone, SessionVanished)
    assert (gone.at - NOW, gone.seen_at - NOW) == (18, 11)


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


@pytest.mark.parametrize("was_away", [True, False])
async def test_a_row_that_an_outage_has_taken_was_perhaps_deleted_by_nobody(
    was_away: bool,
) -> None:
    scene = Scene()
    await scene.write(1_760_086_400.0)
    await scene.look()
    if was_away:
        scene.store.is_down = True
        await scene.look()
        scene.store.is_down = False
    await scene.store.delete(A)
    (vanished,) = [one for one in await scene.look() if isinstance(one, SessionVanished)]
    assert ("lost with the store" in vanished.reason, vanished.is_deleted) == (
        was_away,
        not was_away,
    )


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


async def test_a_store_that_takes_no_writes_is_not_back_when_it_is_read() -> None:
    scene = Scene()
    scene.watcher.note_state(False, "disk is full")
    scene.watcher.note_state(False, "read only: disk is full")
    scene.watcher.note_state(False, "read only: disk is full")
    await scene.watcher.look()
    scene.watcher.note_state(True, "")
    states = [event for event in scene.events if isinstance(event, StoreStateChanged)]
    said = [(event.is_up, event.reason) for event in states]
    assert said == [(False, "disk is full"), (False, "read only: disk is full"), (True, "")]


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
    scene = Scene()
    tries = []

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


class Countdown(MemoryStore):
    """Reads ends as what is left of them: twice the same one is never the same number."""

    countdown_error = 2.0


async def test_an_end_that_is_counted_down_is_told_when_it_moves_and_not_at_each_reading() -> None:
    clock = ManualClock()
    store = Countdown(clock)
    events: list[Event] = []
    watcher = StoreWatcher(store, "it", Policy(), Memory(), clock, events.append)
    for ends in (1000.0, 1000.9, 1001.8, 999.2, 1002.5):
        await store.create(A, Record(data=DATA, expires=1_760_000_000 + ends))
        await watcher.look()
    assert len(events) == 2


class SizedStore(MemoryStore):
    """Knows about how many rows it has."""

    async def estimate_rows(self) -> RowEstimate:
        return RowEstimate(count=await self.count() * 1000, error=0.03, how="by its word")


async def test_of_a_large_store_a_window_is_read_and_its_size_told() -> None:
    clock = ManualClock(NOW)
    store = SizedStore(clock)
    for number in range(9):
        key = SessionId(f"{number:032x}")
        await store.create(key, Record(data=DATA, expires=NOW + 60))
    events: list[Event] = []
    watcher = StoreWatcher(store, "it", Policy(), Memory(), clock, events.append, most=4)
    await watcher.look()
    await watcher.look()
    seen = [event for event in events if isinstance(event, SessionSeen)]
    (state,) = [event for event in events if isinstance(event, StoreStateChanged)]
    assert len(seen) == 4
    assert (state.has_more, state.about) == (True, "about 9,000 ± 3 %")


async def test_a_row_that_leaves_the_window_is_gone_only_when_it_is() -> None:
    clock = ManualClock(NOW)
    store = SizedStore(clock)
    for number in (5, 6, 7, 8):
        key = SessionId(f"{number:032x}")
        await store.create(key, Record(data=DATA, expires=NOW + 60))
    events: list[Event] = []
    watcher = StoreWatcher(store, "it", Policy(), Memory(), clock, events.append, most=2)
    await watcher.look()
    for number in (1, 2):  # they are listed before those that were
        key = SessionId(f"{number:032x}")
        await store.create(key, Record(data=DATA, expires=NOW + 60))
    await watcher.look()
    assert not [event for event in events if isinstance(event, SessionVanished)]
    await store.delete(SessionId(f"{6:032x}"))
    await watcher.look()
    (gone,) = [event for event in events if isinstance(event, SessionVanished)]
    assert gone.is_deleted
    clock.advance(61)
    await watcher.look()
    assert len([event for event in events if isinstance(event, SessionVanished)]) == 1
