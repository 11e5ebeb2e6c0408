"""A row in an app's Redis that is expired by hand has expired, though Redis drops it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.core.commands import Expire
from session_inspector.devserver.core.events.session import SessionVanished
from session_inspector.inspector.model.views.event_lines import line_of
from tests.end_to_end.attached import attached
from tests.inspector.agreement import disagreements
from tests.servers import RedisServer

ROWS = {
    "connect-redis": ("sess:", {"cookie": {"path": "/"}, "user": {"sub": "ann"}}),
    "nextjs-auth0": (
        "session:",
        {
            "user": {"sub": "ann"},
            "tokenSet": {"accessToken": "t", "expiresAt": 4_000_000_000},
            "internal": {"sid": "s", "createdAt": 1_760_000_000},
        },
    ),
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    running = RedisServer(tmp_path)
    yield running
    running.kill()


@pytest.mark.parametrize("layout", ROWS)
def test_a_row_that_redis_drops_when_it_is_expired_by_hand_has_expired(
    layout: str, server: RedisServer
) -> None:
    prefix, row = ROWS[layout]
    client = redis.Redis(port=server.port)
    client.set(f"{prefix}{'a' * 32}", json.dumps(row), ex=3600)
    with attached(AttachSettings(route=None, store=server.url, may_write=True)) as it:
        session = it.only_row().session
        assert it.send(Expire(session=session, clock="inactivity")).is_ok
        (gone,) = it.wait_for(SessionVanished)
        (shown,) = it.rows()
        assert (shown.life, shown.reason) == ("expired", "the store clock was expired by hand")
        assert disagreements(it.state(), it.running.clock.now()) == []
        if layout == "connect-redis":
            assert line_of(gone)[1] == "the store has dropped the row that was expired by hand"
    assert client.keys() == []
