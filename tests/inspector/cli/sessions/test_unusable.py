"""`sessions list`: rows that their framework cannot read are never live."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import redis

from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.django_rows import signed_row
from tests.inspector.cli.sessions.listing import listed
from tests.inspector.cli.sessions.test_foreign import SOON, TABLES
from tests.servers import RedisServer


def test_a_row_that_the_secret_of_the_others_does_not_open_is_unusable(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    create, _ = TABLES["django"]
    path = tmp_path / "app.db"
    rows = {
        "good": signed_row("1", "s3"),
        "changed": signed_row("2", "other"),
        "garbage": "not a session",
        "empty": "",
    }
    with sqlite3.connect(path) as db:
        db.execute(create)
        for key, value in rows.items():
            db.execute("INSERT INTO django_session VALUES (?,?,?)", (key, value, SOON))
    found, _ = listed(capsys, f"sqlite://{path}", "--secret", "s3", "--reveal")
    states = {row["key"]: row["state"] for row in found}
    unusable = dict.fromkeys(("changed", "garbage", "empty"), "unusable")
    assert states == {"good": "live", **unusable}
    unknown, _ = listed(capsys, f"sqlite://{path}", "--secret", "of another app", "--reveal")
    states = {row["key"]: row["state"] for row in unknown}
    assert (states["good"], states["garbage"]) == ("live", "unusable")


def test_keys_that_are_no_sessions_are_unusable_and_never_live(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer
) -> None:
    client = redis.Redis.from_url(redis_server.url)
    client.flushall()
    client.set("sess:good", '{"cookie":{}}', ex=60)
    values = (b"hello", b"", b"\xff\x00", b"[]", b'{"user":1}')
    for number, value in enumerate(values):
        client.set(f"sess:{number}", value, ex=60)
    found, _ = listed(capsys, redis_server.url)
    client.close()
    states = sorted(str(row["state"]) for row in found)
    assert states == ["live", *["unusable"] * len(values)]
    notes = {str(row["note"]) for row in found if row["state"] == "unusable"}
    assert all(note.startswith("its framework cannot read it: ") for note in notes)


def test_keys_of_other_types_are_counted_and_named(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer
) -> None:
    client = redis.Redis.from_url(redis_server.url)
    client.flushall()
    client.set("sess:good", '{"cookie":{}}', ex=60)
    client.hset("sess:h", "a", "b")
    client.lpush("sess:l", "a")
    client.sadd("sess:s", "a")
    client.zadd("sess:z", {"a": 1})
    client.xadd("sess:x", {"a": "b"})
    client.close()
    found, err = listed(capsys, redis_server.url)
    assert len(found) == 1
    says = "5 keys of other types there, no sessions: 1 hash, 1 list, 1 set, 1 stream, 1 zset"
    assert says in err


@pytest.mark.parametrize("action", ["revoke", "expire"])
def test_a_key_that_is_not_utf_8_is_changed_by_its_own_bytes(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer, action: str
) -> None:
    client = redis.Redis.from_url(redis_server.url)
    client.flushall()
    key = b"sess:\xff\xfe\x00bin"
    client.set(key, '{"cookie":{}}', ex=60)
    client.set(b"sess:\xfd\xfe\x00bin", '{"cookie":{}}', ex=60)
    rows, _ = listed(capsys, redis_server.url, "--reveal")
    row = next(row for row in rows if row["key"] == "sess:\\xff\\xfe\x00bin")
    code = run(parse(["sessions", action, str(row["session"]), "--store", redis_server.url]))
    assert (int(code), client.exists(key), client.dbsize()) == (0, 0, 1)
    client.close()


def test_rows_of_another_layout_than_the_named_one_are_left_out_and_not_changed(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer
) -> None:
    client = redis.Redis.from_url(redis_server.url)
    client.flushall()
    client.set("sess:a", '{"cookie":{"path":"/"},"user":{"sub":"alice"}}', ex=60)
    url = f"{redis_server.url}?prefix=sess:"
    found, err = listed(capsys, url, "--layout", "django")
    assert found == []
    assert "left out: 1 key is not of this layout: 1 of connect-redis" in err
    code = run(parse(["sessions", "revoke", "a", "--store", url, "--layout", "django"]))
    assert (int(code), client.dbsize()) == (1, 1)
    assert "Fix: --layout connect-redis" in capsys.readouterr().out
    assert run(parse(["sessions", "find", "alice", "--store", url, "--layout", "django"])) == 1
    client.close()
