"""Writes to other frameworks' documents in MongoDB."""

from __future__ import annotations

from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from session_inspector.devserver.attach.rows.base import RowLocations, Shape
from session_inspector.devserver.attach.rows.mongodb.documents import (
    change_document,
    to_raw_row,
)
from session_inspector.devserver.attach.rows.mongodb.reader import database_of
from session_inspector.devserver.attach.rows.writing import (
    Change,
    IsDoomed,
    is_for_clean_up,
    is_kept,
)
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.exact import TRIES, PutBack, busy_error
from session_inspector.devserver.stores.mongodb.client import (
    Document,
    connect_mongo,
    mongo_errors,
)
from session_inspector.devserver.stores.url_options import drop_options


class MongoWriter:
    """One database."""

    def __init__(self, client: AsyncMongoClient[Document], database: str) -> None:
        self._client = client
        self._database = client[database]

    @classmethod
    async def open(cls, url: str, clock: Clock) -> MongoWriter:
        """Prepare; the first write connects. Raises: InputError."""
        return cls(connect_mongo(drop_options(url)), database_of(url))

    async def remove(
        self, locations: RowLocations, key: str, is_doomed: IsDoomed | None = None
    ) -> PutBack | None:
        """Delete a document; what is put back is the whole of it."""
        for _ in range(TRIES):
            shape, document = await self._find(locations, key)
            if shape is None or document is None:
                return None
            if is_kept(to_raw_row(shape, document), is_doomed):
                return None
            rows = self._database[shape.table]
            with mongo_errors():
                gone = await rows.find_one_and_delete(_match_as_read(shape, document))
            if gone is not None:
                return _prepare_put_back(rows, shape.key, gone)
        raise busy_error()

    async def end(
        self, locations: RowLocations, key: str, at: Seconds, change: Change
    ) -> PutBack | None:
        """Set the member of the end, and the content where it keeps one too.

        Nobody else writes it meanwhile. None: it was not there.
        """
        for _ in range(TRIES):
            shape, document = await self._find(locations, key)
            if shape is None or document is None:
                return None
            changes = change_document(shape, document, at, change)
            if await self._write_end(shape, document, changes):
                return self._prepare_end_undone(shape, document, changes)
        raise busy_error()

    async def _write_end(self, shape: Shape, document: Document, changes: Document) -> bool:
        """Write changes of a document; False: it has changed since it was read."""
        rows = self._database[shape.table]
        query = _match_as_read(shape, document)
        with mongo_errors():
            if is_for_clean_up(shape, changes):
                return bool((await rows.delete_one(query)).deleted_count)
            return bool((await rows.update_one(query, {"$set": changes})).matched_count)

    def _prepare_end_undone(self, shape: Shape, document: Document, changes: Document) -> PutBack:
        rows = self._database[shape.table]
        if is_for_clean_up(shape, changes):
            return _prepare_put_back(rows, shape.key, document)
        before = {name: document[name] for name in changes if name in document}
        update: Document = {"$set": before}
        added = [name for name in changes if name not in document]
        if added:
            update["$unset"] = dict.fromkeys(added, "")

        async def put_back() -> bool:
            query = {"_id": document["_id"], **changes}
            with mongo_errors():
                return bool((await rows.update_one(query, update)).matched_count)

        return put_back

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()

    async def _find(
        self, locations: RowLocations, key: str
    ) -> tuple[Shape | None, Document | None]:
        """Return the first of a layout's collections that has a key, and its document."""
        for shape in locations.collections:
            with mongo_errors():
                document = await self._database[shape.table].find_one({shape.key: key})
            if document is not None:
                return shape, document
        return None, None


def _match_as_read(shape: Shape, document: Document) -> Document:
    """Return the query that finds a document only while it holds what was read."""
    query: Document = {"_id": document["_id"]}
    for name in (shape.data, shape.expires):
        if name:
            query[name] = document.get(name)
    return query


def _prepare_put_back(rows: AsyncCollection[Document], key: str, document: Document) -> PutBack:
    async def put_back() -> bool:
        with mongo_errors():
            if await rows.find_one({key: document[key]}) is not None:
                return False
            try:
                # an upsert would put the members into the order of their names
                await rows.insert_one(document)
            except DuplicateKeyError:
                return False
        return True

    return put_back
