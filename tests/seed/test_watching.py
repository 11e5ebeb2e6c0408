"""What the app's class writes is seen, whatever of a row it moves; an idle store is left alone."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pymongo
import pytest
import redis

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.core.events.session import SessionSeen, SessionVanished
from session_inspector.devserver.core.values import fingerprint
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.end_to_end.attached import Attached, attached
from tests.end_to_end.recorders import LoggingPostgres, monitor_mongodb, relay_dynamodb
from tests.engines import DynamoServer, MongoServer, PostgresServer
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
from tests.waiting import eventually

ROWS = 5
POLLS = 6
"""Looks at an idle store that are waited for: three seconds."""
ENGINES = {
    "redis": RedisEngine,
    "postgres": PostgresEngine,
    "mongodb": MongoEngine,
    "dynamodb": DynamoEngine,
}


@contextmanager
def watching(url: str, count: int = ROWS) -> Iterator[Attached]:
    with attached(AttachSettings(route=None, store=url)) as view:
        view.wait_for(SessionSeen, count)
        yield view


def fill(app: SeedApp) -> None:
    for number in range(ROWS):
        app.set(f"id{number}", session_of(f"user{number}"), LIFE + number * 100)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[SeedEngine]:
    make = ENGINES[request.param]
    with closing(make(request.getfixturevalue(f"{request.param}_server"))) as found:
        yield found


@pytest.fixture
def app(engine: SeedEngine) -> Iterator[SeedApp]:
    with seed_app(engine.kind, engine.app_url) as found:
        fill(found)
        yield found


def seen_again(view: Attached, key: str) -> SessionSeen:
    """Return the report of a row's second state."""

    def reports() -> list[SessionSeen]:
        return [event for event in view.told(SessionSeen) if event.session == fingerprint(key)]

    view.eventually(lambda: len(reports()) > 1)
    return reports()[-1]


def test_a_change_of_the_data_alone_is_seen(
    engine: SeedEngine, app: SeedApp, postgres_server: PostgresServer, redis_server: RedisServer
) -> None:
    with watching(engine.url) as view:
        if isinstance(engine, PostgresEngine):
            engine.execute("UPDATE sessions SET data = data || '{\"more\": 1}' WHERE id = 'id1'")
        elif isinstance(engine, MongoEngine):
            engine.rows.update_one({"_id": "id1"}, {"$set": {"data.more": 1}})
        elif isinstance(engine, RedisEngine):
            text = json.dumps({**session_of("user1"), "more": 1})
            redis.Redis(port=redis_server.port).set("session:id1", text, keepttl=True)
        else:
            app.set("id1", {**session_of("user1"), "more": 1}, LIFE + 100)
        assert seen_again(view, "id1").facts.data["more"] == 1


def test_an_end_that_moves_is_seen_though_it_is_not_the_last(
    engine: SeedEngine, app: SeedApp
) -> None:
    session = app.get("id1")
    assert isinstance(session, dict)
    with watching(engine.url) as view:
        app.set("id1", session, LIFE + 150)
        seen_again(view, "id1")
        assert len(view.told(SessionSeen)) == ROWS + 1


def test_a_row_for_a_row_within_one_poll_is_seen(engine: SeedEngine, app: SeedApp) -> None:
    with watching(engine.url) as view:
        app.delete("id1")
        app.set("other", session_of("other"), LIFE + 100)
        (gone,) = view.wait_for(SessionVanished)
        assert gone.session == fingerprint("id1")
        view.wait_for(SessionSeen, ROWS + 1)
        # and of the rows that stayed nothing is told again
        assert len(view.told(SessionSeen)) == ROWS + 1


def test_an_idle_redis_is_asked_for_its_counters_only(redis_server: RedisServer) -> None:
    with closing(RedisEngine(redis_server)) as engine:
        client = redis.Redis(port=redis_server.port)
        own = itertools.count(1)

        def calls() -> tuple[int, int]:
            """Return (polls of the inspector, reads of rows)."""
            stats = client.info("commandstats")
            count = {name: int(stat["calls"]) for name, stat in stats.items()}
            reads = count.get("cmdstat_mget", 0) + count.get("cmdstat_scan", 0)
            return count.get("cmdstat_info", 0) - next(own), reads

        with seed_app("redis", engine.app_url) as app:
            fill(app)
        client.config_resetstat()
        with watching(engine.url) as view:
            eventually(lambda: calls()[0] > POLLS)
            polls, reads = calls()
            events = len(view.events())
            eventually(lambda: calls()[0] > polls + POLLS)
            assert calls()[1] == reads
            assert len(view.events()) == events
        client.close()


def test_an_idle_postgres_is_asked_for_its_transactions_only(tmp_path: Path) -> None:
    server = LoggingPostgres(tmp_path)
    try:
        engine = PostgresEngine(server)
        with seed_app("postgres", engine.app_url) as app:
            fill(app)

        def statements(text: str) -> int:
            return server.logged().count(text)

        with watching(engine.url) as view:
            polls = statements("txid_current_snapshot")
            eventually(lambda: statements("txid_current_snapshot") > polls + 2)
            reads = statements("FROM sessions")
            events = len(view.events())
            polls = statements("txid_current_snapshot")
            eventually(lambda: statements("txid_current_snapshot") > polls + POLLS)
            assert statements("FROM sessions") == reads
            assert len(view.events()) == events
    finally:
        server.kill()


def test_an_idle_mongodb_is_asked_for_its_count_of_commands_only(
    mongodb_server: MongoServer,
) -> None:
    with closing(MongoEngine(mongodb_server)) as engine:
        with seed_app("mongodb", engine.app_url) as app:
            fill(app)
        with monitor_mongodb() as told, watching(engine.url) as view:
            eventually(lambda: told.count("serverStatus 1") > POLLS)
            before = len(told)
            events = len(view.events())
            eventually(lambda: len(told) > before + POLLS)
            assert set(told[before:]) == {"serverStatus 1"}
            assert len(view.events()) == events


def test_an_idle_dynamodb_is_read_less_and_less(dynamodb_server: DynamoServer) -> None:
    engine = DynamoEngine(dynamodb_server)
    with seed_app("dynamodb", engine.app_url) as app:
        fill(app)
    told: list[str] = []
    with (
        relay_dynamodb(dynamodb_server.port, told) as port,
        watching(f"dynamodb://127.0.0.1:{port}/Sessions") as view,
    ):
        scans = told.count("Scan")
        eventually(lambda: told.count("Scan") > scans + 3)
        assert len(view.told(SessionSeen)) == ROWS


def test_a_user_who_may_only_read_is_enough(
    redis_server: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        closing(RedisEngine(redis_server)) as engine,
        closing(redis.Redis(port=redis_server.port)) as client,
    ):
        client.acl_setuser(
            "reader",
            enabled=True,
            passwords=["+pw"],
            keys=["session:*"],
            commands=[
                "+get",
                "+mget",
                "+scan",
                "+pttl",
                "+ttl",
                "+pexpiretime",
                "+ping",
                "+hello",
                "+select",
                "+client",
            ],
        )
        with seed_app("redis", engine.app_url) as app:
            fill(app)
        url = f"redis://reader:pw@127.0.0.1:{redis_server.port}/0"
        assert run(parse(["sessions", "list", "--json", "--store", url])) == 0
        assert len(json.loads(capsys.readouterr().out)) == ROWS
        assert run(parse(["stores", "check", "--json", url])) == 0
        assert json.loads(capsys.readouterr().out)["live"] == ROWS
        with watching(url):
            client.acl_deluser("reader")


def test_rows_that_are_no_json_do_not_make_it_another_framework_s(
    redis_server: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        closing(RedisEngine(redis_server)) as engine,
        closing(redis.Redis(port=redis_server.port)) as client,
    ):
        with seed_app("redis", engine.app_url) as app:
            fill(app)
        for number in range(ROWS):
            client.set(f"session:text{number}", "not JSON", ex=LIFE)
            client.set(f"session:object{number}", "{}", ex=LIFE)
            client.set(f"session:pickle{number}", b"\x80\x04}.", ex=LIFE)
        assert run(parse(["sessions", "list", "--json", "--store", engine.url])) == 0
        out = capsys.readouterr()
        assert "flask" not in out.err
        assert len(json.loads(out.out)) == 4 * ROWS


def test_rows_that_are_no_json_are_never_live(
    redis_server: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        closing(RedisEngine(redis_server)) as engine,
        closing(redis.Redis(port=redis_server.port)) as client,
    ):
        client.flushdb()  # other tests leave keys of other types
        client.set("session:text", "not JSON", ex=LIFE)
        client.set("session:list", "[1]", ex=LIFE)
        client.hset("session:hash", "a", "b")
        with seed_app("redis", engine.app_url) as app:
            fill(app)
            with pytest.raises(RuntimeError, match="not valid JSON"):
                app.get("text")
        assert run(parse(["sessions", "list", "--reveal", "--json", "--store", engine.url])) == 0
        out = capsys.readouterr()
        rows = {row["id"]: row for row in json.loads(out.out)}
        for odd in ("text", "list"):
            found = rows.pop(odd)
            assert (found["state"], found["size"]) == ("unusable", None)
            assert "no JSON object" in found["note"]
        assert {row["state"] for row in rows.values()} == {"live"}
        assert "left out: 1 key of other types there, no sessions: 1 hash" in out.err
        assert run(parse(["stores", "check", "--json", engine.url])) == 0
        counts = json.loads(capsys.readouterr().out)
        assert (counts["live"], counts["unreadable"], counts["unusable"]) == (ROWS, 2, 2)
        assert counts["sizes"]["50"] > 2


def test_a_document_of_any_id_and_any_type_is_listed_shown_and_revoked(
    mongodb_server: MongoServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(MongoEngine(mongodb_server)) as engine:
        with seed_app("mongodb", engine.app_url) as app:
            fill(app)
        oid = engine.rows.insert_one({"data": session_of("oid"), "expiresAt": 5}).inserted_id
        store = ["--store", engine.url, "--json"]
        assert run(parse(["sessions", "list", "--reveal", *store])) == 0
        rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
        assert len(rows) == ROWS + 1
        assert "is no date" in rows[str(oid)]["note"]
        assert run(parse(["sessions", "revoke", str(oid), *store])) == 0
        assert engine.rows.count_documents({}) == ROWS
        assert isinstance(engine.rows, pymongo.collection.Collection)
