"""Which stores count their commands, and that the count is of what their engines are sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import SessionId, Store
from session_inspector.devserver.stores.urls import open_store
from session_inspector.devserver.stores.watching.commands import CommandCount, count_commands
from tests.engines import DynamoServer, MongoServer, PostgresServer
from tests.servers import RedisServer

CLOCK = ManualClock(1_760_000_000.0)
READS = 5
OWN = {"postgres": "?table=counted", "mongodb": "?collection=counted"}
"""Where no other test has rows of other columns."""
MOST = 4
"""Redis reads a value and its TTL in a transaction; PostgreSQL's pool resets its connection."""


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    store = await open_store(url, CLOCK, may_create=True)
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture(params=["sqlite", "redis", "postgres", "mongodb", "dynamodb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite://{tmp_path}/it.db"
    server: RedisServer | PostgresServer | MongoServer | DynamoServer
    server = request.getfixturevalue(f"{request.param}_server")
    return f"{server.url}{OWN.get(request.param, '')}"


async def test_each_read_is_counted(url: str) -> None:
    async with opened(url) as store:
        commands = await count_commands(store)
        assert commands is not None
        await store.read(SessionId("0" * 32))
        before = commands.total
        for _ in range(READS):
            await store.read(SessionId("0" * 32))
        found = commands.total - before
    assert READS <= found <= MOST * READS


async def test_a_store_without_an_engine_counts_nothing() -> None:
    async with opened("memory://") as store:
        assert await count_commands(store) is None


def test_commands_are_added_up() -> None:
    commands = CommandCount()
    commands.note()
    commands.note(3)
    assert commands.total == 4
