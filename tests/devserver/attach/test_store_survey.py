"""Rows of a known layout under another prefix: the URL that reads them is named everywhere."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
import redis

from session_inspector.devserver.attach.foreign_store import ForeignStore
from session_inspector.devserver.attach.recognise import StoreFinder, StoreToWatch
from session_inspector.devserver.attach.store_survey import find_elsewhere, prefix_of, with_prefix
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionSeen
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.session.policy import Policy
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.watch_mode import empty_text
from tests.servers import RedisServer

NOW = 1_760_000_000.0
EXPRESS = json.dumps({"cookie": {"originalMaxAge": 600000, "path": "/"}, "user": "alice"})


@pytest.fixture
def keys(redis_server: RedisServer) -> redis.Redis:
    found = redis.Redis.from_url(redis_server.url)
    found.flushall()
    return found


@pytest.fixture
def misplaced(keys: redis.Redis) -> redis.Redis:
    keys.set("acme:web:a_b.c1", EXPRESS, ex=600)
    keys.set("acme:web:d-e_f2", EXPRESS, ex=600)
    keys.set("cache:user:1", '{"name": "zoe"}')
    keys.set("cnt:1", "42")
    return keys


@pytest.mark.parametrize(
    ("key", "prefix"),
    [
        ("acme:web:abc_d", "acme:web:"),
        ("app/sess.abc", "app/"),
        ("app.abc_d", "app."),
        ("session_ABC", "session_"),
        ("0f8fad5b", ""),
        ("a\x1bb:1", ""),
        (f"{'x' * 100}:1", ""),
    ],
)
def test_what_stands_before_an_id(key: str, prefix: str) -> None:
    assert prefix_of(key) == prefix


def test_the_url_keeps_its_options_and_hides_its_password() -> None:
    url = with_prefix("redis://u:pw@h:6379/1?timeout=2", "a b:")
    assert url == "redis://u:•••@h:6379/1?timeout=2&prefix=a%20b:"


@pytest.mark.parametrize(
    "command",
    [
        ("sessions", "list", "--store"),
        ("sessions", "list", "--layout", "connect-redis", "--store"),
        ("stores", "check"),
        ("stores", "prune"),
    ],
)
def test_each_command_names_the_url_that_reads_them(
    command: tuple[str, ...],
    redis_server: RedisServer,
    misplaced: redis.Redis,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(parse([*command, redis_server.url]))
    err = capsys.readouterr().err
    url = f"{redis_server.url}?prefix=acme:web:"
    assert f"Fix: name the prefix: '{url}' has 2 rows of connect-redis" in err
    run(parse(["sessions", "list", "--store", url]))
    assert "2 rows of connect-redis" in capsys.readouterr().out


def test_the_one_who_watches_is_told_too(redis_server: RedisServer, misplaced: redis.Redis) -> None:
    heard: list[Event] = []
    wanted = StoreToWatch(
        url=redis_server.url, layout="", may_write=False, secrets=(), policy=Policy()
    )
    finder = StoreFinder(wanted, ManualClock(NOW), heard.append)
    assert asyncio.run(finder.find()) is None
    (state,) = [event for event in heard if isinstance(event, StoreStateChanged)]
    says = f"'{redis_server.url}?prefix=acme:web:' has 2 rows of connect-redis"
    assert says in state.watched_by
    shown = empty_text(fold(State(), heard), "rows", "", "app")
    assert says in shown
    assert "--store URL" not in shown


def test_the_one_place_where_rows_are_is_watched_after_it_was_named(
    redis_server: RedisServer, misplaced: redis.Redis
) -> None:
    heard: list[Event] = []
    wanted = StoreToWatch(
        url=redis_server.url, layout="", may_write=False, secrets=(), policy=Policy()
    )

    async def watch(wanted: StoreToWatch) -> str:
        finder = StoreFinder(wanted, ManualClock(NOW), heard.append)
        assert await finder.find() is None
        found = await finder.find()
        if found is None:
            return ""
        assert isinstance(found, ForeignStore)
        await found.look()
        await found.close()
        return finder.label

    assert asyncio.run(watch(wanted)) == f"{redis_server.url}?prefix=acme:web:"
    assert len([event for event in heard if isinstance(event, SessionSeen)]) == 2
    named = replace(wanted, url=f"{redis_server.url}?prefix=other:")
    assert asyncio.run(watch(named)) == "", "its prefix was named"
    misplaced.set("blog:web:1", EXPRESS, ex=600)
    assert asyncio.run(watch(wanted)) == "", "which of two is not known"


@pytest.mark.parametrize("value", ["42", '["a"]', "plain", '{"name": "zoe"}', '{"cookie": {}}'])
def test_rows_of_nobody_suggest_nothing(
    value: str, redis_server: RedisServer, keys: redis.Redis
) -> None:
    keys.set("acme:web:1", value)
    assert asyncio.run(find_elsewhere(redis_server.url, ManualClock(NOW))) == []


def test_the_prefix_that_was_asked_is_not_suggested(
    redis_server: RedisServer, misplaced: redis.Redis
) -> None:
    url = f"{redis_server.url}?prefix=acme:web:"
    assert asyncio.run(find_elsewhere(url, ManualClock(NOW))) == []
