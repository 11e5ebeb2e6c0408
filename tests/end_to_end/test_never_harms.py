"""In an app's store nothing is written but what a command says, in the app's own form.

Issue 15, line 1: an index appeared under the app's prefix, `expire` made a key live a day longer,
and undo did not bring back the end that was there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.core.commands import (
    Command,
    Expire,
    Prune,
    Revoke,
    Undo,
    UndoRevoke,
)
from session_inspector.devserver.core.events.session import SessionSeen
from session_inspector.devserver.core.values import fingerprint
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.end_to_end.attached import Attached, attached
from tests.end_to_end.engine_apps import EngineApp, RedisApp, SqliteApp
from tests.end_to_end.recorders import LoggingPostgres
from tests.end_to_end.server_apps import DynamoApp, MongoApp, PostgresApp

ALICE = "a" * 32
BOB = "b" * 32
CAROL = "c" * 32
WHO = {ALICE: "alice", BOB: "bob", CAROL: "carol"}
ENGINES = ("redis", "sqlite", "postgres-jsonb", "postgres-text", "mongodb", "dynamodb")

APPS: dict[str, Callable[..., EngineApp]] = {
    "redis": RedisApp,
    "mongodb": MongoApp,
    "dynamodb": DynamoApp,
}


@pytest.fixture(scope="module")
def logging_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoggingPostgres]:
    server = LoggingPostgres(tmp_path_factory.mktemp("postgres"))
    yield server
    server.kill()


@pytest.fixture(params=ENGINES)
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EngineApp]:
    name, _, kind = request.param.partition("-")
    found: EngineApp
    if name == "sqlite":
        found = SqliteApp(tmp_path)
    elif name == "postgres":
        found = PostgresApp(request.getfixturevalue("logging_postgres"), kind)
    else:
        found = APPS[name](request.getfixturevalue(f"{name}_server"))
    for key, who in WHO.items():
        found.put(key, who)
    yield found
    found.close()


def settings_of(app: EngineApp, *, may_write: bool) -> AttachSettings:
    return AttachSettings(route=None, store=app.url, may_write=may_write)


def send(view: Attached, command: Command) -> None:
    reply = view.send(command)
    assert reply.is_ok, reply.message


def of(key: str) -> str:
    return fingerprint(key)


def test_a_read_only_attachment_leaves_the_whole_store_as_it_was(app: EngineApp) -> None:
    before = app.stored()
    with app.recording() as told, attached(settings_of(app, may_write=False)) as view:
        view.wait_for(SessionSeen, len(WHO))
        for command in (
            Revoke(session=of(ALICE)),
            Expire(session=of(ALICE), clock="absolute"),
            UndoRevoke(),
            Prune(is_dry=False),
        ):
            assert "--write" in view.send(command).message
        assert view.send(Prune(is_dry=True)).is_ok
    assert app.stored() == before
    assert told
    assert [line for line in told if not line.startswith(app.allowed)] == []


def test_each_command_tells_the_engine_what_it_says_and_nothing_else(app: EngineApp) -> None:
    with app.recording() as told, attached(settings_of(app, may_write=True)) as view:
        view.wait_for(SessionSeen, len(WHO))
        send(view, Revoke(session=of(ALICE)))
        send(view, UndoRevoke())
        send(view, Expire(session=of(ALICE), clock="access_token"))
        send(view, Expire(session=of(ALICE), clock="inactivity"))
        send(view, Undo())
        send(view, Expire(session=of(BOB), clock="absolute"))
        send(view, Prune(is_dry=True))
        send(view, Prune(is_dry=False))
    assert [line for line in told if not line.startswith((*app.allowed, *app.writes))] == []
    assert any(line.startswith(app.writes) for line in told)


def test_what_is_revoked_and_put_back_has_the_same_bytes_and_the_same_end(app: EngineApp) -> None:
    before = app.stored()
    with attached(settings_of(app, may_write=True)) as view:
        view.wait_for(SessionSeen, len(WHO))
        send(view, Revoke(session=of(ALICE)))
        assert not app.accepts(ALICE)
        left = app.stored()
        assert left == {name: row for name, row in before.items() if name != _key(app, ALICE)}
        send(view, UndoRevoke())
        assert app.accepts(ALICE)
    assert app.stored() == before


@pytest.mark.parametrize("clock", ["inactivity", "absolute", "access_token"])
def test_what_is_expired_and_put_back_has_the_same_bytes_and_the_same_end(
    app: EngineApp, clock: Literal["inactivity", "absolute", "access_token"]
) -> None:
    before = app.stored()
    with attached(settings_of(app, may_write=True)) as view:
        view.wait_for(SessionSeen, len(WHO))
        send(view, Expire(session=of(ALICE), clock=clock))
        assert app.accepts(ALICE) is (clock == "access_token")
        assert app.stored() != before
        send(view, Undo())
        assert app.accepts(ALICE)
    assert app.stored() == before


@pytest.mark.parametrize("clock", ["inactivity", "absolute"])
def test_an_ended_session_is_refused_by_the_app_and_no_other_row_changes(
    app: EngineApp, clock: Literal["inactivity", "absolute"]
) -> None:
    before = app.stored()
    with attached(settings_of(app, may_write=True)) as view:
        view.wait_for(SessionSeen, len(WHO))
        send(view, Expire(session=of(ALICE), clock=clock))
        assert not app.accepts(ALICE)
        assert app.accepts(BOB)
        send(view, Prune(is_dry=False))
    expected = {name: row for name, row in before.items() if name != _key(app, ALICE)}
    assert app.stored() == expected


def test_a_token_that_is_expired_leaves_the_session_its_end(app: EngineApp) -> None:
    before = app.stored()
    with attached(settings_of(app, may_write=True)) as view:
        view.wait_for(SessionSeen, len(WHO))
        send(view, Expire(session=of(ALICE), clock="access_token"))
    after = app.stored()
    assert app.accepts(ALICE)
    assert after[_key(app, ALICE)] != before[_key(app, ALICE)]
    assert {name for name in before if before[name] != after[name]} == {_key(app, ALICE)}
    assert after.keys() == before.keys()


def test_the_sessions_and_stores_commands_leave_nothing_behind(
    app: EngineApp, capsys: pytest.CaptureFixture[str]
) -> None:
    before = app.stored()
    with app.recording() as told:
        for command in (
            ["sessions", "list", "--store", app.url, "--json"],
            ["sessions", "show", ALICE, "--store", app.url],
            ["sessions", "find", "auth0|alice", "--store", app.url],
            ["stores", "check", app.url],
            ["stores", "prune", app.url, "--orphans"],
        ):
            assert run(parse(command)) == 0, command
    assert app.stored() == before
    assert [line for line in told if not line.startswith(app.allowed)] == []
    capsys.readouterr()
    assert run(parse(["sessions", "expire", ALICE, "--store", app.url])) == 0
    assert run(parse(["sessions", "revoke", BOB, "--store", app.url])) == 0
    capsys.readouterr()
    assert [app.accepts(key) for key in WHO] == [False, False, True]
    assert app.stored()[_key(app, CAROL)] == before[_key(app, CAROL)]
    assert app.stored().keys() <= before.keys()
    assert run(parse(["sessions", "list", "--store", app.url, "--json"])) == 0
    assert "sid-carol" in json.dumps(json.loads(capsys.readouterr().out))


def _key(app: EngineApp, name: str) -> str:
    """Return the name of a row in what is stored."""
    return f"{app.prefix}{name}"
