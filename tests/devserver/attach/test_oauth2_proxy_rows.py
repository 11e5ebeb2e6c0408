"""Rows of oauth2-proxy: the real package's cookie and row; only the ticket opens what is in it."""

from __future__ import annotations

import pytest
import redis

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.commands import Expire, Revoke, UndoRevoke
from session_inspector.devserver.core.events.session import SessionSeen
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.end_to_end.attached import attached
from tests.inspector.cli.sessions.listing import listed
from tests.servers import RedisServer
from tests.vectors.formats import load_raw_cases, rows_of

CASE = next(case for case in load_raw_cases() if case.get("name") == "o2p-redis-ticket")
((KEY, ROW),) = rows_of(CASE).items()


@pytest.fixture
def client(redis_server: RedisServer) -> redis.Redis:
    """Put the golden row into Redis, beside the lock of its refresh."""
    found = redis.Redis.from_url(redis_server.url)
    found.flushall()
    found.set(KEY, ROW, ex=604_800)
    found.set(f"{KEY}.lock", "1", ex=60)
    return found


async def test_the_ticket_in_the_cookie_names_the_row() -> None:
    scene = TrafficScene(str(CASE["secret"]))
    scene.clock = ManualClock(1_768_471_260)
    cookies = CASE["cookies"]
    assert isinstance(cookies, dict)
    opened = await scene.opener.open({name: str(value) for name, value in cookies.items()})
    assert [one.session_id for one in opened.sessions] == [KEY]
    scene.opener.close()


def test_a_row_is_listed_and_said_to_be_sealed(
    client: redis.Redis, redis_server: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, err = listed(capsys, redis_server.url, "--reveal")
    assert "rows of oauth2-proxy (recognised)" in err
    (row,) = [row for row in rows if "no session" not in str(row["note"])]
    assert (row["key"], row["session"], row["state"]) == (KEY, fingerprint(KEY), "live")
    assert row["note"] == "sealed with a key that only its cookie carries"
    client.close()


def test_a_row_is_taken_put_back_and_ended(client: redis.Redis, redis_server: RedisServer) -> None:
    settings = AttachSettings(route=None, store=redis_server.url, may_write=True)
    with attached(settings) as view:
        (seen,) = view.wait_for(SessionSeen, 1)
        assert seen.session == fingerprint(KEY)
        before = (client.get(KEY), client.pexpiretime(KEY))
        assert view.send(Revoke(session=seen.session)).is_ok
        assert client.keys() == [f"{KEY}.lock".encode()]
        assert view.send(UndoRevoke()).is_ok
        assert (client.get(KEY), client.pexpiretime(KEY)) == before
        assert view.send(Expire(session=seen.session, clock="inactivity")).is_ok
    assert client.keys() == [f"{KEY}.lock".encode()]
    client.close()
