"""PostgreSQL keeps the contract, whatever form the table's columns have."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.stores.base import Store, TouchingStore
from session_inspector.devserver.stores.postgres.store import PostgresStore
from tests.contracts.outage import assert_outlives
from tests.contracts.store import NOW, A, B, record, session
from tests.contracts.touch import TouchContract
from tests.engines import PostgresServer
from tests.servers import free_port
from tests.waiting import PATIENCE


async def sql(server: PostgresServer, *lines: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(server.url)
    try:
        for line in lines[:-1]:
            await connection.execute(line)
        return [tuple(row) for row in await connection.fetch(lines[-1])]
    finally:
        await connection.close()


class TestPostgresStore(TouchContract):
    query = ""

    @pytest.fixture
    async def store(
        self, clock: ManualClock, postgres_server: PostgresServer
    ) -> AsyncIterator[Store]:
        await sql(postgres_server, "DROP TABLE IF EXISTS sessions", "SELECT 1")
        url = f"{postgres_server.url}{self.query}"
        store = await PostgresStore.open(url, clock, may_create=True)
        yield store
        await store.close()

    async def test_touch_takes_a_moment_beyond_every_number_of_the_engine(
        self, store: Store
    ) -> None:
        assert isinstance(store, TouchingStore)
        data: JsonObject = {"internal": {"createdAt": 10**400}}
        await store.create(A, record(data))
        found = await store.touch(A, inactivity=100, absolute=1e300)
        assert found == record(data, expires=NOW + 100)


class TestWithTheTrigger(TestPostgresStore):
    query = "?notify=create"

    async def test_the_feed_names_the_rows(self, store: Store) -> None:
        feed = await store.feed()
        assert feed.how == "LISTEN/NOTIFY"
        await store.create(A, record())
        assert await asyncio.wait_for(feed.wait(), PATIENCE) == frozenset({A})
        await store.create(B, record())
        await store.delete(A)
        heard: set[str] = set()
        while heard != {A, B}:
            keys = await asyncio.wait_for(feed.wait(), PATIENCE)
            heard |= keys or set()
        await feed.close()


class TestTextAndTimeZone(TestPostgresStore):
    """A table somebody else made: TEXT and TIMESTAMPTZ, in a schema of its own."""

    @pytest.fixture
    async def store(
        self, clock: ManualClock, postgres_server: PostgresServer
    ) -> AsyncIterator[Store]:
        await sql(
            postgres_server,
            "DROP SCHEMA IF EXISTS app CASCADE",
            "CREATE SCHEMA app",
            "CREATE TABLE app.web_sessions (id TEXT PRIMARY KEY, data TEXT NOT NULL,"
            " expires_at TIMESTAMPTZ NOT NULL)",
            "SELECT 1",
        )
        url = f"{postgres_server.url}?table=app.web_sessions"
        store = await PostgresStore.open(url, clock, may_create=False)
        yield store
        await store.close()


async def test_the_row_is_the_documented_one(postgres_server: PostgresServer) -> None:
    await sql(postgres_server, "DROP TABLE IF EXISTS sessions", "SELECT 1")
    store = await PostgresStore.open(postgres_server.url, ManualClock(NOW), may_create=True)
    await store.create(A, record(session("alice")))
    await store.close()
    rows = await sql(
        postgres_server,
        "SELECT id, data->'user'->>'sub', expires_at::text, pg_typeof(data)::text FROM sessions",
    )
    assert rows == [(A, "alice", "2025-10-09 08:54:20", "jsonb")]


async def test_a_touch_is_one_statement(postgres_server: PostgresServer) -> None:
    """The driver's pool would ask the server to reset the connection after each."""
    await sql(postgres_server, "DROP TABLE IF EXISTS sessions", "SELECT 1")
    store = await PostgresStore.open(postgres_server.url, ManualClock(NOW), may_create=True)
    assert isinstance(store, PostgresStore)
    await store.create(A, record())
    count = await store.count_commands()
    await store.touch(A, inactivity=60, absolute=100)  # on a new connection
    before = count.total
    await store.touch(A, inactivity=60, absolute=100)
    assert count.total - before == 1
    await store.close()


async def test_nothing_is_made_unasked(postgres_server: PostgresServer) -> None:
    await sql(postgres_server, "DROP TABLE IF EXISTS sessions", "SELECT 1")
    with pytest.raises(InputError, match="nothing is created unasked"):
        await PostgresStore.open(postgres_server.url, ManualClock(), may_create=False)
    assert await sql(postgres_server, "SELECT to_regclass('sessions')") == [(None,)]


async def test_a_table_of_another_kind_gets_no_index(postgres_server: PostgresServer) -> None:
    columns = "id text, data bytea, expires_at bigint"
    await sql(postgres_server, f"CREATE TABLE IF NOT EXISTS binary_rows ({columns})", "SELECT 1")
    with pytest.raises(InputError, match="data bytea"):
        await PostgresStore.open(
            f"{postgres_server.url}?table=binary_rows", ManualClock(), may_create=True
        )
    made = await sql(
        postgres_server, "SELECT indexname FROM pg_indexes WHERE tablename = 'binary_rows'"
    )
    assert made == []


async def test_a_table_of_another_kind_is_refused(postgres_server: PostgresServer) -> None:
    await sql(postgres_server, "CREATE TABLE IF NOT EXISTS other (id int, data int)", "SELECT 1")
    with pytest.raises(InputError, match="data integer, expires_at missing"):
        await PostgresStore.open(
            f"{postgres_server.url}?table=other", ManualClock(), may_create=False
        )
    with pytest.raises(InputError, match="no SQL name"):
        await PostgresStore.open(
            f"{postgres_server.url}?table=a;drop", ManualClock(), may_create=False
        )


async def test_a_store_that_dies_is_unavailable_and_comes_back(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path)
    store = await PostgresStore.open(server.url, ManualClock(NOW), may_create=True)
    await assert_outlives(store, server, says="PostgreSQL")


async def test_nobody_there_is_unavailable() -> None:
    url = f"postgresql://postgres@127.0.0.1:{free_port()}/postgres"
    with pytest.raises(StoreUnavailable, match="PostgreSQL"):
        await PostgresStore.open(url, ManualClock(), may_create=True)
