"""A store whose rows nobody knows: what is there is named, and nothing is made in it."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import redis
from pymongo import MongoClient

from session_inspector.devserver.attach.recognise import StoreFinder, StoreToWatch
from session_inspector.devserver.attach.rows.survey import key_pattern
from session_inspector.devserver.attach.store_survey import survey_store
from session_inspector.devserver.core.clock import ManualClock, SystemClock
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.session.policy import Policy
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.watch_mode import welcome
from tests.engines import MongoServer, PostgresServer
from tests.servers import RedisServer


def refusal(capsys: pytest.CaptureFixture[str], url: str, *action: str) -> str:
    """Return the line with which `sessions` refuses a store."""
    code = run(parse(["sessions", *(action or ("list",)), "--store", url]))
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert "stores create" not in err
    assert "0 sessions" not in err
    return err


@pytest.fixture
def keys(redis_server: RedisServer) -> redis.Redis:
    found = redis.Redis.from_url(redis_server.url)
    found.flushall()
    return found


@pytest.mark.parametrize(
    ("key", "pattern"),
    [
        ("scs:session:4nfk", "scs:session:*"),
        ("spring:session:sessions:0f8f", "spring:session:*"),
        ("spring:session:sessions:expires:0f8f", "spring:session:*"),
        ("sess:abc", "sess:*"),
        ("starsessions.abc", "starsessions.*"),
        ("0f8fad5b", "*"),
    ],
)
def test_the_pattern_of_a_key(key: str, pattern: str) -> None:
    assert key_pattern(key) == pattern


@pytest.mark.parametrize("action", [("list",), ("list", "--json"), ("find", "u"), ("show", "x")])
def test_keys_of_no_known_layout_are_named(
    action: tuple[str, ...],
    redis_server: RedisServer,
    keys: redis.Redis,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keys.set("scs:session:4nfk", b"\x0b\x00gob", ex=60)
    keys.hset("spring:session:sessions:0f8f", "creationTime", "1")
    keys.zadd("spring:session:expirations", {"0f8f": 1})
    before = sorted(keys.keys())
    line = refusal(capsys, redis_server.url, *action)
    assert "scs:session:* (1, string)" in line
    assert "spring:session:* (2, hash, zset)" in line
    assert "no row of a known layout is in redis://" in line
    assert sorted(keys.keys()) == before


def test_an_empty_store_has_no_sessions(
    redis_server: RedisServer, keys: redis.Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    keys.flushall()
    assert run(parse(["sessions", "list", "--store", redis_server.url])) == 0
    assert "0 sessions" in capsys.readouterr().out


def test_tables_of_no_known_layout_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "app.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT)")
        db.execute("CREATE TABLE session (id TEXT PRIMARY KEY, user_id INTEGER, expires_at TEXT)")
    before = path.read_bytes()
    line = refusal(capsys, f"sqlite://{path}")
    assert "there are table session (id, user_id, expires_at); table articles (id, title)" in line
    assert path.read_bytes() == before


def test_tables_in_postgresql_are_named(
    postgres_server: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"s{uuid4().hex[:8]}"

    async def make(statement: str) -> None:
        connection = await asyncpg.connect(postgres_server.url)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(make(f"CREATE TABLE aaa_session_{name} (token text, payload bytea)"))
    found = asyncio.run(survey_store(postgres_server.url, SystemClock()))
    asyncio.run(make(f"DROP TABLE aaa_session_{name}"))
    assert f"table aaa_session_{name} (token, payload)" in found


def test_collections_are_named(mongodb_server: MongoServer) -> None:
    name = f"unknown{uuid4().hex[:8]}"
    url = mongodb_server.url.rpartition("/")[0] + f"/{name}"
    client: MongoClient[dict[str, object]] = MongoClient(url)
    client[name]["user_sessions"].insert_one({"token": "t"})
    found = asyncio.run(survey_store(url, SystemClock()))
    client.drop_database(name)
    client.close()
    assert found == "collection user_sessions"


async def test_attach_says_what_is_there_until_it_recognises_rows(
    redis_server: RedisServer, keys: redis.Redis
) -> None:
    keys.set("scs:session:4nfk", b"\x0b\x00gob", ex=60)
    events: list[Event] = []
    wanted = StoreToWatch(
        url=redis_server.url, layout="", may_write=False, secrets=(), policy=Policy()
    )
    finder = StoreFinder(wanted, ManualClock(1_760_000_000), events.append)
    assert await finder.find() is None
    assert await finder.find() is None
    (event,) = events
    assert isinstance(event, StoreStateChanged)
    assert (event.is_up, event.found) == (True, "scs:session:* (1, string)")
    assert finder.describe() == " (there are scs:session:* (1, string))"
    assert "scs:session:* (1, string)" in welcome(fold(State(), events), "store")
