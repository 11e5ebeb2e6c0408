"""Two hundred thousand sessions in engines that are stood in for: FerretDB and DynamoDB Local.

What these two take for a page says little of MongoDB and DynamoDB themselves; beside the driver by
hand it says what ours adds. Change streams, which neither has, are not tried.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

from aiobotocore.client import AioBaseClient
from pymongo import AsyncMongoClient

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.dynamodb.client import create_client, parse_location
from session_inspector.devserver.stores.dynamodb.items import to_items
from session_inspector.devserver.stores.dynamodb.store import DynamoStore
from session_inspector.devserver.stores.dynamodb.table import Parameters
from session_inspector.devserver.stores.mongodb.client import Document
from session_inspector.devserver.stores.mongodb.documents import to_document
from session_inspector.devserver.stores.mongodb.store import MongoStore
from tests.benchmarks.million import rows_of
from tests.benchmarks.table import Line
from tests.benchmarks.windows import MIDDLE, NOBODY, PAGE, ByHand, compare
from tests.contracts.store import NOW, session
from tests.engines import DynamoServer, MongoServer

ROWS = min(200_000, int(os.environ.get("SESSION_INSPECTOR_ROWS", "200000")))
FERRETDB = "FerretDB for MongoDB"
SEARCHED = 1000
"""Items that one Scan looks at."""
BATCH_OF_MONGO = 2000
BATCH_OF_DYNAMO = 25
"""Items that one BatchWriteItem takes."""


def records(count: int) -> Iterator[tuple[SessionId, Record]]:
    """Yield so many sessions."""
    data = session("user-of-some-length@example.com", "sid-of-some-length")
    for key, _, ends in rows_of(count):
        yield SessionId(key), Record(data=data, expires=ends)


def batches(count: int, size: int) -> Iterator[list[tuple[SessionId, Record]]]:
    """Yield so many sessions, some at a time."""
    found: list[tuple[SessionId, Record]] = []
    for row in records(count):
        found.append(row)
        if len(found) == size:
            yield found
            found = []
    if found:
        yield found


async def measure_mongodb(folder: Path) -> list[Line]:
    """Measure beside pymongo."""
    await asyncio.to_thread(folder.mkdir)
    server = MongoServer(folder)
    client: AsyncMongoClient[Document] = AsyncMongoClient(server.url)
    rows = client["auth"]["sessions"]

    async def page() -> object:
        found = rows.find({"_id": {"$gte": MIDDLE}}).sort("_id", 1).limit(PAGE)
        return await found.to_list()

    async def search() -> object:
        return await rows.find({"data.user.sub": {"$regex": NOBODY, "$options": "i"}}).to_list()

    try:
        store = await MongoStore.open(server.url, ManualClock(NOW), may_create=True)
        for batch in batches(ROWS, BATCH_OF_MONGO):
            await rows.insert_many([to_document(key, record) for key, record in batch])
        hand = ByHand(page=page, search=search)
        try:
            return await compare(FERRETDB, ROWS, store, f"text:{MIDDLE}", hand)
        except StoreUnavailable as error:
            return [not_measured(error)]
        finally:
            await store.close()
    finally:
        await client.close()
        server.kill()


async def measure_dynamodb(folder: Path) -> list[Line]:
    """Measure beside aiobotocore; a scan has no middle that can be named: it begins anew."""
    await asyncio.to_thread(folder.mkdir)
    server = DynamoServer(folder)
    place = parse_location(server.url)
    try:
        async with create_client(place) as client:

            async def page() -> object:
                return await client.scan(TableName=place.table, Limit=PAGE, ConsistentRead=True)

            async def search() -> object:
                return await scan_all(client, place.table)

            store = await DynamoStore.open(server.url, ManualClock(NOW), may_create=True)
            await fill_dynamodb(client, place.table)
            hand = ByHand(page=page, search=search)
            lines = await compare("DynamoDB Local", ROWS, store, None, hand)
            await store.close()
            return lines
    finally:
        server.kill()


def not_measured(error: StoreUnavailable) -> Line:
    """Return a line that says why: FerretDB 1 reads and sorts a whole collection for each page."""
    return Line(
        name=f"{FERRETDB}: a page of {ROWS:,}",
        ours=str(error),
        peer="it sorts the whole collection by itself",
        ratio=None,
        limit=None,
    )


async def fill_dynamodb(client: AioBaseClient, table: str) -> None:
    """Write the sessions, twenty-five a request."""
    for batch in batches(ROWS, BATCH_OF_DYNAMO):
        puts = [
            {"PutRequest": {"Item": item}}
            for key, record in batch
            for item in to_items(key, record)
        ]
        await client.batch_write_item(RequestItems={table: puts})


async def scan_all(client: AioBaseClient, table: str) -> list[object]:
    """Return the items that name nobody, after a look at all."""
    found: list[object] = []
    start: Parameters = {}
    while True:
        part = await client.scan(TableName=table, Limit=SEARCHED, ConsistentRead=True, **start)
        found += [item for item in part["Items"] if NOBODY in str(item["data"])]
        if "LastEvaluatedKey" not in part:
            return found
        start = {"ExclusiveStartKey": part["LastEvaluatedKey"]}
