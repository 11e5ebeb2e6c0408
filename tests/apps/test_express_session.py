"""express-session on connect-pg-simple, connect-mongo and connect-redis: real rows, changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
import redis

from session_inspector.devserver.attach.attachment import RunningAttachment, start_attachment
from session_inspector.devserver.core.commands import (
    Command,
    Expire,
    Prune,
    Reply,
    Revoke,
    UndoRevoke,
)
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.attach.command import attach_settings
from session_inspector.inspector.cli.main import run
from session_inspector.inspector.model.facts.rows import SessionRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.search import session_rows
from tests.apps.commands import node_script
from tests.apps.samples import Sample, running
from tests.engines import MongoServer, PostgresServer
from tests.servers import RedisServer, free_port
from tests.waiting import PATIENCE, eventually, patient_client

APP = Sample(
    name="express-session",
    framework="",
    command=node_script("express-session"),
    family="express-session",
    secret="SECRET",
)
SECRET = "a secret of the app's own"
STORES = {
    "connect-pg-simple": ("postgres_server", "POSTGRES_URL", {}),
    "connect-mongo": ("mongodb_server", "MONGODB_URL", {}),
    "connect-redis": ("redis_server", "REDIS_URL", {}),
    "connect-mongo, objects": ("mongodb_server", "MONGODB_URL", {"OBJECTS": "1"}),
}


@contextmanager
def attached(port: int, store: str) -> Iterator[RunningAttachment]:
    command = ["attach", f"http://127.0.0.1:{port}", "--secret", SECRET, "--store", store]
    attachment = start_attachment(attach_settings(parse([*command, "--write"])))
    try:
        yield attachment
    finally:
        attachment.stop()


def fresh_database(server: PostgresServer | MongoServer | RedisServer, name: str) -> str:
    """Return the URL of a database of the app's own."""
    if isinstance(server, RedisServer):
        with redis.Redis.from_url(server.url) as client:
            client.flushall()
        return server.url
    if isinstance(server, MongoServer):
        return server.url.replace("/auth", f"/{name}")

    async def make() -> None:
        connection = await asyncpg.connect(server.url)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    asyncio.run(make())
    return f"{server.url.rpartition('/')[0]}/{name}"


def execute(attachment: RunningAttachment, command: Command) -> Reply:
    return attachment.submit(attachment.control.execute(command)).result(PATIENCE)


def live(attachment: RunningAttachment) -> list[SessionRow]:
    state = fold(State(), attachment.journal.since(0)[0])
    rows = session_rows(state, attachment.clock.now())
    return [row for row in rows if row.life == "live" and "alice" in row.who]


@pytest.mark.parametrize("store", STORES)
def test_its_rows_are_revoked_put_back_ended_and_pruned(
    store: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fixture, variable, more = STORES[store]
    server = request.getfixturevalue(fixture)
    assert isinstance(server, (PostgresServer, MongoServer, RedisServer))
    url = fresh_database(server, f"express{len(more)}")
    port = free_port()
    env = {"SECRET": SECRET, variable: url, **more}
    with running(APP, port, env, tmp_path), attached(port, url) as attachment:
        with patient_client(attachment.base_url, follow_redirects=True) as person:
            assert person.get("/login?name=alice").json()["sub"] == "local|alice"
            assert run(parse(["sessions", "list", "--store", url, "--json"])) == 0
            assert [row["user"] for row in json.loads(capsys.readouterr().out)] == ["local|alice"]
            (row,) = eventually(lambda: live(attachment))

            assert execute(attachment, Revoke(session=row.session)).is_ok
            assert person.get("/profile").status_code == 401
            assert execute(attachment, UndoRevoke()).is_ok
            assert person.get("/profile").json()["sub"] == "local|alice"

            reply = execute(attachment, Expire(session=row.session, clock="absolute"))
            assert reply.is_ok, reply.message
            assert person.get("/profile").status_code == 401
            # Redis has deleted it: a key that has ended is gone
            left = 0 if store == "connect-redis" else 1
            assert execute(attachment, Prune(is_dry=False)).rows == left
        eventually(lambda: not live(attachment))
