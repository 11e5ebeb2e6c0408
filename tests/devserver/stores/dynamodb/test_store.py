"""DynamoDB (AWS's own DynamoDB Local) keeps the contract."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiobotocore.session import get_session

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.stores.base import Record, Store
from session_inspector.devserver.stores.dynamodb.client import LOCAL
from session_inspector.devserver.stores.dynamodb.items import to_items, to_record
from session_inspector.devserver.stores.dynamodb.store import DynamoStore
from tests.contracts.load import LoadContract
from tests.contracts.store import NOW, A, B, everything, record, session
from tests.engines import DynamoServer
from tests.servers import free_port

AWS = get_session()
"""One for all tests: each reads 2 MB of JSON before its first client."""


@pytest.fixture
async def raw(dynamodb_server: DynamoServer) -> AsyncIterator[object]:
    url = f"http://127.0.0.1:{dynamodb_server.port}"
    async with AWS.create_client(
        "dynamodb", region_name="us-east-1", endpoint_url=url, **LOCAL
    ) as client:
        if "Sessions" in (await client.list_tables())["TableNames"]:
            await client.delete_table(TableName="Sessions")
        yield client


class TestDynamoStore(LoadContract):
    @pytest.fixture
    async def store(
        self, clock: ManualClock, dynamodb_server: DynamoServer, raw: object
    ) -> AsyncIterator[Store]:
        store = await DynamoStore.open(dynamodb_server.url, clock, may_create=True)
        yield store
        await store.close()

    async def test_a_large_session_leaves_no_part_behind(self, store: Store) -> None:
        noise = random.Random(1).randbytes(500_000).hex()
        await store.create(A, record(session(noise)))
        assert await store.update(A, record(session(noise[::-1])))
        assert await store.read(A) == record(session(noise[::-1]))
        assert await store.count() == 1
        assert await store.delete(A)
        assert (await everything(store)).rows == []


async def test_the_item_is_the_documented_one(dynamodb_server: DynamoServer, raw: object) -> None:
    store = await DynamoStore.open(dynamodb_server.url, ManualClock(NOW), may_create=True)
    await store.create(A, record(session("alice")))
    await store.close()
    found = await raw.get_item(TableName="Sessions", Key={"id": {"S": A}})  # type: ignore[attr-defined]  # botocore makes its methods at run time
    assert set(found["Item"]) == {"id", "data", "expiresAt"}
    assert found["Item"]["expiresAt"] == {"N": "1760000060000"}
    assert found["Item"]["data"]["M"]["user"] == {"M": {"sub": {"S": "alice"}}}


async def test_somebody_else_s_text_is_read(dynamodb_server: DynamoServer, raw: object) -> None:
    store = await DynamoStore.open(dynamodb_server.url, ManualClock(NOW), may_create=True)
    item = {
        "id": {"S": B},
        "data": {"S": '{"user":{"sub":"x"}}'},
        "expiresAt": {"N": "1760000060000"},
    }
    await raw.put_item(TableName="Sessions", Item=item)  # type: ignore[attr-defined]  # as above
    assert await store.read(B) == Record(data={"user": {"sub": "x"}}, expires=NOW + 60)
    await store.close()


async def test_nothing_is_made_unasked(dynamodb_server: DynamoServer, raw: object) -> None:
    with pytest.raises(InputError, match="nothing is created unasked"):
        await DynamoStore.open(dynamodb_server.url, ManualClock(), may_create=False)


def test_parts_of_another_write_are_not_mixed() -> None:
    first = to_items(A, record(session("x" * 700_000)))
    second = to_items(A, record(session("y" * 700_000)))
    assert to_record(first[0], first[1:]) == record(session("x" * 700_000))
    assert to_record(first[0], [*first[1:-1], second[-1]]).data == {}


async def test_a_store_that_dies_is_unavailable_and_comes_back(tmp_path: Path) -> None:
    server = DynamoServer(tmp_path)
    store = await DynamoStore.open(server.url, ManualClock(NOW), may_create=True)
    try:
        server.kill()
        with pytest.raises(StoreUnavailable, match="DynamoDB"):
            await store.read(A)
        server.start()  # in memory: the table went with it
        again = await DynamoStore.open(server.url, ManualClock(NOW), may_create=True)
        await store.create(A, record())
        assert await store.read(A) == record()
        await again.close()
    finally:
        server.kill()
        await store.close()


async def test_nobody_there_is_unavailable() -> None:
    url = f"dynamodb://127.0.0.1:{free_port()}/Sessions"
    with pytest.raises(StoreUnavailable, match="DynamoDB"):
        await DynamoStore.open(url, ManualClock(), may_create=True)
