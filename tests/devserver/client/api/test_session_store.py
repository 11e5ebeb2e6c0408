"""open_store: each engine by its URL, in one loop after the other; URLs that are none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from session_inspector import InputError, SessionStore, StoreUnavailable, open_store
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.policy import Policy
from tests.servers import RedisServer, free_port

T = TypeVar("T")
NOW = 1_760_000_000
SESSION: JsonObject = {
    "user": {"sub": "alice"},
    "tokenSet": {"accessToken": "a"},
    "internal": {"sid": "s", "createdAt": NOW},
}
ENGINES = {
    "redis": "redis_server",
    "postgresql": "postgres_server",
    "mongodb": "mongodb_server",
    "dynamodb": "dynamodb_server",
}


LOCAL = {
    "memory": "memory://",
    "sqlite-memory": "sqlite://:memory:",
    "sqlite": "sqlite:///{folder}/new/sessions.db",
}


@pytest.fixture(params=[*LOCAL, *ENGINES])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    name = str(request.param)
    if name in LOCAL:
        return LOCAL[name].format(folder=tmp_path)
    server: Server = request.getfixturevalue(ENGINES[name])
    return {
        "redis": f"{server.url}?prefix={tmp_path.name}:",
        "postgresql": f"{server.url}?table=api_sessions",
        "mongodb": f"{server.url}?collection=api_sessions",
        "dynamodb": server.url.replace("/Sessions", "/ApiSessions"),
    }[name]


class Server(Protocol):
    @property
    def url(self) -> str: ...


def in_a_loop(work: Callable[[], Awaitable[T]]) -> T:
    async def run() -> T:
        return await work()

    return asyncio.run(run())


def test_a_session_lives_from_loop_to_loop(url: str) -> None:
    clock = ManualClock(NOW)
    store = open_store(url, clock=clock)
    policy = Policy(inactivity=100, absolute=150)
    sessions = store.with_policy(policy)
    in_a_loop(lambda: sessions.set("a", SESSION))
    assert in_a_loop(lambda: sessions.get("a")) == SESSION
    clock.advance(60)
    assert in_a_loop(lambda: sessions.touch("a")) == SESSION
    clock.advance(60)
    changed: JsonObject = {**SESSION, "cart": [1]}
    assert in_a_loop(lambda: sessions.update("a", changed))
    assert in_a_loop(lambda: store.get("a")) == changed
    clock.advance(30)
    assert in_a_loop(lambda: store.get("a")) is None
    assert in_a_loop(store.prune) == 1


async def test_awaited_it_is_connected_and_a_block_closes_it(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path}/s.db")
    assert isinstance(store, SessionStore)
    await store.set("a", SESSION)
    await store.aclose()
    async with open_store(f"sqlite:///{tmp_path}/s.db") as again:
        assert await again.get("a") is None  # created longer ago than the default durations
        await again.delete("a")


async def test_a_logout_token_s_sessions_are_deleted() -> None:
    store = open_store("memory://", clock=ManualClock(NOW))
    await store.set("a", SESSION)
    assert await store.delete_by_logout_token(sub="alice", sid=None, iss=None) == ["a"]
    assert await store.get("a") is None


async def test_a_server_that_is_away_is_unavailable_until_it_is_back(
    redis_server: RedisServer,
) -> None:
    with pytest.raises(StoreUnavailable, match="Error 111"):
        await open_store(f"redis://127.0.0.1:{free_port()}")


def test_a_file_is_made_unless_it_may_not(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/s.db", create=False)
    with pytest.raises(StoreUnavailable, match="unable to open"):
        in_a_loop(store.connect)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "must be one of"),
        ("redis", "must be one of"),
        ("mysql://user:pw@h/d", "mysql://user:•••@h/d"),
    ],
)
def test_a_url_that_is_none_is_refused_at_once(url: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        open_store(url)
    assert said in refused.value.message


def test_a_password_is_not_shown() -> None:
    store = open_store("redis://:hunter2@h/0")
    assert "hunter2" not in repr(store) + store.url
