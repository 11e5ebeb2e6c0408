"""What every store must do, call by call.

A store's test class inherits all of `tests/contracts/load.py`, or of `touch.py` if the store rolls
in one round trip, and says how to open one.
"""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.stores.base import (
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
)
from session_inspector.devserver.stores.paging import iterate_rows
from tests.contracts.pruned import PruneContract

A = SessionId("a" * 32)
B = SessionId("b" * 32)
C = SessionId("c" * 32)
NOW = 1_760_000_000.0


def session(sub: str = "u", sid: str = "s", **more: str) -> JsonObject:
    internal: JsonObject = {"sid": sid, "createdAt": 1_760_000_000}
    if "issuer" in more:
        internal["mcd"] = {"domain": "d", "issuer": more["issuer"]}
    return {"user": {"sub": sub}, "tokenSet": {"accessToken": "t"}, "internal": internal}


def record(data: JsonObject | None = None, expires: float | None = NOW + 60) -> Record:
    if data is None:
        data = session()
    return Record(data=data, expires=expires)


class StoreContract(PruneContract):
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

    async def test_an_empty_store_has_an_empty_page(self, store: Store) -> None:
        assert list((await everything(store)).rows) == []
        assert await store.count() == 0

    async def test_closing_twice_is_no_error(self, store: Store) -> None:
        await store.close()
        await store.close()


async def everything(store: Store) -> Page:
    """Return all rows as one page."""
    rows = [row async for row in iterate_rows(store, 100)]
    return Page(rows=rows, cursor=None)
