"""Which end counts, of Spring Session, scs and PHP: real apps whose sessions live for seconds.

The rest of the matrix, and why it may wait: `test_clocks.py`. What the tool says is read before and
after the app is asked; who changed between is left out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import pytest
import redis

from session_inspector.devserver.attach.layouts import find_layout, foreign_rows
from session_inspector.devserver.attach.rows.opening import open_reader
from session_inspector.devserver.core.clock import SystemClock, stopwatch
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.formats.go.scs import hash_token
from session_inspector.inspector.cli.sessions.foreign_rows import summary
from tests.apps.stored import SAMPLES, StoredApp, new_database, running_app
from tests.engines import PostgresServer
from tests.servers import RedisServer

CLOCK = SystemClock()
LIFE = 10
RETURN = 5.0
"""Seconds after the login at which the active ones come back: their idle time begins anew."""
MOMENTS = {7.5: ("idle",), 12.5: ("idle-later", "active")}
"""Seconds after the login to who is asked then; ends are at 10 and 15 s."""
VISITORS = ("idle", "idle-later", "active")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was said of one session at one moment."""

    session: str
    before: bool
    app: bool
    after: bool


def live_sessions(app: StoredApp) -> set[str]:
    """Return the sessions that `sessions list` calls live."""

    async def read() -> set[str]:
        material = Material(cookies={}, now=CLOCK.now())
        reader = await open_reader(app.url, CLOCK)
        rows = foreign_rows(reader, find_layout(app.sample.layout), material, 500)
        found = [summary(row, material.now, False) async for row in rows]
        await reader.close()
        return {str(row["session"]) for row in found if row["state"] != "expired"}

    return asyncio.run(read())


def row_name(app: StoredApp, session_id: str) -> str:
    if app.sample.env.get("HASH"):
        return fingerprint(hash_token(session_id))
    return fingerprint(session_id)


def compare(app: StoredApp, ids: dict[str, str], who: Sequence[str]) -> list[Verdict]:
    before = live_sessions(app)
    answers = {name: app.is_signed_in(ids[name]) for name in who}
    after = live_sessions(app)
    names = {name: row_name(app, ids[name]) for name in who}
    return [
        Verdict(
            session=f"{app.sample.name} {name}",
            before=names[name] in before,
            app=answers[name],
            after=names[name] in after,
        )
        for name in who
    ]


@pytest.fixture(scope="module")
def apps(
    redis_server: RedisServer,
    postgres_server: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[StoredApp]]:
    """Run all at once: most of the time is waiting."""
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    with ExitStack() as stack:
        found: list[StoredApp] = []
        for number, sample in enumerate(SAMPLES):
            place = tmp_path_factory.mktemp(sample.name)
            database = partial(new_database, postgres_server, f"clocks_of_rows{number}")
            running = running_app(sample, redis_server, database, place, life=LIFE)
            found.append(stack.enter_context(running))
        yield found


@pytest.fixture(scope="module")
def verdicts(apps: list[StoredApp]) -> list[list[Verdict]]:
    """Sign in, come back, wait, and compare."""
    for app in apps:
        app.sign_in("warm")
    start = stopwatch()
    ids = [{name: app.sign_in(name) for name in VISITORS} for app in apps]
    running = list(zip(apps, ids, strict=True))

    def wait_until(moment: float) -> None:
        time.sleep(max(0.0, start + moment - stopwatch()))

    wait_until(RETURN)
    for app, known in running:
        app.is_signed_in(known["active"])
    found: list[list[Verdict]] = []
    for moment, who in MOMENTS.items():
        wait_until(moment)
        found.append([one for app, known in running for one in compare(app, known, who)])
    return found


def test_the_list_calls_live_what_the_app_accepts(verdicts: list[list[Verdict]]) -> None:
    settled = [one for sample in verdicts for one in sample if one.before == one.after]
    assert [one for one in settled if one.app != one.before] == []
    assert len(settled) >= len(SAMPLES)


def test_some_live_and_some_have_ended(verdicts: list[list[Verdict]]) -> None:
    answers = {one.app for sample in verdicts for one in sample}
    assert answers == {True, False}
