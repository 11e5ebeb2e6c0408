"""Sessions in MongoDB, as the SDK's documented example lays them out.

Collection `sessions` of database `auth`: `{_id, data, expiresAt}`, with a TTL index on `expiresAt`.
A record without an end has no `expiresAt`. MongoDB's own clean-up runs once a minute by its own
clock; what counts is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime

from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import OperationFailure, PyMongoError, WriteError

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import StoreUnavailable
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
from session_inspector.devserver.stores.feeds import SignFeed
from session_inspector.devserver.stores.mongodb.client import (
    Document,
    connect_mongo,
    mongo_errors,
)
from session_inspector.devserver.stores.mongodb.collection import open_collection, parse_location
from session_inspector.devserver.stores.mongodb.documents import to_document, to_record
from session_inspector.devserver.stores.mongodb.stream import StreamFeed
from session_inspector.devserver.stores.paging import cut_page
from session_inspector.devserver.stores.rows import WHOLE, as_whole
from session_inspector.devserver.stores.session_data import is_meant
from session_inspector.devserver.stores.timestamps import to_datetime

ENDLESS: Document = {"expiresAt": None}
"""No end: the member is not there, or it is null."""


class MongoStore:
    """One collection; `?collection=` names another than `sessions`."""

    def __init__(
        self,
        client: AsyncMongoClient[Document],
        rows: AsyncCollection[Document],
        clock: Clock,
    ) -> None:
        self._client = client
        self._rows = rows
        self._clock = clock
        self.layout = f"collection {rows.full_name} {{_id, data, expiresAt}}"

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect to `mongodb://[user:password@]host[:port][/auth][?collection=sessions]`.

        Raises: InputError for a bad URL or a missing collection; StoreUnavailable when it does
        not answer.
        """
        location = parse_location(url)
        client = connect_mongo(location.url)
        async with AsyncExitStack() as unless_opened:
            unless_opened.push_async_callback(client.close)
            with mongo_errors():
                rows = await open_collection(client, location, url, may_create=may_create)
            unless_opened.pop_all()
        return cls(client, rows, clock)

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        with mongo_errors():
            found = await self._rows.find_one({"_id": key})
        if found is None:
            return None
        return keep_live(to_record(found), self._clock.now())

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, over one that is there."""
        await self._replace({"_id": key}, key, record, upsert=True)

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record in one atomic step; False when it is gone."""
        live: list[Document] = [ENDLESS, {"expiresAt": {"$gt": self._now()}}]
        return await self._replace({"_id": key, "$or": live}, key, record, upsert=False)

    async def delete(self, key: SessionId) -> bool:
        """Delete a record; False when there was none."""
        with mongo_errors():
            done = await self._rows.delete_one({"_id": key})
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
        """Delete expired records in one command, and with `orphans` those without an end."""
        expired = await self._prune({"expiresAt": {"$lte": self._now()}}, dry_run=dry_run)
        endless = 0
        if orphans:
            endless = await self._prune(ENDLESS, dry_run=dry_run)
        return Pruned(expired=expired, orphans=endless)

    async def feed(self) -> ChangeFeed:
        """Open a change stream where there are any (replica sets), else poll."""
        try:
            return await StreamFeed.open(self._rows)
        except OperationFailure:
            return SignFeed("polling expiresAt twice a second", self._read_sign)
        except PyMongoError as error:
            raise StoreUnavailable(f"MongoDB: {error}") from error

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records by keyset, over the _id index."""
        query: Document = {}
        if cursor is not None:
            query["_id"] = {"$gt": cursor}
        found = await self._find_rows(query, limit + 1)
        return cut_page(found, limit)

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

    async def _replace(
        self, query: Document, key: SessionId, record: Record, *, upsert: bool
    ) -> bool:
        """Write a document; data this server cannot hold (FerretDB 1: lists in lists) as a text."""
        with mongo_errors():
            try:
                document = to_document(key, record)
                done = await self._rows.replace_one(query, document, upsert=upsert)
            except WriteError:
                whole = Record(data=as_whole(record.data), expires=record.expires)
                document = to_document(key, whole)
                done = await self._rows.replace_one(query, document, upsert=upsert)
        return done.matched_count > 0

    async def _read_sign(self) -> object:
        """Return what any write moves: how many there are, and the newest end."""
        with mongo_errors():
            newest = await self._rows.find_one({}, {"expiresAt": 1}, sort=[("expiresAt", -1)])
            count = await self._rows.count_documents({})
        if newest is None:
            return count, None
        return count, newest.get("expiresAt")

    async def _find_rows(self, query: Document, limit: int = 0) -> list[KeyedRecord]:
        with mongo_errors():
            found = await self._rows.find(query).sort("_id", 1).limit(limit).to_list()
        return [(SessionId(str(row["_id"])), to_record(row)) for row in found]

    async def _prune(self, query: Document, *, dry_run: bool) -> int:
        """Delete, or count, what a query finds."""
        with mongo_errors():
            if dry_run:
                return await self._rows.count_documents(query)
            done = await self._rows.delete_many(query)
        return done.deleted_count

    def _now(self) -> datetime:
        return to_datetime(self._clock.now())
