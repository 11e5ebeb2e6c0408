"""`stores check|prune` on stores of other frameworks: named, never counted as nothing."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest
import redis

from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.contracts.store import session
from tests.inspector.cli.sessions.test_foreign import TABLES
from tests.inspector.cli.stores.test_command import call, filled
from tests.servers import RedisServer

ACTIONS = pytest.mark.parametrize("action", ["check", "prune"])


@ACTIONS
@pytest.mark.parametrize("layout", ["connect-redis", "django", "authjs", "flask-session"])
def test_tables_of_a_framework_are_named_and_none_is_offered(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, action: str, layout: str
) -> None:
    create, row = TABLES[layout]
    path = tmp_path / "app.db"
    with sqlite3.connect(path) as db:
        db.execute(create.format(bytes="BLOB"))
        table = create.split()[2]
        db.execute(f"INSERT INTO {table} VALUES (?,?,?)", row)
    db.close()
    before = path.read_bytes()
    code, out, err = call(capsys, action, f"sqlite://{path}")
    told = {"check": (0, out), "prune": (2, err)}[action]
    assert (code, out + err, path.read_bytes()) == (*told, before)
    assert f"these are rows of {layout}" in told[1]
    assert "sessions list" in told[1]
    assert told[1].count("\n") == 1
    assert "stores create" not in told[1]


@ACTIONS
def test_other_tables_are_named_and_none_is_offered(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, action: str
) -> None:
    path = tmp_path / "app.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE users (id INTEGER, email TEXT)")
    db.close()
    code, _, err = call(capsys, action, f"sqlite://{path}")
    assert code == 2
    assert "table users (id, email)" in err
    assert "stores create" not in err


GYM = '{"course":"yoga","coach":"zoe"}'
NIGHT = '{"user":{"sub":"u"},"tokenSet":{},"internal":{"sid":"s","createdAt":1}}'


def make_gym(path: Path, kind: str, *data: str) -> None:
    """Make a table with our columns, whose rows ended long ago."""
    with sqlite3.connect(path) as db:
        db.execute(f"CREATE TABLE sessions (id {kind} PRIMARY KEY, data TEXT, expires_at INTEGER)")
        rows = [(number, text, 1_000_000_000) for number, text in enumerate(data, 1)]
        db.executemany("INSERT INTO sessions VALUES (?,?,?)", rows)
    db.close()


@pytest.mark.parametrize("kind", ["TEXT", "INTEGER"])
@pytest.mark.parametrize(
    "words",
    [
        ["stores", "check"],
        ["stores", "prune", "--yes"],
        ["sessions", "list", "--store"],
        ["sessions", "revoke", "1", "--store"],
    ],
    ids=lambda words: words[1],
)
def test_a_table_with_our_columns_and_other_data_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str, words: list[str]
) -> None:
    path = tmp_path / "gym.db"
    make_gym(path, kind, GYM, '{"course":"spinning"}')
    before = path.read_bytes()
    code = run(parse([*words, f"sqlite://{path}"]))
    assert (code, path.read_bytes()) == (2, before)
    assert "of 2 that were read none has user, tokenSet or internal" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["TEXT", "INTEGER"])
def test_a_row_that_is_a_session_makes_it_a_store(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "app.db"
    make_gym(path, kind, GYM, NIGHT)
    code, out, _ = call(capsys, "check", f"sqlite://{path}")
    assert code == 0
    assert "expired, not deleted   2" in out
    assert call(capsys, "prune", f"sqlite://{path}")[1].startswith("would delete 2 expired")


@ACTIONS
def test_other_keys_in_redis_are_named(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer, action: str
) -> None:
    client = redis.Redis.from_url(redis_server.url)
    client.flushall()
    _, _, err = call(capsys, action, redis_server.url)
    assert "no row" not in err, "nothing is there"
    client.set("mystery:1", "foo")
    client.close()
    code, _, err = call(capsys, action, redis_server.url)
    assert code == 0
    assert f"no row of this layout is in {redis_server.url}; there are mystery:* (1, string)" in err


@ACTIONS
def test_rows_of_a_framework_in_redis_are_named(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer, action: str
) -> None:
    client = redis.Redis.from_url(redis_server.url)
    client.flushall()
    client.set("sess:a", '{"cookie":{}}', ex=60)
    code, out, err = call(capsys, action, redis_server.url)
    told = {"check": (0, out), "prune": (2, err)}[action]
    assert (code, out + err) == told
    assert "these are rows of connect-redis" in told[1]
    client.set("session:0123456789abcdef0123456789abcdef", json.dumps(session("z")), ex=60)
    code, _, err = call(capsys, action, redis_server.url)
    client.flushall()
    client.close()
    assert (code, err) == (0, "")


async def test_our_table_beside_those_of_an_app_is_ours(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = await filled(tmp_path / "s.db")
    create, row = TABLES["django"]
    with sqlite3.connect(tmp_path / "s.db") as db:
        db.execute(create)
        db.execute("INSERT INTO django_session VALUES (?,?,?)", row)
    db.close()
    code, out, _ = await asyncio.to_thread(call, capsys, "check", url, "--json")
    assert (code, json.loads(out)["live"]) == (0, 2)
