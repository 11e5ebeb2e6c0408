"""Whose rows a store holds: recognised, waited for, or refused in one line."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from aiobotocore.session import get_session
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster as RedisClusterClient

from session_inspector.devserver.attach.foreign_store import ForeignStore
from session_inspector.devserver.attach.recognise import OfferedStores, StoreFinder, StoreToWatch
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionSeen
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.stores.dynamodb.client import LOCAL
from session_inspector.devserver.stores.urls import open_store
from tests.contracts.store import NOW, A, record
from tests.engines import DynamoServer, RedisCluster
from tests.servers import RedisServer


def ignore(event: Event) -> None:
    """Nobody listens."""


def finder_of(url: str, layout: str = "", *, publish: Publish = ignore) -> StoreFinder:
    wanted = StoreToWatch(url=url, layout=layout, may_write=True, secrets=(), policy=Policy())
    return StoreFinder(wanted, ManualClock(NOW), publish)


async def foreign_table(server: DynamoServer, name: str) -> str:
    """Make a table with a row as connect-dynamodb's."""
    url = f"http://127.0.0.1:{server.port}"
    async with get_session().create_client(
        "dynamodb", region_name="us-east-1", endpoint_url=url, **LOCAL
    ) as client:
        await client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        item = {
            "id": {"S": "sess:abc"},
            "expires": {"N": "4000000000"},
            "type": {"S": "connect-session"},
            "sess": {"S": '{"cookie":{},"user":{"sub":"zoe"}}'},
        }
        await client.put_item(TableName=name, Item=item)
    return f"dynamodb://127.0.0.1:{server.port}/{name}"


async def test_foreign_rows_in_dynamodb_are_refused_in_one_line(
    dynamodb_server: DynamoServer,
) -> None:
    url = await foreign_table(dynamodb_server, "Foreign")
    with pytest.raises(InputError, match=r"^the rows in dynamodb://\S+ are not of nextjs-auth0,"):
        await finder_of(url).check()
    with pytest.raises(InputError, match="postgresql and mongodb, not from dynamodb"):
        await finder_of(url, "connect-redis").check()


async def test_foreign_rows_in_a_cluster_are_said_not_to_be_read(
    redis_cluster: RedisCluster,
) -> None:
    node = redis_cluster.url.partition(",")[0].replace("redis+cluster", "redis")
    client = RedisClusterClient.from_url(node)
    await client.set("sess:abc", '{"cookie":{}}')
    await client.aclose()
    events: list[Event] = []
    finder = finder_of(redis_cluster.url, publish=events.append)
    await finder.check()
    assert await finder.find() is None
    (state,) = [event for event in events if isinstance(event, StoreStateChanged)]
    says = "looking for rows of nextjs-auth0; others are not read from redis+cluster"
    assert state.watched_by == says
    with pytest.raises(InputError, match=r"postgresql and mongodb, not from redis\+cluster"):
        await finder_of(redis_cluster.url, "connect-redis").check()


async def test_our_rows_in_dynamodb_are_found(dynamodb_server: DynamoServer) -> None:
    url = f"dynamodb://127.0.0.1:{dynamodb_server.port}/Ours"
    store = await open_store(url, ManualClock(NOW), may_create=True)
    finder = finder_of(url)
    await finder.check()
    assert await finder.find() is None
    await store.create(A, record())
    await store.close()
    await finder.check()
    found = await finder.find()
    assert found is not None
    assert found.layout == "nextjs-auth0"
    await found.close()


async def test_a_row_that_dynamodb_holds_in_parts_is_taken_and_put_back_whole(
    dynamodb_server: DynamoServer,
) -> None:
    url = f"dynamodb://127.0.0.1:{dynamodb_server.port}/InParts"
    store = await open_store(url, ManualClock(NOW), may_create=True)
    large = record()
    large = replace(large, data={**large.data, "large": "x" * 600_000})
    await store.create(A, large)
    found = await finder_of(url).find()
    assert found is not None
    facts = await found.facts(A, SessionFacts(kind="stateful", sub=""))
    assert facts is not None
    assert facts.size > 600_000
    await found.revoke(fingerprint(A), cause="c1")
    assert await store.read(A) is None
    await found.undo_revoke(cause="c2")
    assert await store.read(A) == large
    await found.expire(fingerprint(A), "inactivity", cause="c3")
    after = await store.read(A)
    assert after is None or (after.expires or 0) < NOW
    await found.close()
    await store.close()


async def test_a_named_layout_of_a_store_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing is created unasked"):
        await finder_of(f"sqlite://{tmp_path}/none.db", "django").check()
    with pytest.raises(InputError, match="must be one of nextjs-auth0, connect-redis"):
        await finder_of("memory://", "perl").check()


async def put_express_session(url: str) -> None:
    """Write a row as connect-redis does."""
    client = Redis.from_url(url)
    await client.set(
        "sess:abc",
        json.dumps({"cookie": {"expires": "2099-01-01T00:00:00.000Z"}, "user": {"sub": "zoe"}}),
        ex=3600,
    )
    await client.aclose()


async def test_of_several_stores_the_first_with_known_rows_is_watched(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    heard: list[Event] = []
    empty = str(tmp_path / "empty.db")
    sqlite3.connect(empty).close()
    url = redis_server.url.replace("/0", "/13")
    await put_express_session(url)
    finders = [
        finder_of("redis://127.0.0.1:1", publish=heard.append),
        finder_of(f"sqlite://{empty}", publish=heard.append),
        finder_of(url, publish=heard.append),
    ]
    found = await OfferedStores(finders, ManualClock(NOW), heard.append).find()
    assert found is not None
    await found.close()
    (chosen,) = [e for e in heard if isinstance(e, StoreStateChanged) and e.is_chosen]
    assert (chosen.store, chosen.is_up) == (url, True)


async def test_that_none_of_several_answers_is_said_once_until_one_does(tmp_path: Path) -> None:
    heard: list[Event] = []
    place = tmp_path / "later.db"
    finders = [
        finder_of("redis://127.0.0.1:1", publish=heard.append),
        finder_of(f"sqlite://{place}", publish=heard.append),
    ]
    offered = OfferedStores(finders, ManualClock(NOW), heard.append)
    assert await offered.find() is None
    assert await offered.find() is None
    (down,) = [e for e in heard if isinstance(e, StoreStateChanged)]
    assert not down.is_up
    assert down.store not in down.reason, "it is named once"
    assert f"; sqlite://{place}: " in down.reason
    sqlite3.connect(place).close()
    assert await offered.find() is None
    assert [e.is_up for e in heard if isinstance(e, StoreStateChanged)][-1]


def make_tables(path: Path, *names: str) -> str:
    """Make tables of express-session's rows, each with a row of the table's name."""
    db = sqlite3.connect(path)
    for name in names:
        db.execute(f"CREATE TABLE {name} (sid TEXT PRIMARY KEY, sess TEXT, expired INTEGER)")
        row = (name, json.dumps({"cookie": {}, "user": name}), 4_070_908_800_000)
        db.execute(f"INSERT INTO {name} VALUES (?, ?, ?)", row)
    db.commit()
    db.close()
    return f"sqlite://{path}"


@pytest.mark.parametrize("layout", ["", "connect-redis"])
@pytest.mark.parametrize(
    ("option", "row"), [("", "sessions"), ("?table=logins", "logins"), ("?table=other", None)]
)
async def test_the_table_that_a_url_names_is_watched_and_no_other(
    layout: str, option: str, row: str | None, tmp_path: Path
) -> None:
    heard: list[Event] = []
    url = make_tables(tmp_path / "app.db", "sessions", "logins") + option
    found = await finder_of(url, layout, publish=heard.append).find()
    seen = []
    if found is not None:
        assert isinstance(found, ForeignStore)
        await found.look()
        await found.close()
        seen = [event.facts.sub for event in heard if isinstance(event, SessionSeen)]
    assert seen == ([] if row is None else [row])


async def test_a_table_that_is_no_sql_name_is_refused(tmp_path: Path) -> None:
    url = make_tables(tmp_path / "app.db", "sessions")
    with pytest.raises(InputError, match="no SQL name"):
        await finder_of(f'{url}?table=a"b').find()
