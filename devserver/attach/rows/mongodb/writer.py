"""Writes to other frameworks' documents in MongoDB."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection

from session_inspector.devserver.attach.rows.base import RowLocations, Shape, moment_of
from session_inspector.devserver.attach.rows.mongodb.reader import (
    Document,
    connect_mongo,
    content_of,
    database_of,
    mongo_errors,
    row_of,
)
from session_inspector.devserver.attach.rows.writing import (
    TRIES,
    Change,
    PutBack,
    Still,
    like,
    too_busy,
    typed,
)
from session_inspector.devserver.core.values import Json, Seconds


class MongoWriter:
    """One database."""

    def __init__(self, client: AsyncMongoClient[Document], database: str) -> None:
        self._client = client
        self._database = database

    @classmethod
    def open(cls, url: str) -> MongoWriter:
        """Prepare; the first write connects. Raises: InputError."""
        return cls(connect_mongo(url), database_of(url))

    async def remove(
        self, locations: RowLocations, key: str, still: Still | None = None
    ) -> PutBack | None:
        """Delete a document; what is put back is the whole of it."""
        for shape in locations.collections:
            for _ in range(TRIES):
                document = await self._found(shape, key)
                if document is None:
                    break
                if still is not None and not still(row_of(shape, document)):
                    return None
                found = self._client[self._database][shape.table]
                async with mongo_errors():
                    gone = await found.find_one_and_delete(_as_read(shape, document))
                if gone is not None:
                    return _putting_back(found, shape.key, gone)
            else:
                raise too_busy()
        return None

    async def end(self, locations: RowLocations, key: str, at: Seconds, change: Change) -> bool:
        """Set the member of the end, and the content where it keeps one too."""
        for shape in locations.collections:
            for _ in range(TRIES):
                document = await self._found(shape, key)
                if document is None:
                    break
                changes = _changes(shape, document, at, change)
                found = self._client[self._database][shape.table]
                async with mongo_errors():
                    done = await found.update_one(_as_read(shape, document), {"$set": changes})
                if done.matched_count:
                    return True
            else:
                raise too_busy()
        return False

    async def _found(self, shape: Shape, key: str) -> Document | None:
        async with mongo_errors():
            return await self._client[self._database][shape.table].find_one({shape.key: key})

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()


def _as_read(shape: Shape, document: Document) -> Document:
    """Return what finds a document only while it says what it said."""
    names = [name for name in (shape.data, shape.expires) if name]
    return {"_id": document["_id"], **{name: document.get(name) for name in names}}


def _changes(shape: Shape, document: Document, at: Seconds, change: Change) -> Document:
    changes = {shape.expires: like(document.get(shape.expires), at)}
    before = document.get(shape.data) if shape.data else None
    value = change(content_of(before)) if shape.data else None
    if value is None:
        return changes
    if isinstance(before, dict):
        was, now = json.loads(content_of(before)), json.loads(value)
        return {**changes, shape.data: _laid_over(before, was, now)}
    return {**changes, shape.data: typed(before, value)}


def _laid_over(original: object, before: Json, after: Json) -> object:
    """Return a value changed as its JSON was; what did not change keeps its BSON type."""
    if before == after:
        return original
    if isinstance(original, dict) and isinstance(before, dict) and isinstance(after, dict):
        return {
            name: _laid_over(original.get(name), before.get(name), member)
            for name, member in after.items()
        }
    moment = moment_of(after) if isinstance(original, datetime) else None
    if moment is None:
        return after
    return datetime.fromtimestamp(moment, UTC).replace(tzinfo=None)


def _putting_back(collection: AsyncCollection[Document], key: str, document: Document) -> PutBack:
    rest = {name: member for name, member in document.items() if name != key}

    async def put_back() -> bool:
        async with mongo_errors():
            done = await collection.update_one(
                {key: document[key]}, {"$setOnInsert": rest}, upsert=True
            )
        return done.matched_count == 0

    return put_back
