"""What the inspector writes, the app's class reads: as its engine allows, and else it is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.rows import AS_TEXT
from session_inspector.devserver.stores.urls import open_own_store, open_store
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.seed.app import SeedApp, seed_app
from tests.seed.engines import (
    DynamoEngine,
    MongoEngine,
    PostgresEngine,
    RedisEngine,
    SeedEngine,
)
from tests.seed.rows import LIFE, session_of
from tests.servers import RedisServer

KEY = SessionId("0123456789abcdef")
ENGINES: dict[str, Callable[[Any], SeedEngine]] = {
    "redis": RedisEngine,
    "postgres": PostgresEngine,
    "mongodb": MongoEngine,
    "dynamodb": DynamoEngine,
}
DATA: dict[str, JsonObject] = {
    "a dot in a name": {"https://app.example/roles": ["admin"]},
    "NUL": {"note": "a\x00b"},
    "350 KB": {"pad": "x" * 350_000},
    "1 MB": {"pad": "x" * 1_000_000},
}
NOT_HELD = {
    ("mongodb", "a dot in a name"),  # FerretDB 1; MongoDB holds it
    ("postgres", "NUL"),
    ("dynamodb", "1 MB"),
}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[SeedEngine]:
    found = ENGINES[request.param](request.getfixturevalue(f"{request.param}_server"))
    yield found
    found.close()


@pytest.fixture
def app(engine: SeedEngine) -> Iterator[SeedApp]:
    with seed_app(engine.kind, engine.app_url) as found:
        yield found


async def write(url: str, data: JsonObject) -> Record | None:
    """Write a row as the lab does, and return it as it is read again."""
    clock = SystemClock()
    store = await open_own_store(url, clock, may_create=False)
    record = Record(data=data, expires=clock.now() + LIFE)
    await store.create(KEY, record)
    assert await store.update(KEY, record)
    found = await store.read(KEY)
    await store.close()
    return found


@pytest.mark.parametrize("name", DATA)
async def test_the_class_reads_what_its_engine_holds_and_the_rest_is_said(
    engine: SeedEngine, app: SeedApp, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = {**session_of("alice"), **DATA[name]}
    found = await write(engine.url, data)
    assert found is not None
    assert found.data == data
    if (engine.kind, name) not in NOT_HELD:
        assert app.get(KEY) == data
        assert found.note == ""
        return
    assert found.note
    assert app.get(KEY) != data


def test_a_row_that_no_class_can_use_is_counted_and_named(
    engine: SeedEngine, app: SeedApp, capsys: pytest.CaptureFixture[str]
) -> None:
    if engine.kind == "redis":
        return  # it holds any text: nothing of ours is ever in such a form
    app.set(KEY, {"__json__": json.dumps(session_of("alice"))})
    assert run(parse(["sessions", "list", "--json", "--store", engine.url])) == 0
    assert [row["note"] for row in json.loads(capsys.readouterr().out)] == [AS_TEXT]
    assert run(parse(["stores", "check", "--json", engine.url])) == 0
    assert json.loads(capsys.readouterr().out)["unusable"] == 1


async def test_what_the_app_writes_after_us_counts(redis_server: RedisServer) -> None:
    engine = RedisEngine(redis_server)
    clock = SystemClock()
    lab = await open_own_store(engine.url, clock, may_create=False)
    await lab.create(KEY, Record(data=session_of("ours"), expires=clock.now() + 1))
    with seed_app("redis", engine.app_url) as app:
        app.set(KEY, session_of("theirs"), LIFE)
        plain = await open_store(engine.url, clock, may_create=False)
        for store in (lab, plain):
            found = await store.read(KEY)
            assert found is not None
            assert found.expires is not None
            assert abs(found.expires - clock.now() - LIFE) < 60
        assert (await lab.prune(dry_run=True)).expired == 0
        assert app.get(KEY) is not None
    await lab.close()
    await plain.close()
    engine.close()
