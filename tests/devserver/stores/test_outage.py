"""A store that a scenario takes away refuses every call, and is the same store afterwards."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import Match, Record, SessionId, Store, TouchingStore
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.outage import OutageStore, allow_outages
from session_inspector.devserver.stores.sqlite.store import SqliteStore
from tests.contracts.load import LoadContract
from tests.contracts.store import NOW, A, record


class TestOutageStore(LoadContract):
    @pytest.fixture
    def store(self, clock: ManualClock) -> Store:
        return allow_outages(MemoryStore(clock))


async def test_every_call_is_refused_while_it_is_away() -> None:
    store = allow_outages(MemoryStore(ManualClock(NOW)))
    await store.create(A, record())
    store.is_away = True
    for call in (
        store.read(A),
        store.create(A, record()),
        store.update(A, record()),
        store.delete(A),
        store.delete_matching(Match(sid="s")),
        store.find("u"),
        store.prune(),
        store.feed(),
        store.page(),
        store.count(),
    ):
        with pytest.raises(StoreUnavailable, match="has taken the store away"):
            await call
    store.is_away = False
    assert await store.read(A) == record()


async def test_a_store_that_touches_still_does() -> None:
    clock = ManualClock(NOW)
    inner = await SqliteStore.open("sqlite://:memory:", clock, may_create=True)
    store = allow_outages(inner)
    assert isinstance(store, TouchingStore)
    await store.create(A, record())
    assert await store.touch(A, inactivity=100, absolute=1000) == record(expires=NOW + 100)
    store.is_away = True
    with pytest.raises(StoreUnavailable):
        await store.touch(A, inactivity=100, absolute=1000)
    await store.close()


def test_a_store_that_does_not_touch_is_not_made_to() -> None:
    store = allow_outages(MemoryStore(ManualClock(NOW)))
    assert type(store) is OutageStore
    assert not isinstance(store, TouchingStore)


class FullDisk(MemoryStore):
    """Answers reads; takes no writes while it is full, and nothing while it is down."""

    is_full = False
    is_down = False
    is_gone = False

    async def create(self, key: SessionId, record: Record) -> None:
        if self.is_gone:
            raise StoreUnavailable("gone", is_gone=True)
        if self.is_full or self.is_down:
            raise StoreUnavailable("disk is full")
        await super().create(key, record)

    async def read(self, key: SessionId) -> Record | None:
        if self.is_gone:
            raise StoreUnavailable("gone", is_gone=True)
        if self.is_down:
            raise StoreUnavailable("down")
        return await super().read(key)


class Told:
    """A store, and what it has reported: `up`, or why not."""

    def __init__(self) -> None:
        self.inner = FullDisk(ManualClock(NOW))
        self.store = allow_outages(self.inner)
        self.said: list[str] = []
        self.store.report_to(lambda is_up, reason: self.said.append(reason or "up"))

    async def write(self) -> None:
        with suppress(StoreUnavailable):
            await self.store.create(A, record())

    async def read(self) -> None:
        with suppress(StoreUnavailable):
            await self.store.read(A)


async def test_a_store_that_is_full_is_read_only_until_a_write_works() -> None:
    told = Told()
    told.inner.is_full = True
    await told.write()
    await told.read()
    await told.write()
    await told.store.delete(A)  # nothing was there: that shows nothing
    told.inner.is_full = False
    await told.read()
    await told.write()
    await told.read()
    full = "read only: disk is full"
    assert told.said == ["disk is full", full, full, full, full, "up", "up"]


async def test_a_store_that_was_away_as_a_whole_is_back_when_it_answers() -> None:
    told = Told()
    told.inner.is_down = True
    await told.write()
    await told.read()
    await told.write()
    told.inner.is_down = False
    await told.read()
    assert told.said == ["disk is full", "down", "disk is full", "up"]


async def test_a_file_that_only_a_write_has_missed_is_back_when_it_can_be_read() -> None:
    told = Told()
    told.inner.is_gone = True
    await told.write()
    told.inner.is_gone = False
    await told.read()
    assert told.said == ["gone", "up"], "it is no store that only reads"


async def test_what_a_scenario_took_away_is_back_with_the_first_answer() -> None:
    told = Told()
    told.store.is_away = True
    await told.write()
    told.store.is_away = False
    await told.read()
    assert told.said[-1] == "up"


@pytest.mark.parametrize("ending", ["", "-wal"])
async def test_a_feed_that_only_asks_later_does_not_say_that_the_store_is_back(
    tmp_path: Path, ending: str
) -> None:
    url = f"sqlite://{tmp_path / 'own.db'}"
    store = allow_outages(await SqliteStore.open(url, ManualClock(NOW), may_create=True))
    states: list[bool] = []
    store.report_to(lambda is_up, reason: states.append(is_up))
    (tmp_path / f"own.db{ending}").unlink()
    for _ in range(3):
        await (await store.feed()).close()
        with pytest.raises(StoreUnavailable):
            await store.page()
    assert states == [False, False, False]
    await store.close()
