"""Rows of @auth0/nextjs-auth0 in each engine: revoked, put back and ended as they lie."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.attach.native_store import NativeStore
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.stores.base import Store
from session_inspector.devserver.stores.urls import open_own_store
from tests.contracts.store import NOW, A, B, record, session
from tests.engines import MongoServer, PostgresServer
from tests.servers import RedisServer

ALICE = record(session("alice"), NOW + 60)
NAME = session_fingerprint("stateful", ALICE.data, A)


@pytest.fixture(params=["sqlite", "redis", "postgres", "mongodb"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    url = "sqlite://:memory:"
    if request.param != "sqlite":
        server = request.getfixturevalue(f"{request.param}_server")
        assert isinstance(server, (RedisServer, PostgresServer, MongoServer))
        url = server.url
    found = await open_own_store(url, ManualClock(NOW), may_create=True)
    for key in (A, B):
        await found.delete(key)
    await found.prune(dry_run=False)
    yield found
    await found.close()


def watch_store(store: Store, clock: ManualClock, *, may_write: bool = True) -> NativeStore:
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
