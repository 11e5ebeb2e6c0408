"""Sessions in DynamoDB, as the SDK's documented example lays them out.

Table `Sessions`, hash key `id` (S): `{id, data, expiresAt}`, `data` a map, `expiresAt` a number of
milliseconds. (DynamoDB's own TTL counts seconds, so it never touches these rows.) `data` of rows
by others may be JSON text as well. An item holds 400 KB; a larger session is kept as text in parts
that are written in one transaction (`items.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack

from aiobotocore.client import AioBaseClient

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    KeyedRecord,
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
    keep_live,
)
from session_inspector.devserver.stores.dynamodb.client import (
    ConditionFailed,
    create_client,
    dynamodb_errors,
    ensure_table,
    parse_location,
)
from session_inspector.devserver.stores.dynamodb.items import (
    PART,
    Item,
    part_keys,
    to_items,
    to_milliseconds,
    to_record,
)
from session_inspector.devserver.stores.feeds import PollingFeed
from session_inspector.devserver.stores.paging import iterate_rows
from session_inspector.devserver.stores.session_data import is_meant, read_sub

PAGE = 500
IS_THERE = "attribute_exists(id)"
IS_LIVE = "attribute_exists(id) AND (attribute_not_exists(expiresAt) OR expiresAt > :now)"
IS_EXPIRED = "expiresAt <= :now"
IS_ENDLESS = "attribute_not_exists(expiresAt)"


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
        location = parse_location(url)
        async with AsyncExitStack() as exits:
            with dynamodb_errors():
                client = await exits.enter_async_context(create_client(location))
                await ensure_table(client, location.table, url, may_create=may_create)
            kept = exits.pop_all()
        return cls(client, location.table, clock, kept)

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record, strongly consistent."""
        with dynamodb_errors():
            found = await self._client.get_item(
                TableName=self._table,
                Key=_to_key(key),
                ConsistentRead=True,
            )
        if "Item" not in found:
            return None
        record = await self._complete(key, found["Item"])
        return keep_live(record, self._clock.now())

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, over one that is there."""
        await self._put(to_items(key, record), {})

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record in one conditional write; False when it is gone."""
        condition = _make_condition(IS_LIVE, self._clock.now())
        try:
            await self._put(to_items(key, record), condition)
        except ConditionFailed:
            return False
        return True

    async def delete(self, key: SessionId) -> bool:
        """Delete a record and its parts; False when there was none."""
        return await self._delete_if(key, IS_THERE)

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means; reads the whole table."""
        rows = iterate_rows(self, PAGE)
        doomed = [key async for key, record in rows if is_meant(match, record.data)]
        return [key for key in doomed if await self.delete(key)]

    async def find(self, sub: str) -> Sequence[KeyedRecord]:
        """Return the records of one user, by their ids; reads the whole table."""
        rows = iterate_rows(self, PAGE)
        found = [(key, record) async for key, record in rows if read_sub(record.data) == sub]
        return sorted(found, key=lambda row: row[0])

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records, each only if it still is; with `orphans` the endless too."""
        now = self._clock.now()
        expired = 0
        endless = 0
        async for key, record in iterate_rows(self, PAGE):
            if not record.is_live(now):
                expired += dry_run or await self._delete_if(key, IS_EXPIRED, now)
            elif orphans and record.expires is None:
                endless += dry_run or await self._delete_if(key, IS_ENDLESS)
        return Pruned(expired=expired, orphans=endless)

    async def feed(self) -> ChangeFeed:
        """Poll: DynamoDB's streams are another service."""
        return PollingFeed()

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records in the order of a scan; parts of large ones are put together."""
        rows: list[KeyedRecord] = []
        while len(rows) < limit:
            items, cursor = await self._scan(cursor, limit - len(rows))
            for item in items:
                name = str(item["id"]["S"])
                if PART not in name:
                    key = SessionId(name)
                    rows.append((key, await self._complete(key, item)))
            if cursor is None:
                break
        return Page(rows=rows, cursor=cursor)

    async def count(self) -> int:
        """Return how many records there are; reads the whole table."""
        return len([key async for key, _ in iterate_rows(self, PAGE)])

    async def drop(self) -> None:
        """Remove the table itself; only `scratch.py` asks, for one of its own."""
        with dynamodb_errors():
            await self._client.delete_table(TableName=self._table)

    async def close(self) -> None:
        """Close the connections."""
        await self._exits.aclose()

    async def _scan(self, cursor: str | None, limit: int) -> tuple[list[Item], str | None]:
        """Return (some items, parts too; where to go on, None: nowhere)."""
        start: dict[str, object] = {}
        if cursor:
            start["ExclusiveStartKey"] = _to_key(cursor)
        with dynamodb_errors():
            found = await self._client.scan(
                TableName=self._table,
                Limit=limit,
                ConsistentRead=True,
                **start,
            )
        last = found.get("LastEvaluatedKey", {}).get("id", {}).get("S")
        return found["Items"], last

    async def _complete(self, key: SessionId, item: Item) -> Record:
        """Return the record of an item, with its parts, read in one transaction."""
        names = part_keys(key, item)
        if not names:
            return to_record(item, [])
        gets = [{"Get": {"TableName": self._table, "Key": _to_key(name)}} for name in names]
        with dynamodb_errors():
            found = await self._client.transact_get_items(TransactItems=gets)
        parts = [answer.get("Item", {}) for answer in found["Responses"]]
        return to_record(item, parts)

    async def _put(self, items: Sequence[Item], condition: dict[str, object]) -> None:
        """Write the items of a record, all or none. Raises: ConditionFailed."""
        main, *parts = items
        with dynamodb_errors():
            if not parts:
                await self._client.put_item(TableName=self._table, Item=main, **condition)
                return
            puts = [{"Put": {"TableName": self._table, "Item": main, **condition}}]
            puts += [{"Put": {"TableName": self._table, "Item": part}} for part in parts]
            await self._client.transact_write_items(TransactItems=puts)

    async def _delete_if(self, key: SessionId, rule: str, now: Seconds | None = None) -> bool:
        """Delete a record that is of a rule, and its parts; False when it is not."""
        try:
            with dynamodb_errors():
                gone = await self._client.delete_item(
                    TableName=self._table,
                    Key=_to_key(key),
                    ReturnValues="ALL_OLD",
                    **_make_condition(rule, now),
                )
        except ConditionFailed:
            return False
        with dynamodb_errors():
            for part in part_keys(key, gone.get("Attributes", {})):
                await self._client.delete_item(TableName=self._table, Key=_to_key(part))
        return True


def _to_key(name: str) -> Item:
    return {"id": {"S": name}}


def _make_condition(rule: str, now: Seconds | None) -> dict[str, object]:
    """Return the parameters of a conditional write."""
    condition: dict[str, object] = {"ConditionExpression": rule}
    if now is not None:
        condition["ExpressionAttributeValues"] = {":now": to_milliseconds(now)}
    return condition
