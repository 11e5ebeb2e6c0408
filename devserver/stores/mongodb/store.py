"""Sessions in MongoDB, as the SDK's documented example lays them out.

Collection `sessions` of database `auth`: `{_id, data, expiresAt}`, with a TTL index on `expiresAt`.
A record without an end has no `expiresAt`. MongoDB's own clean-up runs once a minute by its own
clock; what counts is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial

from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import OperationFailure, PyMongoError, WriteError

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import StoreUnavailable
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
from session_inspector.devserver.stores.exact import Change, PutBack
from session_inspector.devserver.stores.feeds import RestingFeed, SignFeed
from session_inspector.devserver.stores.mongodb.client import (
    Document,
    connect_mongo,
    mongo_errors,
)
from session_inspector.devserver.stores.mongodb.collection import open_collection, parse_location
from session_inspector.devserver.stores.mongodb.documents import to_document, to_record, to_set
from session_inspector.devserver.stores.mongodb.exact import (
    change_document,
    match_key,
    take_document,
)
from session_inspector.devserver.stores.mongodb.pruning import (
    ENDLESS,
    find_expired,
    open_mongo_pruning,
)
from session_inspector.devserver.stores.mongodb.sign import MongoSign, has_counts
from session_inspector.devserver.stores.mongodb.source import estimate_collection, open_mongo_source
from session_inspector.devserver.stores.mongodb.stream import StreamFeed
from session_inspector.devserver.stores.paging import cut_page
from session_inspector.devserver.stores.pruning.portions import PruneRule, prune_all
from session_inspector.devserver.stores.rows import WHOLE, as_whole, is_storable
from session_inspector.devserver.stores.session_data import is_meant
from session_inspector.devserver.stores.timestamps import to_datetime
from session_inspector.devserver.stores.watching.commands import CommandCount, counted_always

NO_TEXT: Document = {"_id": {"$not": {"$type": "string"}}}
TEXTS = "text:"
OTHERS = "other:"
"""Begin cursors: behind an id that is a text, or so many rows whose id is none."""


class MongoStore:
    """One collection; `?collection=` names another than `sessions`."""

    keeps_ended = True

    def __init__(
        self,
        client: AsyncMongoClient[Document],
        rows: AsyncCollection[Document],
        clock: Clock,
        commands: CommandCount | None = None,
    ) -> None:
        """`commands` counts what the client sends; None: nobody asks."""
        if commands is not None:
            self.count_commands = counted_always(commands)
        self._client = client
        self._rows = rows
        self._clock = clock
        self.prune_portions = open_mongo_pruning(rows, clock.now)
        self.layout = f"collection {rows.full_name} {{_id, data, expiresAt}}"
        self.open_source = open_mongo_source(rows)
        self.estimate_rows = partial(estimate_collection, rows)

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect to `mongodb://[user:password@]host[:port][/auth][?collection=sessions]`.

        Raises: InputError for a bad URL or a missing collection; StoreUnavailable when it does
        not answer.
        """
        return await _open(url, clock, CommandCount(), may_create=may_create)

    @classmethod
    async def open_own(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect for the lab's own sessions: each command is as short as can be, and not counted.

        Raises: InputError, StoreUnavailable.
        """
        return await _open(url, clock, None, may_create=may_create)

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        if not is_storable(key):
            return None  # somebody's cookie: no row has such an id
        with mongo_errors():
            found = await self._rows.find_one({"_id": match_key(key)})
        if found is None:
            return None
        return keep_live(to_record(found), self._clock.now())

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, over one that is there; members that are not ours stay."""
        await self._write({"_id": key}, record, upsert=True)

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record in one atomic step; False when it is gone."""
        return await self._write(_match_live(key, self._clock.now()), record, upsert=False)

    async def change(self, key: SessionId, change: Change) -> PutBack | None:
        """Change a live row in place; None when it is gone."""
        return await change_document(self._rows, _match_live(key, self._clock.now()), change)

    async def take(self, key: SessionId, *, ended_by: Seconds | None = None) -> PutBack | None:
        """Delete a row, all members of it; None when there was none."""
        query: Document = {"_id": match_key(key)}
        if ended_by is not None:
            query |= find_expired(ended_by)
        return await take_document(self._rows, query)

    async def delete(self, key: SessionId) -> bool:
        """Delete a record; False when there was none."""
        with mongo_errors():
            done = await self._rows.delete_one({"_id": match_key(key)})
        return done.deleted_count > 0

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means; the query finds candidates, `is_meant` decides."""
        rules: list[Document] = []
        if match.sid is not None:
            rules.append({"data.internal.sid": match.sid})
        if match.sub is not None:
            rules.append({"data.user.sub": match.sub})
        if not rules:
            return []
        rules.append({f"data.{WHOLE}": {"$exists": True}})
        rows = await self._find_rows({"$or": rules})
        doomed = [key for key, record in rows if is_meant(match, record.data)]
        return [key for key in doomed if await self.delete(key)]

    async def find(self, sub: str) -> Sequence[KeyedRecord]:
        """Return the records of one user."""
        return await self._find_rows({"data.user.sub": sub})

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records, and with `orphans` those without an end."""
        rule = PruneRule(at=self._clock.now(), orphans=orphans, dry_run=dry_run)
        return await prune_all(self, rule)

    async def feed(self) -> ChangeFeed:
        """Open a change stream where there are any (replica sets), else poll."""
        try:
            return await StreamFeed.open(self._rows)
        except OperationFailure:
            pass  # a server by itself has none
        except PyMongoError as error:
            raise StoreUnavailable(f"MongoDB: {error}") from error
        database = self._rows.database
        if not await has_counts(database):
            return RestingFeed()
        what = "polling the server's count of commands"
        return SignFeed(what, MongoSign(database).read, settles=True)

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records by keyset, over the _id index; ids that are no text come last."""
        if cursor is not None and cursor.startswith(OTHERS):
            return await self._page_others(int(cursor.removeprefix(OTHERS)), limit)
        query: Document = {"$type": "string"}
        if cursor is not None:
            query = {"$gt": cursor.removeprefix(TEXTS)}
        page = cut_page(await self._find_rows({"_id": query}, limit + 1), limit)
        if page.cursor is not None:
            return Page(rows=page.rows, cursor=f"{TEXTS}{page.cursor}")
        others = await self._page_others(0, limit)
        if not page.rows:
            return others
        if others.rows:
            return Page(rows=page.rows, cursor=f"{OTHERS}0")
        return page

    async def _page_others(self, skip: int, limit: int) -> Page:
        """Return records whose id is no text: none of the SDK's, and yet there."""
        found = await self._find_rows(NO_TEXT, limit + 1, skip)
        if len(found) <= limit:
            return Page(rows=found, cursor=None)
        return Page(rows=found[:limit], cursor=f"{OTHERS}{skip + limit}")

    async def count(self) -> int:
        """Return how many records there are, expired ones too."""
        with mongo_errors():
            return await self._rows.count_documents({})

    async def drop(self) -> None:
        """Remove the collection itself; only `scratch.py` asks, for one of its own."""
        with mongo_errors():
            await self._rows.drop()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _write(self, query: Document, record: Record, *, upsert: bool) -> bool:
        """Write a document; data that this server refuses (FerretDB 1: a dot in a name) as a text.

        MongoDB itself takes them as they are.
        """
        key = SessionId("")
        with mongo_errors():
            try:
                update = to_set(to_document(key, record))
                done = await self._rows.update_one(query, update, upsert=upsert)
            except WriteError:
                whole = Record(data=as_whole(record.data), expires=record.expires)
                update = to_set(to_document(key, whole))
                done = await self._rows.update_one(query, update, upsert=upsert)
        return done.matched_count > 0

    async def _find_rows(self, query: Document, limit: int = 0, skip: int = 0) -> list[KeyedRecord]:
        with mongo_errors():
            found = await self._rows.find(query).sort("_id", 1).skip(skip).limit(limit).to_list()
        return [(SessionId(str(row["_id"])), to_record(row)) for row in found]


def _match_live(key: SessionId, now: Seconds) -> Document:
    """Return the query of a row while it lives."""
    live: list[Document] = [ENDLESS, {"expiresAt": {"$gt": to_datetime(now)}}]
    return {"_id": match_key(key), "$or": live}


async def _open(
    url: str, clock: Clock, commands: CommandCount | None, *, may_create: bool
) -> MongoStore:
    """Connect to a collection; `commands` counts what is sent, None: nothing does."""
    location = parse_location(url)
    client = connect_mongo(location.url, commands)
    async with AsyncExitStack() as unless_opened:
        unless_opened.push_async_callback(client.close)
        with mongo_errors():
            rows = await open_collection(client, location, url, may_create=may_create)
        unless_opened.pop_all()
    return MongoStore(client, rows, clock, commands)
