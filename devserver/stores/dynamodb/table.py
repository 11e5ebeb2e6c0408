"""One table's items, by the calls of the API; nothing here knows what a session is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from aiobotocore.client import AioBaseClient

from session_inspector.devserver.stores.dynamodb.client import dynamodb_errors
from session_inspector.devserver.stores.dynamodb.values import Typed

Item: TypeAlias = dict[str, Typed]
"""{attribute: {type: value}} as the API has it."""
Parameters: TypeAlias = dict[str, object]
"""Of a call: an expression, its names and its values."""


class ItemTable:
    """Each method raises StoreUnavailable, and those with a condition ConditionFailed."""

    def __init__(self, client: AioBaseClient, name: str) -> None:
        self._client = client
        self.name = name

    async def get(self, name: str) -> Item | None:
        """Return an item, strongly consistent."""
        with dynamodb_errors():
            found = await self._client.get_item(
                TableName=self.name,
                Key=to_key(name),
                ConsistentRead=True,
            )
        item: Item | None = found.get("Item")
        return item

    async def get_together(self, names: Sequence[str]) -> list[Item]:
        """Return items as they were at one moment; one that is not there is empty."""
        gets = [{"Get": {"TableName": self.name, "Key": to_key(name)}} for name in names]
        with dynamodb_errors():
            found = await self._client.transact_get_items(TransactItems=gets)
        return [answer.get("Item", {}) for answer in found["Responses"]]

    async def scan(
        self, cursor: str | None, limit: int, filtering: Parameters | None = None
    ) -> tuple[list[Item], str | None]:
        """Return (some items; where to go on, None: nowhere); `filtering` leaves out others."""
        start: Parameters = dict(filtering or {})
        if cursor:
            start["ExclusiveStartKey"] = to_key(cursor)
        with dynamodb_errors():
            found = await self._client.scan(
                TableName=self.name,
                Limit=limit,
                ConsistentRead=True,
                **start,
            )
        last = found.get("LastEvaluatedKey", {}).get("id", {}).get("S")
        return found["Items"], last

    async def put(self, items: Sequence[Item], condition: Parameters) -> None:
        """Write items, all or none; the condition is that of the first."""
        main, *parts = items
        if parts:
            put: Parameters = {"Put": {"TableName": self.name, "Item": main, **condition}}
            await self._write_together(put, parts)
            return
        with dynamodb_errors():
            await self._client.put_item(TableName=self.name, Item=main, **condition)

    async def update(self, name: str, update: Parameters, parts: Sequence[Item] = ()) -> None:
        """Change an item, and write its parts in the same transaction."""
        call: Parameters = {"TableName": self.name, "Key": to_key(name), **update}
        if parts:
            await self._write_together({"Update": call}, parts)
            return
        with dynamodb_errors():
            await self._client.update_item(**call)

    async def delete(self, name: str, condition: Parameters) -> Item:
        """Delete an item and return what it held."""
        with dynamodb_errors():
            gone = await self._client.delete_item(
                TableName=self.name,
                Key=to_key(name),
                ReturnValues="ALL_OLD",
                **condition,
            )
        item: Item = gone.get("Attributes", {})
        return item

    async def count(self) -> int:
        """Return how many items the service counted last, some hours ago."""
        with dynamodb_errors():
            found = await self._client.describe_table(TableName=self.name)
        return int(found["Table"].get("ItemCount", 0))

    async def drop(self) -> None:
        """Remove the table itself."""
        with dynamodb_errors():
            await self._client.delete_table(TableName=self.name)

    async def _write_together(self, first: Parameters, parts: Sequence[Item]) -> None:
        puts = [{"Put": {"TableName": self.name, "Item": part}} for part in parts]
        with dynamodb_errors():
            await self._client.transact_write_items(TransactItems=[first, *puts])


def to_key(name: str) -> Item:
    """Return an id as the key of its item."""
    return {"id": {"S": name}}
