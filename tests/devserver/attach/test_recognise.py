"""Whose rows a store holds: recognised, waited for, or refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiobotocore.session import get_session

from session_inspector.devserver.attach.recognise import StoreFinder, StoreToWatch
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.stores.dynamodb.client import LOCAL
from session_inspector.devserver.stores.urls import open_store
from tests.contracts.store import NOW, A, record
from tests.engines import DynamoServer


def finder_of(url: str, layout: str = "") -> StoreFinder:
    events: list[Event] = []
    wanted = StoreToWatch(url=url, layout=layout, may_write=True, secrets=(), policy=Policy())
    return StoreFinder(wanted, ManualClock(NOW), events.append)


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


async def test_a_named_layout_of_a_store_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing is created unasked"):
        await finder_of(f"sqlite://{tmp_path}/none.db", "django").check()
    with pytest.raises(InputError, match="must be one of nextjs-auth0, connect-redis"):
        await finder_of("memory://", "perl").check()
