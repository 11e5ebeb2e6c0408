"""Writes to items of an app's table in DynamoDB, `{id, data, expiresAt}`."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack

from aiobotocore.client import AioBaseClient

from session_inspector.devserver.attach.rows.base import RawRow, RowLocations
from session_inspector.devserver.attach.rows.writing import (
    TRIES,
    Change,
    IsDoomed,
    PutBack,
    busy_error,
    encode_like,
    is_kept,
)
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Json, Seconds
from session_inspector.devserver.stores.dynamodb.client import (
    ConditionFailed,
    create_client,
    dynamodb_errors,
    parse_location,
)
from session_inspector.devserver.stores.dynamodb.table import Item
from session_inspector.devserver.stores.dynamodb.values import Typed, from_typed, to_typed
from session_inspector.devserver.stores.timestamps import to_seconds

ENDS = "expiresAt"
DATA = "data"
EPOCH_MILLISECONDS = 10**12
"""An item without an end gets one of this form."""


class DynamoWriter:
    """One table, the URL's."""

    def __init__(self, client: AioBaseClient, table: str, exits: AsyncExitStack) -> None:
        self._client = client
        self._table = table
        self._exits = exits

    @classmethod
    async def open(cls, url: str, clock: Clock) -> DynamoWriter:
        """Prepare; the first write connects. Raises: StoreUnavailable."""
        location = parse_location(url)
        async with AsyncExitStack() as exits:
            with dynamodb_errors():
                client = await exits.enter_async_context(create_client(location))
            kept = exits.pop_all()
        return cls(client, location.table, kept)

    async def remove(
        self, locations: RowLocations, key: str, is_doomed: IsDoomed | None = None
    ) -> PutBack | None:
        """Delete an item; what is put back is the whole of it, types and all."""
        for _ in range(TRIES):
            item = await self._find(key)
            if item is None or is_kept(_to_raw_row(key, item), is_doomed):
                return None
            gone = await self._take(key, item)
            if gone is not None:
                return self._prepare_put_back(gone)
        raise busy_error()

    async def end(self, locations: RowLocations, key: str, at: Seconds, change: Change) -> bool:
        """Set the end, in the form it has, and nothing else."""
        for _ in range(TRIES):
            item = await self._find(key)
            if item is None:
                return False
            sample = from_typed(item.get(ENDS)) or EPOCH_MILLISECONDS
            if await self._set(key, item, ENDS, to_typed(_to_json(encode_like(sample, at)))):
                return True
        raise busy_error()

    async def rewrite(self, locations: RowLocations, key: str, change: Change) -> bool:
        """Set the data, each member that did not change in the type it has."""
        for _ in range(TRIES):
            item = await self._find(key)
            if item is None:
                return False
            data = item.get(DATA, {})
            content = _to_content(data)
            value = change(content)
            if value is None:
                return True
            if await self._set(key, item, DATA, _change_data(data, content, value)):
                return True
        raise busy_error()

    async def close(self) -> None:
        """Close the connections."""
        await self._exits.aclose()

    async def _find(self, key: str) -> Item | None:
        with dynamodb_errors():
            found = await self._client.get_item(
                TableName=self._table, Key={"id": {"S": key}}, ConsistentRead=True
            )
        item: Item | None = found.get("Item")
        return item

    async def _take(self, key: str, item: Item) -> Item | None:
        """Delete an item and return it; None: the app has written it meanwhile."""
        condition = Condition(item)
        try:
            with dynamodb_errors():
                gone = await self._client.delete_item(
                    TableName=self._table,
                    Key={"id": {"S": key}},
                    ReturnValues="ALL_OLD",
                    ConditionExpression=condition.text,
                    ExpressionAttributeNames=condition.names,
                    **condition.optional_values,
                )
        except ConditionFailed:
            return None
        taken: Item = gone["Attributes"]
        return taken

    async def _set(self, key: str, item: Item, name: str, value: Typed) -> bool:
        """Set one attribute of an item; False: the app has written it meanwhile."""
        condition = Condition(item)
        try:
            with dynamodb_errors():
                await self._client.update_item(
                    TableName=self._table,
                    Key={"id": {"S": key}},
                    UpdateExpression="SET #written = :written",
                    ConditionExpression=condition.text,
                    ExpressionAttributeNames=condition.names | {"#written": name},
                    ExpressionAttributeValues=condition.values | {":written": value},
                )
        except ConditionFailed:
            return False
        return True

    def _prepare_put_back(self, item: Item) -> PutBack:
        async def put_back() -> bool:
            try:
                with dynamodb_errors():
                    await self._client.put_item(
                        TableName=self._table,
                        Item=item,
                        ConditionExpression="attribute_not_exists(id)",
                    )
            except ConditionFailed:
                return False
            return True

        return put_back


class Condition:
    """Holds while an item has the data and the end that were read."""

    def __init__(self, item: Item) -> None:
        rules = ["attribute_exists(#id)"]
        self.names = {"#id": "id"}
        self.values: Item = {}
        for name in (DATA, ENDS):
            self.names[f"#{name}"] = name
            if name in item:
                rules.append(f"#{name} = :{name}")
                self.values[f":{name}"] = item[name]
            else:
                rules.append(f"attribute_not_exists(#{name})")
        self.text = " AND ".join(rules)

    @property
    def optional_values(self) -> dict[str, Item]:
        """The parameter of the values; the API refuses an empty one."""
        if not self.values:
            return {}
        return {"ExpressionAttributeValues": self.values}


def _to_raw_row(key: str, item: Item) -> RawRow:
    return RawRow(
        key=key,
        value=_to_content(item.get(DATA, {})),
        expires=to_seconds(from_typed(item.get(ENDS))),
    )


def _to_content(data: Typed) -> bytes:
    """Return data as JSON; what is a text already stays one."""
    text = data.get("S")
    if not isinstance(text, str):
        text = json.dumps(from_typed(data), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def _change_data(data: Typed, before: bytes, after: bytes) -> Typed:
    if "S" in data:
        return {"S": after.decode("utf-8", "surrogatepass")}
    return _lay_over(data, json.loads(before), json.loads(after))


def _lay_over(original: Typed, before: Json, after: Json) -> Typed:
    """Return a value changed as its JSON was; what did not change keeps its type."""
    if before == after:
        return original
    inside = original.get("M")
    if isinstance(inside, dict) and isinstance(before, dict) and isinstance(after, dict):
        members = {
            name: _lay_over(inside.get(name, {}), before.get(name), member)
            for name, member in after.items()
        }
        return {"M": members}
    return to_typed(after)


def _to_json(value: object) -> Json:
    """Narrow an end: a number, or a text."""
    if isinstance(value, (int, float)):
        return value
    return str(value)
