"""Sessions in DynamoDB, as the SDK's documented example lays them out.

Table `Sessions`, hash key `id` (S): `{id, data, expiresAt}`, `data` a map, `expiresAt` a number of
milliseconds. (DynamoDB's own TTL counts seconds, so it never touches these rows.) `data` of rows
by others may be JSON text as well. An item holds 400 KB; a larger session is kept as text in parts
that are written in one transaction (`dynamodb_items.py`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import parse_qs, urlsplit

from aiobotocore.client import AioBaseClient
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import BotoCoreError, ClientError

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import MissingTable, StoreUnavailable
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
)
from session_inspector.devserver.stores.dynamodb.items import (
    PART,
    Item,
    items_of,
    moment,
    part_keys,
    record_of,
)
from session_inspector.devserver.stores.feeds import PollingFeed
from session_inspector.devserver.stores.session_data import is_meant, read_sub

SECONDS = 5.0
CONNECTIONS = 50
GONE = "ConditionalCheckFailedException"
CANCELLED = "TransactionCanceledException"
LOCAL = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}


class DynamoStore:
    """One table."""

    def __init__(
        self, client: AioBaseClient, table: str, clock: Clock, exits: AsyncExitStack
    ) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._exits = exits
        self.layout = f"table {table} {{id, data, expiresAt in milliseconds}}"

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect to `dynamodb:///Sessions[?region=…]`, or to a server of your own at
        `dynamodb://127.0.0.1:8000/Sessions`. Credentials come from where AWS tools look.

        Raises: InputError for a bad URL or a missing table; StoreUnavailable when it does not
        answer.
        """
        parts = urlsplit(url)
        table = parts.path.strip("/") or "Sessions"
        region = parse_qs(parts.query).get("region", ["us-east-1"])[0]
        own = {"endpoint_url": f"http://{parts.netloc}", **LOCAL} if parts.netloc else {}
        config = AioConfig(
            connect_timeout=SECONDS,
            read_timeout=SECONDS,
            retries={"max_attempts": 1},
            max_pool_connections=CONNECTIONS,
        )
        async with AsyncExitStack() as exits, _errors():
            creator = get_session().create_client(
                "dynamodb", region_name=region, config=config, **own
            )
            client = await exits.enter_async_context(creator)
            await _table(client, table, url, may_create=may_create)
            kept = exits.pop_all()
        return cls(client, table, clock, kept)

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record, strongly consistent."""
        record = await self._read(key)
        is_live = record and (record.expires is None or record.expires > self._clock.now())
        return record if is_live else None

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, whether or not there is one."""
        await self._put(key, record, {})

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record in one conditional write; False when it is gone."""
        rule: dict[str, object] = {
            "ConditionExpression": "attribute_exists(id) AND"
            " (attribute_not_exists(expiresAt) OR expiresAt > :now)",
            "ExpressionAttributeValues": {":now": moment(self._clock.now())},
        }
        return await self._put(key, record, rule)

    async def delete(self, key: SessionId) -> bool:
        """Delete a record and its parts; False when there was none."""
        return await self._delete_if(key, "attribute_exists(id)", 0)

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means; reads the whole table."""
        doomed = [key async for key, row in self._every() if is_meant(match, row.data)]
        return [key for key in doomed if await self.delete(key)]

    async def find(self, sub: str) -> Sequence[tuple[SessionId, Record]]:
        """Return the records of one user; reads the whole table."""
        found = [(key, row) async for key, row in self._every() if read_sub(row.data) == sub]
        return sorted(found)

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records, each only if it still is; with `orphans` the endless too."""
        now, counts = self._clock.now(), {"expired": 0, "orphans": 0}
        rules = {"expired": "expiresAt <= :now", "orphans": "attribute_not_exists(expiresAt)"}
        async for key, row in self._every():
            kind = "orphans" if row.expires is None else "expired"
            if (kind == "orphans" and not orphans) or (row.expires or 0) > now:
                continue
            counts[kind] += dry_run or await self._delete_if(key, rules[kind], now)
        return Pruned(**counts)

    async def feed(self) -> ChangeFeed:
        """Poll: DynamoDB's streams are another service."""
        return PollingFeed()

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records in the order of a scan; parts of large ones are put together."""
        rows: list[tuple[SessionId, Record]] = []
        while len(rows) < limit:
            start = {"ExclusiveStartKey": {"id": {"S": cursor}}} if cursor else {}
            async with _errors():
                found = await self._client.scan(
                    TableName=self._table, Limit=limit - len(rows), ConsistentRead=True, **start
                )
            for item in found["Items"]:
                if PART not in item["id"]["S"]:
                    key = SessionId(item["id"]["S"])
                    rows.append((key, await self._whole(key, item)))
            cursor = found.get("LastEvaluatedKey", {}).get("id", {}).get("S")
            if cursor is None:
                break
        return Page(rows=rows, cursor=cursor)

    async def count(self) -> int:
        """Return how many records there are; reads the whole table."""
        return len([key async for key, _ in self._every()])

    async def drop(self) -> None:
        """Remove the table itself; only `scratch.py` asks, for one of its own."""
        async with _errors():
            await self._client.delete_table(TableName=self._table)

    async def close(self) -> None:
        """Close the connections."""
        await self._exits.aclose()

    async def _read(self, key: SessionId) -> Record | None:
        async with _errors():
            found = await self._client.get_item(
                TableName=self._table, Key={"id": {"S": key}}, ConsistentRead=True
            )
        item: Item = found.get("Item", {})
        return await self._whole(key, item) if item else None

    async def _whole(self, key: SessionId, item: Item) -> Record:
        """Return a record with its parts; one that is being replaced is read again."""
        names = part_keys(key, item)
        if not names:
            return record_of(item, [])
        gets = [{"Get": {"TableName": self._table, "Key": {"id": {"S": name}}}} for name in names]
        async with _errors():
            found = await self._client.transact_get_items(TransactItems=gets)
        return record_of(item, [answer.get("Item", {}) for answer in found["Responses"]])

    async def _put(self, key: SessionId, record: Record, rule: dict[str, object]) -> bool:
        main, *parts = items_of(key, record)
        try:
            async with _errors():
                if not parts:
                    await self._client.put_item(TableName=self._table, Item=main, **rule)
                else:
                    puts = [{"Put": {"TableName": self._table, "Item": main, **rule}}]
                    puts += [{"Put": {"TableName": self._table, "Item": part}} for part in parts]
                    await self._client.transact_write_items(TransactItems=puts)
        except _Refused:
            return False
        return True

    async def _delete_if(self, key: SessionId, rule: str, now: float) -> bool:
        values = {"ExpressionAttributeValues": {":now": moment(now)}} if ":now" in rule else {}
        try:
            async with _errors():
                gone = await self._client.delete_item(
                    TableName=self._table,
                    Key={"id": {"S": key}},
                    ConditionExpression=rule,
                    ReturnValues="ALL_OLD",
                    **values,
                )
                for part in part_keys(key, gone.get("Attributes", {})):
                    await self._client.delete_item(TableName=self._table, Key={"id": {"S": part}})
        except _Refused:
            return False
        return True

    async def _every(self) -> AsyncIterator[tuple[SessionId, Record]]:
        cursor: str | None = None
        while True:
            page = await self.page(cursor, 500)
            for row in page.rows:
                yield row
            cursor = page.cursor
            if cursor is None:
                return


class _Refused(Exception):
    """A condition did not hold: the row is gone, or another now."""


@asynccontextmanager
async def _errors() -> AsyncIterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == GONE or (code == CANCELLED and "ConditionalCheckFailed" in str(error)):
            raise _Refused from error
        raise StoreUnavailable(f"DynamoDB: {error}") from error
    except (BotoCoreError, OSError, TimeoutError) as error:
        raise StoreUnavailable(f"DynamoDB: {error}") from error


async def _table(client: AioBaseClient, name: str, url: str, *, may_create: bool) -> None:
    try:
        await client.describe_table(TableName=name)
    except client.exceptions.ResourceNotFoundException as error:
        if not may_create:
            raise MissingTable(
                f"table {name} is not there; nothing is created unasked."
                f" Fix: session-inspector stores create '{url}'"
            ) from error
        await client.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        await client.get_waiter("table_exists").wait(
            TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
        )
