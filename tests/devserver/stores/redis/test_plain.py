"""Somebody's Redis is read without a script, and nothing of ours is written there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import redis as driver

from session_inspector.devserver.core.clock import ManualClock, SystemClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.session.administration import ending_change
from session_inspector.devserver.stores.base import Match, Pruned, Record, SessionId, Store
from session_inspector.devserver.stores.exact import ExactStore
from session_inspector.devserver.stores.redis.plain import PlainRedisStore
from session_inspector.devserver.stores.redis.store import RedisStore
from session_inspector.devserver.stores.rows import to_text
from session_inspector.devserver.stores.urls import open_store
from tests.contracts.store import A, B, C, everything, session
from tests.contracts.window import NOW, WindowContract
from tests.servers import RedisServer

FOREIGN = ("session:hash", "session:list", "session:index")
"""Keys of other types below the app's prefix."""


@pytest.fixture
def raw(redis_server: RedisServer) -> Iterator[driver.Redis]:
    client = driver.Redis(port=redis_server.port, decode_responses=True)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
async def store(redis_server: RedisServer, raw: driver.Redis) -> AsyncIterator[Store]:
    found = await open_store(redis_server.url, SystemClock(), may_create=True)
    yield found
    await found.close()


class TestPages(WindowContract):
    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock(NOW)

    @pytest.fixture
    async def store(
        self, clock: ManualClock, redis_server: RedisServer, raw: driver.Redis
    ) -> AsyncIterator[Store]:
        found = await PlainRedisStore.open(redis_server.url, clock, may_create=False)
        yield found
        await found.close()


def fill(raw: driver.Redis) -> None:
    """Write as an app does that has keys of other types beside its sessions."""
    raw.set(f"session:{A}", to_text(session("alice", "s1")), px=5_000_000)
    raw.set(f"session:{B}", to_text(session("bob", "s2")))
    raw.hset("session:hash", mapping={"a": "1"})
    raw.rpush("session:list", "1")
    raw.zadd("session:index", {"visits": 3})


def fingerprint(raw: driver.Redis) -> dict[str, tuple[object, object]]:
    """Return the bytes and the end of each key."""
    names = sorted(str(name) for name in raw.keys("*"))
    port = raw.connection_pool.connection_kwargs["port"]
    with driver.Redis(port=port) as own:
        return {name: (own.dump(name), own.pexpiretime(name)) for name in names}


async def test_an_app_s_rows_are_listed_and_keys_of_other_types_are_no_sessions(
    store: Store, raw: driver.Redis
) -> None:
    fill(raw)
    before = fingerprint(raw)
    rows = dict((await everything(store)).rows)
    assert set(rows) == {A, B}
    ends = raw.pexpiretime(f"session:{A}")
    assert [rows[A].expires, rows[B].expires] == [float(str(ends)) / 1000, None]
    assert await store.count() == 2
    assert await store.read(SessionId("hash")) is None
    assert [key for key, _ in await store.find("alice")] == [A]
    assert await store.prune(dry_run=True) == Pruned()
    assert fingerprint(raw) == before


async def test_an_end_is_the_same_at_each_reading(store: Store, raw: driver.Redis) -> None:
    fill(raw)
    first = await store.read(A)
    assert all([await store.read(A) == first for _ in range(50)])


async def test_a_token_that_is_expired_leaves_the_end_as_it_was(
    store: Store, raw: driver.Redis
) -> None:
    fill(raw)
    before = fingerprint(raw)
    record = await store.read(A)
    assert record is not None
    assert isinstance(store, ExactStore)
    put_back = await store.change(A, ending_change("access_token", 1_000)(record))
    after = fingerprint(raw)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {f"session:{A}"}
    assert after[f"session:{A}"][1] == before[f"session:{A}"][1]
    assert set(after) == set(before)
    assert put_back is not None
    assert await put_back()
    assert fingerprint(raw) == before


@pytest.mark.parametrize("clock", ["inactivity", "absolute"])
async def test_a_row_that_is_ended_is_gone_at_once(
    store: Store, raw: driver.Redis, clock: TimerName
) -> None:
    fill(raw)
    record = await store.read(A)
    assert record is not None
    assert isinstance(store, ExactStore)
    before = fingerprint(raw)
    put_back = await store.change(A, ending_change(clock, SystemClock().now())(record))
    assert sorted(raw.keys("*")) == sorted([f"session:{B}", *FOREIGN])
    assert not await store.update(A, record)
    assert put_back is not None
    assert await put_back()
    assert fingerprint(raw) == before


async def test_a_logout_token_deletes_rows_and_nothing_else(
    store: Store, raw: driver.Redis
) -> None:
    fill(raw)
    assert list(await store.delete_matching(Match(sid="s1"))) == [A]
    assert sorted(raw.keys("*")) == sorted([f"session:{B}", *FOREIGN])


async def test_a_user_without_script_rights_can_read(
    redis_server: RedisServer, raw: driver.Redis
) -> None:
    fill(raw)
    raw.acl_setuser(
        "reader",
        enabled=True,
        passwords=["+pw"],
        keys=["session:*"],
        commands=["+@read", "+ping", "-@scripting", "-time"],
        reset=True,
    )
    url = redis_server.url.replace("redis://", "redis://reader:pw@")
    store = await open_store(url, SystemClock(), may_create=False)
    try:
        rows = dict((await everything(store)).rows)
        assert set(rows) == {A, B}
        assert rows[A].expires is not None
        with pytest.raises(StoreUnavailable, match=r"NOPERM|no permissions"):
            await store.delete(A)
    finally:
        await store.close()
        raw.acl_deluser("reader")


async def test_the_lab_s_rows_have_the_lab_s_ends_until_somebody_else_writes_them(
    redis_server: RedisServer, raw: driver.Redis
) -> None:
    now = SystemClock().now()
    lab = await RedisStore.open_own(redis_server.url, SystemClock(), may_create=True)
    store = await PlainRedisStore.open(redis_server.url, SystemClock(), may_create=False)
    try:
        await lab.create(A, Record(data=session(), expires=now + 60))
        await lab.create(C, Record(data=session(), expires=None))
        rows = dict((await everything(store)).rows)
        assert [rows[A].expires, rows[C].expires] == [pytest.approx(now + 60), None]
        raw.set(f"session:{A}", to_text(session()), ex=500)
        found = await store.read(A)
        assert found is not None
        assert found.expires == pytest.approx(now + 500, abs=2)
        await lab.create(B, Record(data=session(), expires=now - 1))
        assert await store.prune() == Pruned(expired=1)
        assert raw.exists(f"session:{B}") == 0
    finally:
        await store.close()
        await lab.close()


async def test_another_clock_than_the_server_s_reads_the_same_time_left(
    redis_server: RedisServer, raw: driver.Redis
) -> None:
    fill(raw)
    clock = ManualClock(1_760_000_000)
    store = await PlainRedisStore.open(redis_server.url, clock, may_create=False)
    found = await store.read(A)
    await store.close()
    assert found is not None
    assert found.expires == pytest.approx(clock.now() + 5_000, abs=2)
