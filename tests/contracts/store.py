"""What every store must do; a store's test class inherits this and says how to open one."""

from __future__ import annotations

import asyncio

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.stores.base import (
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
    TouchingStore,
)

A, B, C = SessionId("a" * 32), SessionId("b" * 32), SessionId("c" * 32)
NOW = 1_760_000_000.0


def session(sub: str = "u", sid: str = "s", **more: str) -> JsonObject:
    internal: JsonObject = {"sid": sid, "createdAt": 1_760_000_000}
    if "issuer" in more:
        internal["mcd"] = {"domain": "d", "issuer": more["issuer"]}
    return {"user": {"sub": sub}, "tokenSet": {"accessToken": "t"}, "internal": internal}


def record(data: JsonObject | None = None, expires: float | None = NOW + 60) -> Record:
    return Record(data=session() if data is None else data, expires=expires)


class StoreContract:
    """Subclasses provide the fixture `store`; the clock is the store's own."""

    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock(NOW)

    @pytest.fixture
    def store(self, clock: ManualClock) -> Store:
        raise NotImplementedError("a store's own test class says how to open it")

    async def test_what_was_created_is_read_back(self, store: Store) -> None:
        await store.create(A, record())
        assert await store.read(A) == record()
        assert await store.read(B) is None

    async def test_create_overwrites(self, store: Store) -> None:
        await store.create(A, record())
        await store.create(A, record(session("other"), None))
        assert await store.read(A) == record(session("other"), None)

    async def test_delete_says_whether_there_was_one(self, store: Store) -> None:
        await store.create(A, record())
        assert [await store.delete(A), await store.delete(A)] == [True, False]
        assert await store.read(A) is None

    async def test_update_overwrites_what_is_there(self, store: Store) -> None:
        await store.create(A, record())
        assert await store.update(A, record(session("new"), NOW + 90))
        assert await store.read(A) == record(session("new"), NOW + 90)

    async def test_update_never_resurrects(self, store: Store) -> None:
        assert not await store.update(A, record())
        await store.create(A, record())
        await store.delete(A)
        assert not await store.update(A, record())
        assert await store.read(A) is None
        assert await store.count() == 0

    async def test_a_record_is_gone_at_the_exact_second(
        self, store: Store, clock: ManualClock
    ) -> None:
        await store.create(A, record(expires=NOW + 60))
        clock.set(NOW + 59.999)
        assert await store.read(A) is not None
        clock.set(NOW + 60)
        assert await store.read(A) is None
        assert not await store.update(A, record(expires=NOW + 120))

    async def test_a_record_without_expiry_stays(self, store: Store, clock: ManualClock) -> None:
        await store.create(A, record(expires=None))
        clock.advance(10 * 365 * 86_400)
        assert await store.read(A) == record(expires=None)

    async def test_going_back_in_time_brings_an_expired_record_back(
        self, store: Store, clock: ManualClock
    ) -> None:
        await store.create(A, record())
        clock.advance(100)
        assert await store.read(A) is None
        clock.advance(-100)
        assert await store.read(A) is not None

    @pytest.mark.parametrize(
        ("match", "deleted"),
        [
            (Match(sid="s1"), {A}),
            (Match(sub="u1"), {A, B}),
            (Match(sid="s3", sub="u1"), {A, B, C}),
            (Match(sid="s1", iss="https://one/"), {A}),
            (Match(sid="s1", iss="https://two/"), set()),
            (Match(sub="u2", iss="https://two/"), {C}),
            (Match(sid="nobody"), set()),
            (Match(iss="https://one/"), set()),
            (Match(), set()),
        ],
    )
    async def test_a_logout_token_means_iss_and_either_sid_or_sub(
        self, store: Store, match: Match, deleted: set[SessionId]
    ) -> None:
        await store.create(A, record(session("u1", "s1", issuer="https://one/")))
        await store.create(B, record(session("u1", "s2")))
        await store.create(C, record(session("u2", "s3")))
        assert set(await store.delete_matching(match)) == deleted
        assert {key for key in (A, B, C) if await store.read(key) is None} == deleted

    async def test_pages_show_every_record_once_while_others_write(self, store: Store) -> None:
        keys = {SessionId(f"{number:032x}") for number in range(25)}
        for key in sorted(keys):
            await store.create(key, record())
        seen: list[SessionId] = []
        page = await store.page(None, 10)
        await store.create(SessionId("f" * 32), record())
        while True:
            seen += [key for key, _ in page.rows]
            if page.cursor is None:
                break
            page = await store.page(page.cursor, 10)
        assert keys <= set(seen)
        assert len(seen) == len(set(seen))

    async def test_pages_and_count_show_expired_records_too(
        self, store: Store, clock: ManualClock
    ) -> None:
        await store.create(A, record(expires=NOW + 1))
        clock.advance(2)
        rows = (await everything(store)).rows
        assert [(key, found.expires) for key, found in rows] == [(A, NOW + 1)]
        assert await store.count() == 1

    async def test_a_user_s_records_are_found(self, store: Store, clock: ManualClock) -> None:
        await store.create(A, record(session("u1", "s1"), NOW + 1))
        await store.create(B, record(session("u2", "s2")))
        await store.create(C, record(session("u1", "s3")))
        clock.advance(2)
        found = dict(await store.find("u1"))
        assert found == {A: record(session("u1", "s1"), NOW + 1), C: record(session("u1", "s3"))}
        assert list(await store.find("nobody")) == []

    async def test_prune_deletes_what_has_expired_by_our_clock(
        self, store: Store, clock: ManualClock
    ) -> None:
        await store.create(A, record(expires=NOW + 1))
        await store.create(B, record(expires=NOW + 60))
        await store.create(C, record(expires=None))
        clock.advance(1)
        assert await store.prune(dry_run=True) == Pruned(expired=1)
        assert await store.count() == 3
        assert await store.prune() == Pruned(expired=1)
        assert await store.prune() == Pruned()
        assert {key for key, _ in (await everything(store)).rows} == {B, C}

    async def test_prune_takes_orphans_only_when_asked(self, store: Store) -> None:
        await store.create(A, record(expires=None))
        await store.create(B, record())
        assert await store.prune(orphans=True, dry_run=True) == Pruned(orphans=1)
        assert await store.prune(orphans=True) == Pruned(orphans=1)
        assert {key for key, _ in (await everything(store)).rows} == {B}

    async def test_the_feed_tells_of_a_write(self, store: Store) -> None:
        feed = await store.feed()
        assert feed.how
        waiting = asyncio.ensure_future(feed.wait())
        await asyncio.sleep(0)
        await store.create(A, record())
        heard = await asyncio.wait_for(waiting, 3)
        assert heard is None or A in heard
        await feed.close()
        await feed.close()

    async def test_an_empty_store_has_an_empty_page(self, store: Store) -> None:
        assert list((await everything(store)).rows) == []
        assert await store.count() == 0

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

    async def test_closing_twice_is_no_error(self, store: Store) -> None:
        await store.close()
        await store.close()


class TouchContract(StoreContract):
    """What a store must do that reads and rolls in one round trip."""

    async def test_touch_moves_the_end_in_one_step(self, store: Store, clock: ManualClock) -> None:
        assert isinstance(store, TouchingStore)
        await store.create(A, record(expires=NOW + 60))
        clock.advance(10)
        found = await store.touch(A, inactivity=100, absolute=1000)
        assert found == record(expires=NOW + 110)
        assert await store.read(A) == found

    async def test_touch_never_outlives_the_absolute_duration(
        self, store: Store, clock: ManualClock
    ) -> None:
        assert isinstance(store, TouchingStore)
        await store.create(A, record(expires=NOW + 60))
        assert await store.touch(A, inactivity=100, absolute=50) == record(expires=NOW + 50)
        clock.set(NOW + 50)
        assert await store.touch(A, inactivity=100, absolute=1000) is None
        clock.set(NOW + 49)
        assert await store.touch(A, inactivity=100, absolute=1000) is not None

    @pytest.mark.parametrize(
        ("created", "ends"),
        [
            (NOW - 0.5, NOW + 49.5),
            (1e300, NOW + 100),
            (-1e300, NOW),
            (True, NOW),
            (str(NOW), NOW),
            (None, NOW),
        ],
        ids=["half", "far", "past", "true", "text", "null"],
    )
    async def test_touch_takes_any_moment_of_creation(
        self, store: Store, created: Json, ends: float
    ) -> None:
        assert isinstance(store, TouchingStore)
        await store.create(A, record({"internal": {"createdAt": created}}))
        found = await store.touch(A, inactivity=100, absolute=50)
        assert found == record({"internal": {"createdAt": created}}, expires=ends)

    async def test_touch_reads_what_the_engine_holds_as_a_text(self, store: Store) -> None:
        assert isinstance(store, TouchingStore)
        data: JsonObject = {**session("a\0b"), "lone": "\ud800"}
        await store.create(A, record(data, expires=NOW + 60))
        found = await store.touch(A, inactivity=100, absolute=1000)
        assert found == record(data, expires=NOW + 100)
        assert await store.read(A) == found

    async def test_touch_never_resurrects(self, store: Store) -> None:
        assert isinstance(store, TouchingStore)
        assert await store.touch(A, inactivity=100, absolute=1000) is None
        await store.create(A, record())
        await store.delete(A)
        assert await store.touch(A, inactivity=100, absolute=1000) is None
        assert await store.count() == 0


async def everything(store: Store) -> Page:
    rows: list[tuple[SessionId, Record]] = []
    cursor: str | None = None
    while True:
        page = await store.page(cursor, 100)
        rows += page.rows
        cursor = page.cursor
        if cursor is None:
            return Page(rows=rows, cursor=None)
