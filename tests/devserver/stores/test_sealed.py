"""Encryption at rest keeps the contract, over a store that touches and one that does not."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.administration import ending_change
from session_inspector.devserver.stores.base import Match, Record, Store
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.redis.store import RedisStore
from session_inspector.devserver.stores.rows import to_text
from session_inspector.devserver.stores.sealed import seal_store
from session_inspector.devserver.stores.undo.changing import change_row
from tests.contracts.load import LoadContract
from tests.contracts.store import (
    NOW,
    A,
    B,
    everything,
    record,
    session,
)
from tests.contracts.touch import TouchContract
from tests.servers import RedisServer

OLD = "an-old-secret-of-32-bytes-or-more"
NEW = "a-new-secret-of-32-bytes-or-more"


class TestSealedMemory(LoadContract):
    @pytest.fixture
    async def store(self, clock: ManualClock) -> Store:
        return seal_store(MemoryStore(clock), [NEW], clock)

    async def test_a_token_gets_its_end_back_in_a_row_that_has_rolled_since(
        self, store: Store
    ) -> None:
        """It does not: without a touch, a roll seals all of the row anew."""
        await store.create(A, record())
        put_back = await change_row(store, A, ending_change("access_token", NOW)(record()))
        rolled = record(session("newer"), NOW + 90)
        assert await store.update(A, rolled)
        assert put_back is not None
        assert not await put_back()
        assert await store.read(A) == rolled


class TestSealedRedis(TouchContract):
    @pytest.fixture
    async def store(self, clock: ManualClock, redis_server: RedisServer) -> AsyncIterator[Store]:
        url = f"{redis_server.url}?prefix=sealed:"
        inner = await RedisStore.open_own(url, clock, may_create=True)
        for key, _ in (await everything(inner)).rows:
            await inner.delete(key)
        yield seal_store(inner, [NEW], clock)
        await inner.close()


async def test_large_integers_are_what_was_written() -> None:
    clock = ManualClock(NOW)
    store = seal_store(MemoryStore(clock), [NEW], clock)
    large: JsonObject = {"a": 2**53 + 1, "b": 2**64 + 1, "c": [-(2**70) - 1, 10**30 + 7], "d": 1e30}
    await store.create(A, record({**session(), "more": large}))
    found = await store.read(A)
    assert found is not None
    assert str(found.data["more"]) == str(large)


async def test_nothing_of_the_session_is_readable_at_rest() -> None:
    inner = MemoryStore(ManualClock(NOW))
    store = seal_store(inner, [NEW], ManualClock(NOW))
    await store.create(A, record(session("alice@example.com", "sid-of-alice")))
    row = await inner.read(A)
    assert row is not None
    text = to_text(row.data)
    assert not [word for word in ("alice", "accessToken", "tokenSet") if word in text]


async def test_a_rotated_secret_opens_and_finds_older_rows() -> None:
    clock = ManualClock(NOW)
    inner = MemoryStore(clock)
    await seal_store(inner, [OLD], clock).create(A, record(session("u1", "s1")))
    await inner.create(B, record(session("u1", "s2")))  # written before sealing was switched on
    store = seal_store(inner, [NEW, OLD], clock)
    assert dict(await store.find("u1")) == {
        A: record(session("u1", "s1")),
        B: record(session("u1", "s2")),
    }
    assert set(await store.delete_matching(Match(sub="u1"))) == {A, B}


async def test_a_row_that_no_secret_opens_is_unreadable_but_there() -> None:
    clock = ManualClock(NOW)
    inner = MemoryStore(clock)
    await seal_store(inner, [OLD], clock).create(A, record())
    rows = (await seal_store(inner, [NEW], clock).page()).rows
    assert list(rows) == [(A, Record(data={}, expires=NOW + 60))]
