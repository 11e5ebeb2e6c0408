"""better-auth itself signs in, and is asked after each change of its rows."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

import pytest

from session_inspector.devserver.attach.expiry import end_content
from session_inspector.devserver.attach.frameworks.better_auth import BETTER_AUTH
from session_inspector.devserver.attach.layouts import foreign_rows, recognise_layout
from session_inspector.devserver.attach.rows.opening import open_reader, open_writer
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.decoders.base import Material
from tests.engines import PostgresServer
from tests.node.packages import FOLDER, installed
from tests.servers import RedisServer

CLOCK = SystemClock()
MATERIAL = Material(cookies={}, now=CLOCK.now())


@dataclass(frozen=True)
class BetterAuth:
    """The running package."""

    tokens: list[str]
    cookies: list[str]
    users: list[str]
    asked: IO[str] = field(repr=False)
    answers: IO[str] = field(repr=False)

    def who(self, number: int) -> object:
        self.asked.write(f"{self.cookies[number]}\n")
        self.asked.flush()
        return json.loads(self.answers.readline())


@contextmanager
def running(url: str) -> Iterator[BetterAuth]:
    process = subprocess.Popen(
        [installed(), "better_auth_rows.mjs"],
        cwd=FOLDER,
        env={"URL": url, "PATH": "/usr/bin:/bin"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        try:
            rows = json.loads(process.stdout.readline())
            yield BetterAuth(
                tokens=[row["token"] for row in rows],
                cookies=[row["cookie"] for row in rows],
                users=[row["user"] for row in rows],
                asked=process.stdin,
                answers=process.stdout,
            )
        finally:
            process.kill()


@pytest.fixture(params=["redis", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("rows")
    server = RedisServer(folder) if request.param == "redis" else PostgresServer(folder)
    yield server.url
    server.kill()


def key_of(url: str, token: str) -> str:
    if url.startswith("redis"):
        return f"better-auth:{token}"
    return token


async def test_rows_are_listed_ended_put_back_and_over(url: str) -> None:
    with running(url) as app:
        reader = await open_reader(url, CLOCK)
        assert await recognise_layout(reader, MATERIAL) is BETTER_AUTH
        rows = [row async for row in foreign_rows(reader, BETTER_AUTH, MATERIAL, 50)]
        sessions = {row.key: row for row in rows if "no session" not in row.content.note}
        assert set(sessions) == {key_of(url, token) for token in app.tokens}
        assert all(row.expires and row.expires > MATERIAL.now for row in sessions.values())
        assert not any(app.tokens[0] in str(row.content.data) for row in sessions.values())
        await reader.close()

        writer = await open_writer(url, CLOCK)
        key = key_of(url, app.tokens[0])
        assert (app.who(0), app.who(1)) == ("Ann", "Zoë")
        put_back = await writer.remove(BETTER_AUTH.places, key)
        assert put_back is not None
        assert (app.who(0), app.who(1)) == (None, "Zoë")
        assert await put_back()
        assert app.who(0) == "Ann"
        ends = CLOCK.now() - 1
        is_ended = await writer.end(
            BETTER_AUTH.places, key, ends, lambda content: end_content("better-auth", content, ends)
        )
        assert is_ended
        assert (app.who(0), app.who(1)) == (None, "Zoë")
        await writer.close()
