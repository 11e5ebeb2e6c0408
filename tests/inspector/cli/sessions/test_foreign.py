"""`sessions list` on other frameworks' stores: rows their own packages wrote, or their SQL."""

from __future__ import annotations

import asyncio
import json
import pickle
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest
import redis

from session_inspector.devserver.attach.layouts import layout_names
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.values import fingerprint
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.contracts.store import session
from tests.django_rows import signed_row
from tests.engines import PostgresServer
from tests.inspector.cli.sessions.listing import listed
from tests.servers import RedisServer
from tests.vectors.formats import rows_of

VECTORS = Path(__file__).parents[3] / "vectors" / "other-formats.json"
CASES = {raw["name"]: raw for raw in json.loads(VECTORS.read_text())}
OWN = ("app1:", "myapp:")
"""Prefixes that some of the golden rows have instead of the default."""
SOON = 4_000_000_000


def vector_rows(format_: str) -> tuple[dict[str, bytes], list[str]]:
    found: dict[str, bytes] = {}
    secrets: list[str] = []
    for raw in CASES.values():
        if raw["format"] == format_ and raw["outcome"] == "ok":
            found |= rows_of(raw)
            secrets += [
                s for s in (raw.get("encryption_key"), raw.get("secret")) if isinstance(s, str)
            ]
    assert found
    return found, secrets


@pytest.mark.parametrize(
    ("layout", "format_"),
    [
        ("connect-redis", "express-session"),
        ("flask-session", "flask-session-redis"),
        ("django", "django-cache-redis"),
        ("starsessions", "starsessions-redis"),
    ],
)
def test_rows_of_the_real_packages_in_redis(
    capsys: pytest.CaptureFixture[str],
    server: RedisServer,
    client: redis.Redis,
    layout: str,
    format_: str,
) -> None:
    rows, secrets = vector_rows(format_)
    for key, value in rows.items():
        client.set(key, value, ex=900)
    given = [part for secret in secrets for part in ("--secret", secret)]
    named, err = listed(capsys, server.url, "--layout", layout, *given)
    found, told = listed(capsys, server.url, *given)
    assert (err, f"rows of {layout} (recognised)" in told) == ("", True)
    assert [row["session"] for row in found] == [row["session"] for row in named]
    usual = {key for key in rows if not key.startswith(OWN)}
    assert len(found) == len(usual)
    assert all(row["store_expires"] for row in found)
    assert not any(key in json.dumps(found) for key in rows)
    for prefix in {key.partition(":")[0] + ":" for key in set(rows) - usual}:
        own, _ = listed(capsys, f"{server.url}?prefix={prefix}")
        assert len(own) == len([key for key in rows if key.startswith(prefix)])


def test_openid_rows_and_logout_records_are_told_apart(
    capsys: pytest.CaptureFixture[str], server: RedisServer, client: redis.Redis
) -> None:
    data = {"header": {"iat": 1, "uat": 1, "exp": SOON}, "data": {"sub": "zoe"}, "cookie": {}}
    client.set("sess:abc", json.dumps(data))
    client.set("sess:https://op/|sid1", json.dumps({"cookie": {"expires": None}}))
    rows, _ = listed(capsys, server.url)
    by_note = {str(row["note"]): row for row in rows}
    assert by_note["express-openid-connect"]["user"] == "zoe"
    assert by_note["a back-channel logout's record, no session"]["state"] == "no end"


def test_a_pickle_is_never_loaded(
    capsys: pytest.CaptureFixture[str], server: RedisServer, client: redis.Redis, tmp_path: Path
) -> None:
    bomb = f"cos\nsystem\n(S'touch {tmp_path}/boom'\ntR.".encode()
    client.set("session:x", b"\x80\x04" + bomb[:-1] + b".")
    client.set(":1:django.contrib.sessions.cacheabc", pickle.dumps({"_auth_user_id": "7"}, 5))
    flask, _ = listed(capsys, server.url, "--layout", "flask-session")
    assert "unsafe_serialisation" in str(flask[0]["note"])
    django, _ = listed(capsys, server.url, "--layout", "django")
    assert (django[0]["user"], django[0]["note"]) == ("7", "a pickle: read, not loaded")
    assert not (tmp_path / "boom").exists()


def test_upstash_rows_of_authjs(
    capsys: pytest.CaptureFixture[str], server: RedisServer, client: redis.Redis
) -> None:
    row = {"sessionToken": "t-1", "userId": "u-1", "expires": "2096-10-02T07:06:40.000Z"}
    client.set("user:session:t-1", json.dumps(row))
    client.set("user:session:by-user-id:u-1", "t-1")
    rows, err = listed(capsys, server.url)
    assert "authjs" in err
    assert {row["user"] for row in rows} == {"u-1", "–"}


def test_our_own_rows_stay_ours(
    capsys: pytest.CaptureFixture[str], server: RedisServer, client: redis.Redis
) -> None:
    client.set("session:0123456789abcdef0123456789abcdef", json.dumps(session("zoe")), ex=60)
    rows, err = listed(capsys, server.url)
    assert (err, [row["user"] for row in rows]) == ("", ["zoe"])
    named, _ = listed(capsys, server.url, "--layout", "nextjs-auth0")
    assert [row["session"] for row in named] == [row["session"] for row in rows]


TABLES: Mapping[str, tuple[str, tuple[object, ...]]] = {
    "connect-redis": (
        "CREATE TABLE session (sid TEXT, sess TEXT, expire TIMESTAMP)",
        ("abcd", json.dumps({"cookie": {}, "user": {"sub": "zoe"}}), "2096-10-02 07:06:40"),
    ),
    "django": (
        "CREATE TABLE django_session (session_key TEXT, session_data TEXT, expire_date TIMESTAMP)",
        ("abcd", signed_row("9", "s3"), "2096-10-02 07:06:40"),
    ),
    "flask-session": (
        "CREATE TABLE flask_sessions (session_id TEXT, data {bytes}, expiry TIMESTAMP)",
        ("session:abcd", b'{"user_id": "zoe"}', "2096-10-02 07:06:40"),
    ),
    "authjs": (
        'CREATE TABLE sessions ("sessionToken" TEXT, "userId" TEXT, expires TIMESTAMP)',
        ("abcd", "zoe", "2096-10-02 07:06:40"),
    ),
    "better-auth": (
        'CREATE TABLE "Session" (token TEXT, "userId" TEXT, "expiresAt" TIMESTAMP)',
        ("abcd", "zoe", "2096-10-02 07:06:40"),
    ),
}


def without_left(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Leave out what counts down between two listings."""
    return [{name: value for name, value in row.items() if name != "left"} for row in rows]


@pytest.mark.parametrize("layout", TABLES)
def test_tables_in_sqlite(capsys: pytest.CaptureFixture[str], tmp_path: Path, layout: str) -> None:
    create, row = TABLES[layout]
    path = tmp_path / "app.db"
    with sqlite3.connect(path) as db:
        db.execute(create.format(bytes="BLOB"))
        db.execute(f"INSERT INTO {create.split()[2]} VALUES (?,?,?)", row)
    before = path.read_bytes()
    rows, err = listed(capsys, f"sqlite://{path}", "--secret", "s3")
    others, said = listed(capsys, f"sqlite:///{path}", "--secret", "s3")  # SQLAlchemy's form
    assert (without_left(others), said) == (without_left(rows), err)
    assert f"rows of {layout} " in err
    user = "9" if layout == "django" else "zoe"
    assert [(r["user"], r["state"]) for r in rows] == [(user, "live")]
    assert path.read_bytes() == before


def test_tables_in_postgresql(
    capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    server = PostgresServer(tmp_path_factory.mktemp("pg"))
    try:
        for layout, (create, row) in TABLES.items():
            table = create.split()[2]

            async def fill(create: str = create, table: str = table, row: object = row) -> None:
                connection = await asyncpg.connect(server.url)
                await connection.execute(create.format(bytes="BYTEA"))
                values = list(row) if isinstance(row, tuple) else []
                values[2] = SystemClock().now() + 600
                await connection.execute(
                    f"INSERT INTO {table} VALUES ($1, $2, to_timestamp($3))", *values
                )
                await connection.close()

            asyncio.run(fill())
            rows, _ = listed(capsys, server.url, "--layout", layout, "--secret", "s3")
            assert [(r["user"], r["state"]) for r in rows] == [
                ("9" if layout == "django" else "zoe", "live")
            ]
    finally:
        server.kill()


def test_a_wrong_secret_is_a_note_and_none_is_another(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    create, row = TABLES["django"]
    path = tmp_path / "app.db"
    with sqlite3.connect(path) as db:
        db.execute(create)
        db.execute("INSERT INTO django_session VALUES (?,?,?)", row)
    wrong, _ = listed(capsys, f"sqlite://{path}", "--secret", "w")
    assert str(wrong[0]["note"]).startswith("wrong_secret")
    none, _ = listed(capsys, f"sqlite://{path}")
    assert (none[0]["note"], none[0]["user"]) == ("signature not checked: no secret", "9")


def test_show_masks_and_says_what_is_not_there(
    capsys: pytest.CaptureFixture[str], server: RedisServer, client: redis.Redis
) -> None:
    client.set("sess:abcdefgh", json.dumps({"cookie": {}, "access_token": "tok-tok"}))
    url = server.url
    assert run(parse(["sessions", "show", "abcdefgh", "--store", url])) == 0
    shown = capsys.readouterr().out
    assert "tok-tok" not in shown
    assert "access_token" in shown
    # the name that `attach` gives it too
    assert run(parse(["sessions", "show", fingerprint("abcdefgh"), "--store", url])) == 0
    assert fingerprint("abcdefgh") in capsys.readouterr().out
    assert run(parse(["sessions", "show", "nothing", "--store", url])) == 1
    assert "no session nothing" in capsys.readouterr().out


def test_an_unknown_layout_is_one_line(
    capsys: pytest.CaptureFixture[str], server: RedisServer
) -> None:
    code = run(parse(["sessions", "list", "--store", server.url, "--layout", "perl"]))
    err = capsys.readouterr().err
    assert (code, len(err.splitlines())) == (2, 1)
    assert all(name in err for name in layout_names())


def test_a_store_without_foreign_rows_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    url = "dynamodb://127.0.0.1:1/Sessions"
    code = run(parse(["sessions", "list", "--store", url, "--layout", "django"]))
    assert (code, "are read from redis" in capsys.readouterr().err) == (2, True)


def test_clocks_of_a_row_that_disagree_are_flagged_and_the_ttl_counts(
    capsys: pytest.CaptureFixture[str], server: RedisServer, client: redis.Redis
) -> None:
    """A TTL of 30,000 s by mistake beside a cookie of 30 s, and a rolling app's active user."""
    now = SystemClock().now()
    for name, ends, ttl in (("mistaken", now + 30, 30_000), ("rolling", now - 60, 900)):
        cookie = {"originalMaxAge": 30_000, "expires": ends * 1000}
        client.set(f"sess:{name}", json.dumps({"cookie": cookie, "user": {"sub": name}}), ex=ttl)
    rows, _ = listed(capsys, server.url)
    by_user = {str(row["user"]): row for row in rows}
    assert {row["state"] for row in rows} == {"live"}
    assert by_user["mistaken"]["ends_inside"] == {"cookie.expires": pytest.approx(now + 30)}
    assert by_user["mistaken"]["note"] == (
        "⚠ cookie.expires, 8 h before the row ends: its framework ignores it"
    )
    assert "before the row ends" in str(by_user["rolling"]["note"])
    assert by_user["rolling"]["expires"] == pytest.approx(now + 900, abs=60)
