"""Rows of @auth0/nextjs-auth0 in each engine: revoked, put back and ended as they lie."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.attach.native_store import NativeStore
from session_inspector.devserver.core.clock import Clock, ManualClock, SystemClock
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.base import SessionFacts, Timer, TimerName
from session_inspector.devserver.core.events.session import SessionResurrected, SessionSeen
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.stores.base import Store
from session_inspector.devserver.stores.exact import EndedTaker
from session_inspector.devserver.stores.paging import iterate_rows
from session_inspector.devserver.stores.redis.store import RedisStore
from session_inspector.devserver.stores.undo.changing import find_record
from session_inspector.devserver.stores.urls import open_own_store, open_store
from tests.contracts.store import NOW, A, B, record, session
from tests.engines import DynamoServer, MongoServer, PostgresServer
from tests.servers import RedisServer
from tests.waiting import PATIENCE

ALICE = record(session("alice"), NOW + 60)
NAME = session_fingerprint("stateful", ALICE.data, A)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture(params=["sqlite", "redis", "postgres", "mongodb", "dynamodb"])
async def store(request: pytest.FixtureRequest, clock: ManualClock) -> AsyncIterator[Store]:
    url = "sqlite://:memory:"
    if request.param != "sqlite":
        server = request.getfixturevalue(f"{request.param}_server")
        assert isinstance(server, (RedisServer, PostgresServer, MongoServer, DynamoServer))
        url = server.url
    found = await open_own_store(url, clock, may_create=True)
    left = [key async for key, _ in iterate_rows(found, 1000)]  # by files before, on one server
    for key in left:
        await found.delete(key)
    yield found
    await found.close()


def watch_store(store: Store, clock: Clock, *, may_write: bool = True) -> NativeStore:
    events: list[Event] = []
    return NativeStore(store, "it", Policy(), clock, events.append, may_write=may_write)


async def test_a_row_is_revoked_put_back_and_ended(store: Store) -> None:
    clock = ManualClock(NOW)
    watched = watch_store(store, clock)
    await store.create(A, ALICE)
    await store.create(B, record(session("bob"), NOW + 60))
    await watched.revoke(NAME, cause="c1")
    assert await store.read(A) is None
    await watched.undo_revoke(cause="c2")
    assert await store.read(A) == ALICE
    await watched.expire(NAME, "inactivity", cause="c3")
    assert await store.read(A) is None
    assert await store.read(B) is not None


@pytest.mark.parametrize("name", ["inactivity", "absolute", "access_token"])
async def test_an_end_is_undone_to_the_same_row(store: Store, name: TimerName) -> None:
    watched = watch_store(store, ManualClock(NOW))
    await store.create(A, ALICE)
    await watched.expire(NAME, name, cause="c1")
    assert await store.read(A) != ALICE
    await watched.undo(cause="c2")
    assert await store.read(A) == ALICE


async def test_an_end_in_an_app_s_redis_is_undone_to_the_same_bytes_and_end(
    redis_server: RedisServer,
) -> None:
    clock = SystemClock()
    store = await open_store(redis_server.url, clock, may_create=False)
    live = record(session("alice"), clock.now() + 600)
    await store.create(A, live)
    before = await store.read(A)
    watched = watch_store(store, clock)
    name = session_fingerprint("stateful", live.data, A)
    await watched.expire(name, "inactivity", cause="c1")
    assert await store.read(A) is None
    await watched.undo(cause="c2")
    after = await store.read(A)
    assert before is not None
    assert after is not None
    assert after.data == before.data
    assert after.expires == pytest.approx(before.expires, abs=0.01)
    await watched.expire(name, "inactivity", cause="c3")
    await store.create(A, live)
    with pytest.raises(InspectorError, match="has written or deleted the row since"):
        await watched.undo(cause="c4")
    await store.delete(A)
    await watched.close()


async def test_a_prune_is_undone_to_the_same_rows_and_never_over_newer_ones(
    store: Store, clock: ManualClock
) -> None:
    heard: list[Event] = []
    watched = NativeStore(store, "it", Policy(), clock, heard.append, may_write=True)
    bob = record(session("bob"), NOW + 30)
    await store.create(A, ALICE)
    await store.create(B, bob)
    clock.set(NOW + 61)
    if isinstance(store, RedisStore):
        await watched.prune(is_dry=False, cause="c2")
        with pytest.raises(InspectorError, match="no change to undo"):
            await watched.undo(cause="c3")  # it has deleted them itself
        return
    before = [await find_record(store, key) for key in (A, B)]
    assert (await watched.prune(is_dry=True, cause="c1")).rows == 2
    assert (await watched.prune(is_dry=False, cause="c2")).rows == 2
    assert await store.count() == 0
    newer = record(session("newer"), NOW + 900)
    await store.create(B, newer)
    await watched.undo(cause="c3")
    assert await find_record(store, A) == before[0] == ALICE
    assert await store.read(B) == newer, "what the app has made since stays"
    assert not any(isinstance(event, SessionResurrected) for event in heard)


async def test_a_row_that_is_renewed_at_that_moment_is_not_taken(
    store: Store, clock: ManualClock
) -> None:
    if not isinstance(store, EndedTaker):
        assert isinstance(store, RedisStore), "it deletes itself what has expired"
        return
    await store.create(A, ALICE)
    assert await store.take(A, ended_by=clock.now()) is None
    assert await store.take(B, ended_by=clock.now()) is None
    assert await store.read(A) == ALICE
    clock.set(NOW + 60)
    assert await store.take(A, ended_by=clock.now()) is not None
    assert await find_record(store, A) is None


async def test_without_leave_nothing_is_changed(store: Store) -> None:
    watched = watch_store(store, ManualClock(NOW), may_write=False)
    await store.create(A, ALICE)
    for work in (
        watched.revoke(NAME, cause="c"),
        watched.expire(NAME, "absolute", cause="c"),
        watched.undo_revoke(cause="c"),
        watched.prune(is_dry=False, cause="c"),
    ):
        with pytest.raises(InspectorError, match="--write"):
            await work
    assert await store.read(A) == ALICE


async def test_an_app_s_row_ends_with_the_row_whatever_our_own_policy_counts() -> None:
    """An app may be configured for longer than the lab: its users are not called expired."""
    clock = ManualClock(NOW)
    heard: asyncio.Queue[SessionFacts] = asyncio.Queue()

    def publish(event: Event) -> None:
        if isinstance(event, SessionSeen):
            heard.put_nowait(event.facts)

    store = await open_store("sqlite://:memory:", clock, may_create=True)
    await store.create(A, record(session("alice"), NOW + 9e6))
    watched = NativeStore(store, "it", Policy(), clock, publish, may_write=False)
    clock.advance(5 * 86_400)
    following = asyncio.ensure_future(watched.follow())
    read = await asyncio.wait_for(heard.get(), PATIENCE)
    following.cancel()
    ending = {timer.name: timer.ends for timer in read.timers if timer.ends_session}
    assert ending == {"store": NOW + 9e6}
    assert {"inactivity", "absolute"} <= {timer.name for timer in read.timers}
    assert not {"cookie", "sealed"} & {timer.name for timer in read.timers}

    cookie = SessionFacts(
        kind="stateful",
        sub="alice",
        timers=(
            Timer(name="sealed", ends=NOW + 7e5, ends_session=True),
            Timer(name="cookie", ends=NOW + 6e5, ends_session=True),
        ),
    )
    joined = await watched.facts(A, cookie)
    assert joined is not None
    ending = {timer.name: timer.ends for timer in joined.timers if timer.ends_session}
    assert ending == {"sealed": NOW + 7e5, "store": NOW + 9e6}
    await watched.close()
