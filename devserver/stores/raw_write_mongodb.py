"""Writes to other frameworks' documents in MongoDB."""

from __future__ import annotations

import json

from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection

from devserver.core.values import Seconds
from devserver.stores.raw import Places
from devserver.stores.raw_mongodb import Document, connect_mongo, database_of, mongo_errors
from devserver.stores.raw_write import PutBack, like, typed


class MongoWriter:
    """One database."""

    def __init__(self, client: AsyncMongoClient[Document], database: str) -> None:
        self._client = client
        self._database = database

    @classmethod
    def open(cls, url: str) -> MongoWriter:
        """Prepare; the first write connects. Raises: InputError."""
        return cls(connect_mongo(url), database_of(url))

    async def remove(self, places: Places, key: str) -> PutBack | None:
        """Delete a document; what is put back is the whole of it."""
        for shape in places.collections:
            found = self._client[self._database][shape.table]
            async with mongo_errors():
                document = await found.find_one_and_delete({shape.key: key})
            if document is not None:
                return _putting_back(found, document)
        return None

    async def end(self, places: Places, key: str, at: Seconds, value: bytes | None) -> bool:
        """Set the member of the end, and the content where there is one."""
        for shape in places.collections:
            found = self._client[self._database][shape.table]
            async with mongo_errors():
                document = await found.find_one({shape.key: key})
                if document is None:
                    continue
                changes = {shape.expires: like(document.get(shape.expires), at)}
                if value is not None and shape.data:
                    before = document.get(shape.data)
                    is_object = isinstance(before, dict)
                    changes[shape.data] = json.loads(value) if is_object else typed(before, value)
                done = await found.update_one({"_id": document["_id"]}, {"$set": changes})
            return done.matched_count > 0
        return False

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()


def _putting_back(collection: AsyncCollection[Document], document: Document) -> PutBack:
    async def put_back() -> None:
        async with mongo_errors():
            await collection.replace_one({"_id": document["_id"]}, document, upsert=True)

    return put_back
