"""`sessions find|revoke|expire` on other frameworks' rows: theirs alone, in their own form."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import redis

from session_inspector.devserver.core.values import fingerprint
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.servers import RedisServer

ROW = {
    "cookie": {"originalMaxAge": 9, "expires": "2090-01-01T00:00:00.000Z", "path": "/"},
    "user": {"sub": "auth0|ann"},
}
FIRST = "sess:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA1"
SECOND = "sess:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB2"


@pytest.fixture
def client(redis_server: RedisServer) -> Iterator[redis.Redis]:
    found = redis.Redis.from_url(redis_server.url)
    found.flushall()
    found.set(FIRST, json.dumps(ROW), ex=3600)
    found.set(SECOND, json.dumps({**ROW, "user": {"sub": "auth0|bob"}}), ex=3600)
    yield found
    found.flushall()
    found.close()


def act(capsys: pytest.CaptureFixture[str], server: RedisServer, *words: str) -> tuple[int, object]:
    code = run(parse(["sessions", *words, "--store", server.url, "--json"]))
    return code, json.loads(capsys.readouterr().out)


def test_a_user_is_found_in_the_rows_of_another_framework(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer, client: redis.Redis
) -> None:
    code, rows = act(capsys, redis_server, "find", "auth0|ann", "--layout", "connect-redis")
    assert isinstance(rows, list)
    assert (code, [row["user"] for row in rows]) == (0, ["auth0|ann"])
    assert act(capsys, redis_server, "find", "nobody") == (1, [])


@pytest.mark.parametrize("layout", [[], ["--layout", "connect-redis"]])
def test_a_revoked_row_is_gone_and_no_other(
    capsys: pytest.CaptureFixture[str],
    redis_server: RedisServer,
    client: redis.Redis,
    layout: list[str],
) -> None:
    name = FIRST.removeprefix("sess:")
    done = act(capsys, redis_server, "revoke", name, *layout)
    message = f"session {fingerprint(name)} of auth0|ann: revoked"
    assert done == (0, {"ok": True, "message": message})
    assert (client.exists(FIRST), client.exists(SECOND)) == (0, 1)
    code, _ = act(capsys, redis_server, "revoke", name, *layout)
    assert code == 1


def test_the_beginning_that_the_screen_shows_names_a_row(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer, client: redis.Redis
) -> None:
    shown = fingerprint(FIRST.removeprefix("sess:"))[:6]
    assert act(capsys, redis_server, "revoke", shown)[0] == 0
    assert (client.exists(FIRST), client.exists(SECOND)) == (0, 1)


def test_an_expired_row_has_ended_for_its_framework(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer, client: redis.Redis
) -> None:
    code, _ = act(capsys, redis_server, "expire", FIRST)
    assert (code, client.exists(FIRST), client.exists(SECOND)) == (0, 0, 1)


def test_a_part_of_an_id_changes_nothing(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer, client: redis.Redis
) -> None:
    code, _ = act(capsys, redis_server, "revoke", "2")
    assert (code, client.exists(SECOND)) == (1, 1)


def test_the_access_token_of_another_frameworks_row_is_not_ours_to_end(
    capsys: pytest.CaptureFixture[str], redis_server: RedisServer, client: redis.Redis
) -> None:
    words = ["sessions", "expire", FIRST, "--clock", "access_token", "--store", redis_server.url]
    assert run(parse(words)) == 2
    assert "--clock inactivity" in capsys.readouterr().err
