"""Rows of the seed's own stores: shown, changed and watched, and its class is the judge.

Issue 15, line 11: each engine, each kind of row, each command; `get` of the app's class, written in
JavaScript with the real driver, says before and after whether the user is logged in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.core.commands import Command, Expire, Prune, Revoke, UndoRevoke
from session_inspector.devserver.core.events.session import SessionSeen, SessionVanished
from session_inspector.devserver.core.values import fingerprint
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.end_to_end.attached import Attached, attached
from tests.seed.app import SeedApp, seed_app
from tests.seed.engines import (
    DynamoEngine,
    MongoEngine,
    PostgresEngine,
    RedisEngine,
    SeedEngine,
)
from tests.seed.rows import LIFE, plain_rows

pytestmark = pytest.mark.filterwarnings("ignore:Sending a large body")
"""aiohttp advises on bodies above 1 MB; the AWS driver makes them."""
ENGINES: dict[str, tuple[str, Callable[[Any], SeedEngine]]] = {
    "redis": ("redis_server", RedisEngine),
    "postgres": ("postgres_server", PostgresEngine),
    "postgres, New York": (
        "postgres_server",
        lambda server: PostgresEngine(server, "America/New_York"),
    ),
    "postgres, Berlin, JSON": (
        "postgres_server",
        lambda server: PostgresEngine(server, "Europe/Berlin", data="JSON"),
    ),
    "postgres, zoned": (
        "postgres_server",
        lambda server: PostgresEngine(server, "Asia/Kolkata", "TIMESTAMPTZ"),
    ),
    "mongodb": ("mongodb_server", MongoEngine),
    "dynamodb": ("dynamodb_server", DynamoEngine),
}


@dataclass(frozen=True)
class Scene:
    """An engine with a row of each kind, and the app's class beside it."""

    engine: SeedEngine
    app: SeedApp
    keys: tuple[str, ...]

    def logged_in(self) -> dict[str, object]:
        """Return what the class gives for each id."""
        return {key: self.app.get(key) for key in self.keys}

    @contextmanager
    def watched(self) -> Iterator[Attached]:
        settings = AttachSettings(route=None, store=self.engine.url, may_write=True)
        with attached(settings) as view:
            view.wait_for(SessionSeen, len(self.keys))
            yield view


@pytest.fixture(params=ENGINES)
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    fixture, make = ENGINES[request.param]
    engine = make(request.getfixturevalue(fixture))
    with closing(engine), seed_app(engine.kind, engine.app_url, TZ="Pacific/Auckland") as app:
        rows = plain_rows(engine.kind)
        for key, session in rows.items():
            app.set(key, session, LIFE)
        for name, put in engine.special.items():
            put(f"special {name}")
        keys = (*rows, *(f"special {name}" for name in engine.special))
        found = Scene(engine, app, keys)
        assert None not in found.logged_in().values()
        yield found


def send(view: Attached, command: Command) -> None:
    reply = view.send(command)
    assert reply.is_ok, reply.message


def test_each_row_is_listed_as_live_and_shown(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    before = scene.engine.raw()
    store = ["--store", scene.engine.url, "--json"]
    assert run(parse(["sessions", "list", "--reveal", *store])) == 0
    rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows.keys() == set(scene.keys)
    assert {row["state"] for row in rows.values()} == {"live"}
    for key in scene.keys:
        assert run(parse(["sessions", "show", key, "--reveal", *store])) == 0
        shown = json.loads(capsys.readouterr().out)["data"]
        seen = scene.app.get(key)
        assert isinstance(seen, dict)
        assert shown.keys() == seen.keys()
        assert shown.get("user") == seen.get("user")
    assert run(parse(["stores", "check", scene.engine.url, "--json"])) == 0
    counts = json.loads(capsys.readouterr().out)
    assert counts["live"] + counts["without_ttl"] == len(scene.keys)
    assert scene.engine.raw() == before


def test_what_is_revoked_and_put_back_is_the_same_byte_by_byte(scene: Scene) -> None:
    before = scene.engine.raw()
    sessions = scene.logged_in()
    with scene.watched() as view:
        for key in scene.keys:
            send(view, Revoke(session=fingerprint(key)))
            assert scene.app.get(key) is None
            send(view, UndoRevoke())
            assert scene.engine.raw() == before
    assert scene.logged_in() == sessions


@pytest.mark.parametrize("clock", ["inactivity", "absolute"])
def test_an_expired_row_is_refused_by_the_class_and_pruned_and_no_other_changes(
    scene: Scene, clock: Literal["inactivity", "absolute"]
) -> None:
    before = scene.engine.raw()
    with scene.watched() as view:
        for number, key in enumerate(scene.keys, 1):
            send(view, Expire(session=fingerprint(key), clock=clock))
            assert scene.app.get(key) is None
            rest = scene.keys[number:]
            assert all(scene.app.get(other) is not None for other in rest)
            after = scene.engine.raw()
            assert {other: after[other] for other in rest} == {
                other: before[other] for other in rest
            }
        send(view, Prune(is_dry=False))
    kept = {name: row for name, row in before.items() if name not in scene.keys}
    assert scene.engine.raw() == kept


def test_an_expired_access_token_changes_that_number_and_nothing_else(scene: Scene) -> None:
    sessions = scene.logged_in()
    before = scene.engine.raw()
    with scene.watched() as view:
        for key in scene.keys:
            reply = view.send(Expire(session=fingerprint(key), clock="access_token"))
            assert reply.is_ok == (key != "no-object"), reply.message
    after = scene.engine.raw()
    for key, session in sessions.items():
        found = scene.app.get(key)
        assert isinstance(session, dict)
        assert isinstance(found, dict)
        tokens = session.get("tokenSet")
        if isinstance(tokens, dict):
            ends = str(tokens["expiresAt"])
            shorter = found["tokenSet"]
            assert isinstance(shorter, dict)
            assert int(str(shorter["expiresAt"])) < int(ends)
            shorter["expiresAt"] = tokens["expiresAt"]
        assert found == session
    assert after["no-object"] == before["no-object"]
    assert after.keys() == before.keys()


def test_the_class_s_own_logout_and_the_next_login_are_seen(scene: Scene) -> None:
    key = scene.keys[0]
    with scene.watched() as view:
        scene.app.delete(key)
        (gone,) = view.wait_for(SessionVanished)
        assert gone.session == fingerprint(key)
        scene.app.set(key, plain_rows(scene.engine.kind)[key], LIFE)
        view.wait_for(SessionSeen, len(scene.keys) + 1)
    assert scene.app.get(key) is not None
