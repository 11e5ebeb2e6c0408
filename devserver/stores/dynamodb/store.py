"""Sessions in DynamoDB, as the SDK's documented example lays them out.

Table `Sessions`, hash key `id` (S): `{id, data, expiresAt}`, `data` a map, `expiresAt` a number of
milliseconds. (DynamoDB's own TTL counts seconds, so it never touches these rows.) `data` of rows
by others may be JSON text as well. An item holds 400 KB; a larger session is kept as text in parts
that are written in one transaction (`items.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial

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
from session_inspector.devserver.stores.dynamodb.changes import merge_parameters, write_item
from session_inspector.devserver.stores.dynamodb.client import (
    ConditionFailed,
    count_requests,
    create_client,
    dynamodb_errors,
    ensure_table,
    parse_location,
)
from session_inspector.devserver.stores.dynamodb.exact import ExactItems
from session_inspector.devserver.stores.dynamodb.items import (
    is_part,
    part_keys,
    to_items,
    to_milliseconds,
    to_record,
)
from session_inspector.devserver.stores.dynamodb.source import estimate_items, open_dynamo_source
from session_inspector.devserver.stores.dynamodb.table import Item, ItemTable, Parameters
from session_inspector.devserver.stores.exact import Change, PutBack
from session_inspector.devserver.stores.feeds import RestingFeed
from session_inspector.devserver.stores.paging import iterate_rows
from session_inspector.devserver.stores.pruning.pages import PagePruning
from session_inspector.devserver.stores.pruning.portions import PruneRule, prune_all
from session_inspector.devserver.stores.rows import is_storable
from session_inspector.devserver.stores.session_data import is_meant, read_sub

PAGE = 500
LONGEST_KEY = 2048
"""Bytes of a hash key."""
IS_THERE = "attribute_exists(id)"
IS_LIVE = "attribute_exists(id) AND (attribute_not_exists(expiresAt) OR expiresAt > :now)"
IS_EXPIRED = "expiresAt <= :now"
IS_ENDLESS = "attribute_not_exists(expiresAt)"


class DynamoStore:
    """One table."""

    keeps_ended = True

    def __init__(
        self, client: AioBaseClient, table: str, clock: Clock, exits: AsyncExitStack
    ) -> None:
        self._table = ItemTable(client, table)
        self._exact = ExactItems(self._table)
        self._clock = clock
        self._exits = exits
        self.layout = f"table {table} {{id, data, expiresAt in milliseconds}}"
        self.estimate_rows = partial(estimate_items, self._table)
        self.count_commands = partial(count_requests, client)
        self.open_source = open_dynamo_source(self._table, self._complete_row)
        self.prune_portions = PagePruning(
            store=self,
            now=clock.now,
            delete_ended=partial(_delete_ended, self),
            delete_endless=partial(_delete_endless, self),
        ).portions

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
        if not _is_key(key):
            return None  # somebody's cookie: no row has such an id
        item = await self._table.get(key)
        if item is None:
            return None
        record = await self._complete(key, item)
        return keep_live(record, self._clock.now())

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, over one that is there."""
        await self._table.put(to_items(key, record), {})

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record in one conditional write; False when it is gone.

        Attributes that are not ours stay.
        """
        main, *parts = to_items(key, record)
        return await self._update_live(key, write_item(main), parts)

    async def change(self, key: SessionId, change: Change) -> PutBack | None:
        """Change a live row in place; None when it is gone."""
        return await self._exact.change(key, change, self._clock.now())

    async def take(self, key: SessionId, *, ended_by: Seconds | None = None) -> PutBack | None:
        """Delete a row and its parts, all attributes of them; None when there was none."""
        if ended_by is not None:
            items = await self._delete_if(key, IS_EXPIRED, ended_by)
        else:
            items = await self._delete_if(key, IS_THERE)
        if not items:
            return None
        return self._exact.prepare_put_back(items)

    async def delete(self, key: SessionId) -> bool:
        """Delete a record and its parts; False when there was none."""
        return bool(await self._delete_if(key, IS_THERE))

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
        rule = PruneRule(at=self._clock.now(), orphans=orphans, dry_run=dry_run)
        return await prune_all(self, rule)

    async def feed(self) -> ChangeFeed:
        """Poll: DynamoDB's streams are another service."""
        return RestingFeed()

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records in the order of a scan; parts of large ones are put together."""
        rows: list[KeyedRecord] = []
        while len(rows) < limit:
            items, cursor = await self._table.scan(cursor, limit - len(rows))
            for item in items:
                if not is_part(item):
                    rows.append(await self._complete_row(item))
            if cursor is None:
                break
        return Page(rows=rows, cursor=cursor)

    async def count(self) -> int:
        """Return how many records there are; reads the whole table."""
        return len([key async for key, _ in iterate_rows(self, PAGE)])

    async def drop(self) -> None:
        """Remove the table itself; only `scratch.py` asks, for one of its own."""
        await self._table.drop()

    async def close(self) -> None:
        """Close the connections."""
        await self._exits.aclose()

    async def _complete_row(self, item: Item) -> KeyedRecord:
        key = SessionId(str(item["id"]["S"]))
        return key, await self._complete(key, item)

    async def _complete(self, key: SessionId, item: Item) -> Record:
        """Return the record of an item, with its parts, read in one transaction."""
        names = part_keys(key, item)
        if not names:
            return to_record(item, [])
        return to_record(item, await self._table.get_together(names))

    async def _update_live(
        self, key: SessionId, update: Parameters, parts: Sequence[Item] = ()
    ) -> bool:
        """Change a live item; False when it is gone."""
        condition = _make_condition(IS_LIVE, self._clock.now())
        try:
            await self._table.update(key, merge_parameters(update, condition), parts)
        except ConditionFailed:
            return False
        return True

    async def _delete_if(
        self, key: SessionId, rule: str, now: Seconds | None = None
    ) -> Sequence[Item]:
        """Delete a record that is of a rule, and its parts; return what they held."""
        try:
            item = await self._table.delete(key, _make_condition(rule, now))
        except ConditionFailed:
            return []
        parts = [await self._table.delete(name, {}) for name in part_keys(key, item)]
        return [item, *(part for part in parts if part)]


async def _delete_ended(store: DynamoStore, key: SessionId, ended_by: Seconds) -> bool:
    return bool(await store._delete_if(key, IS_EXPIRED, ended_by))


async def _delete_endless(store: DynamoStore, key: SessionId) -> bool:
    return bool(await store._delete_if(key, IS_ENDLESS))


def _is_key(key: SessionId) -> bool:
    return bool(key) and is_storable(key) and len(key.encode()) <= LONGEST_KEY


def _make_condition(rule: str, now: Seconds | None = None) -> Parameters:
    """Return the parameters of a conditional write."""
    condition: Parameters = {"ConditionExpression": rule}
    if now is not None:
        condition["ExpressionAttributeValues"] = {":now": to_milliseconds(now)}
    return condition
