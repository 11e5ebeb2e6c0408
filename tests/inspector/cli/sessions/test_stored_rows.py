"""`sessions list` on rows of frameworks whose cookie is only an id: what their packages wrote."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64decode
from pathlib import Path

import pytest
import redis

from tests.inspector.cli.sessions.listing import listed
from tests.servers import RedisServer
from tests.vectors.formats import rows_of
from tests.vectors.golden import GOLDEN


def golden_rows(family: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for raw in GOLDEN:
        if raw.get("family") == family:
            found |= rows_of(raw)
    assert found
    return found


@pytest.mark.parametrize(
    ("layout", "family"), [("scs", "scs"), ("php", "php"), ("django", "django")]
)
@pytest.mark.parametrize("is_named", [True, False])
def test_rows_in_redis_are_listed_named_or_recognised(
    client: redis.Redis,
    server: RedisServer,
    capsys: pytest.CaptureFixture[str],
    layout: str,
    family: str,
    is_named: bool,
) -> None:
    rows = golden_rows(family)
    for key, value in rows.items():
        client.set(key, value, ex=1000)
    more = ["--layout", layout] if is_named else []
    found, _ = listed(capsys, server.url, *more)
    assert len(found) == len(rows)
    notes = [str(row.get("note", "")) for row in found]
    assert not [note for note in notes if note.startswith(("not read", "not_a", "tampered"))]


@pytest.mark.parametrize("is_named", [True, False])
def test_hashes_of_spring_session_are_listed_with_the_end_it_obeys(
    client: redis.Redis,
    server: RedisServer,
    capsys: pytest.CaptureFixture[str],
    is_named: bool,
) -> None:
    rows = golden_rows("spring-session")
    for key, value in rows.items():
        fields = {name: text.encode("latin-1") for name, text in json.loads(value).items()}
        client.hset(key, mapping=fields)
        client.expire(key, 2_000_000_000)
    client.set("spring:session:sessions:expires:5575d1bf", "")
    more = ["--layout", "spring-session"] if is_named else []
    found, _ = listed(capsys, server.url, *more)
    assert len(found) == len(rows)
    assert {row["user"] for row in found} == {"Zoë 漢 · 4711"}


def test_a_julian_end_of_scs_in_sqlite_is_no_end_in_1970(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """scs's sqlite3store: `sessions(token, data, expiry REAL)`, julianday() in it."""
    path = tmp_path / "app.db"
    data = next(iter(golden_rows("scs").values()))
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE sessions (token TEXT PRIMARY KEY, data BLOB, expiry REAL)")
        db.execute("INSERT INTO sessions VALUES ('t', ?, julianday('2100-01-01'))", (data,))
    db.close()
    (row,), _ = listed(capsys, f"sqlite:///{path}")
    assert str(row["expires"]).startswith(("2100", "4102444800"))


def test_symfonys_table_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """PdoSessionHandler: `sessions(sess_id, sess_data, sess_lifetime, sess_time)`."""
    path = tmp_path / "app.db"
    data = next(
        b64decode(str(raw["store_b64"]["PHPREDIS_SESSION:" + str(raw["session_id"])]))  # type: ignore[index, call-overload]  # a golden case
        for raw in GOLDEN
        if raw["name"] == "symfony"
    )
    with sqlite3.connect(path) as db:
        db.execute(
            "CREATE TABLE sessions (sess_id TEXT, sess_data BLOB, sess_lifetime INT, sess_time INT)"
        )
        db.execute("INSERT INTO sessions VALUES ('s', ?, 4000000000, 1)", (data,))
    db.close()
    (row,), _ = listed(capsys, f"sqlite:///{path}")
    assert "zoe@example.com" in str(row["user"])
