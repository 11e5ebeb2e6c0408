"""What every store must hold: any data, many callers, callers that go away."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.stores.base import KeyedRecord, Match, SessionId, Store
from tests.contracts.exact import ExactContract
from tests.contracts.store import NOW, A, B, record, session
from tests.waiting import PATIENCE


class LoadContract(ExactContract):
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

    @pytest.mark.parametrize("match", [Match(sub="meant"), Match(sid="meant")])
    @pytest.mark.parametrize("is_used", [False, True], ids=["unused", "rolling too"])
    async def test_a_logout_token_ends_every_session_that_is_there_under_traffic(
        self, store: Store, clock: ManualClock, match: Match, is_used: bool
    ) -> None:
        """More than a page of rows rolls to a later end while they are read."""
        meant = [SessionId(f"{number * 35:032x}") for number in range(1, 21)]
        others = [SessionId(f"{number:032x}") for number in range(1, 701) if number % 35]
        ended = [record(session("meant", "meant"), NOW + 60 + at) for at in range(len(meant))]
        rolled = [record(session(key), NOW + 60) for key in others]
        await _create_all(store, [*zip(meant, ended, strict=True)])
        await _create_all(store, [*zip(others, rolled, strict=True)])
        users = {session_id: session("other") for session_id in others}
        if is_used:
            users |= {session_id: session("meant", "meant") for session_id in meant}
        is_over = asyncio.Event()
        rolling = asyncio.ensure_future(_roll_until(is_over, store, users, clock))
        await asyncio.sleep(0)
        try:
            deleted = await store.delete_matching(match)
        finally:
            is_over.set()
            await rolling
        assert sorted(deleted) == sorted(meant)
        assert [key for key in meant if await store.read(key)] == []
        assert await store.count() == len(others)

    async def test_the_sessions_of_a_user_are_found_under_traffic(
        self, store: Store, clock: ManualClock
    ) -> None:
        meant = [SessionId(f"{number * 35:032x}") for number in range(1, 21)]
        others = [SessionId(f"{number:032x}") for number in range(1, 701) if number % 35]
        await _create_all(store, [(key, record(session("meant"))) for key in meant])
        await _create_all(store, [(key, record(session(key))) for key in others])
        users = {session_id: session("other") for session_id in others}
        is_over = asyncio.Event()
        rolling = asyncio.ensure_future(_roll_until(is_over, store, users, clock))
        await asyncio.sleep(0)
        try:
            found = [key for key, _ in await store.find("meant")]
        finally:
            is_over.set()
            await rolling
        assert sorted(found) == sorted(meant)


async def _create_all(store: Store, rows: Sequence[KeyedRecord]) -> None:
    for first in range(0, len(rows), 100):
        some = rows[first : first + 100]
        await asyncio.gather(*(store.create(key, row) for key, row in some))


async def _roll_until(
    is_over: asyncio.Event, store: Store, users: Mapping[SessionId, JsonObject], clock: ManualClock
) -> None:
    """Roll rows again and again, as their users' requests do."""
    rows = sorted(users.items())
    while not is_over.is_set():
        for first in range(0, len(rows), 100):
            clock.advance(0.001)
            ends = clock.now() + 600
            some = rows[first : first + 100]
            await asyncio.gather(*(store.update(key, record(data, ends)) for key, data in some))
            if is_over.is_set():
                return
