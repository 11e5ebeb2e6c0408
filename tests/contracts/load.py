"""What every store must hold: any data, many callers, callers that go away."""

from __future__ import annotations

import asyncio

import pytest

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.stores.base import SessionId, Store
from tests.contracts.store import A, B, StoreContract, record, session
from tests.waiting import PATIENCE


class LoadContract(StoreContract):
    """Subclasses provide the fixture `store`."""

    async def test_the_feed_tells_of_a_write(self, store: Store) -> None:
        feed = await store.feed()
        assert feed.how
        waiting = asyncio.ensure_future(feed.wait())
        await asyncio.sleep(0)
        await store.create(A, record())
        heard = await asyncio.wait_for(waiting, PATIENCE)
        assert heard is None or A in heard
        await feed.close()
        await feed.close()

    @pytest.mark.parametrize(
        "data",
        [
            {"user": {"sub": "ü💥\u2028\x00", 'na"me': "日本"}},
            {"user": {"sub": "lone \ud800 surrogate"}},
            {"n": [1, -1, 0.5, 1e300, 2**53, True, None, [], {}]},
        ],
    )
    async def test_any_json_survives(self, store: Store, data: JsonObject) -> None:
        await store.create(A, record(data))
        found = await store.read(A)
        assert found is not None
        assert found.data == data

    async def test_a_session_of_a_megabyte_survives(self, store: Store) -> None:
        big = session("x" * 1_000_000)
        await store.create(A, record(big))
        assert await store.read(A) == record(big)

    async def test_a_thousand_clients_at_once_lose_nothing(self, store: Store) -> None:
        keys = [SessionId(f"{number:032x}") for number in range(1000)]
        await asyncio.gather(*(store.create(key, record(session(key))) for key in keys))
        found = await asyncio.gather(*(store.read(key) for key in keys))
        assert [row and row.data for row in found] == [session(key) for key in keys]

    async def test_of_many_deletes_one_wins(self, store: Store) -> None:
        await store.create(A, record())
        outcomes = await asyncio.gather(*(store.delete(A) for _ in range(20)))
        assert sorted(outcomes) == [False] * 19 + [True]

    async def test_a_cancelled_caller_leaves_the_store_working(self, store: Store) -> None:
        tasks = [asyncio.ensure_future(store.create(A, record())) for _ in range(20)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await store.create(B, record())
        assert await store.read(B) == record()
