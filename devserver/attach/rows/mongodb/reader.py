"""Rows of other frameworks in MongoDB collections."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from urllib.parse import urlsplit

from pymongo import AsyncMongoClient

from session_inspector.devserver.attach.rows.base import RawRow, RowLocations, RowTexts
from session_inspector.devserver.attach.rows.mongodb.documents import to_raw_row
from session_inspector.devserver.attach.rows.mongodb.source import open_collection
from session_inspector.devserver.attach.rows.survey import describe_tables
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.mongodb.client import (
    Document,
    connect_mongo,
    mongo_errors,
)
from session_inspector.devserver.stores.mongodb.source import estimate_collection
from session_inspector.devserver.stores.querying.estimates import RowEstimate
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.opening import NoRows
from session_inspector.devserver.stores.querying.sources import WindowSource
from session_inspector.devserver.stores.url_options import drop_options
from session_inspector.devserver.stores.watching.commands import CommandCount

LOOKED = 20
"""Documents that a sample looks at for each row that it wants."""
DATABASE = "test"
"""Where rows are when the URL names no database: what the drivers of Node take."""


class MongoReader:
    """One database: the URL's, else `test`."""

    def __init__(
        self, client: AsyncMongoClient[Document], database: str, commands: CommandCount
    ) -> None:
        self.commands = commands
        self._client = client
        self._database = client[database]

    @classmethod
    async def open(cls, url: str, clock: Clock) -> MongoReader:
        """Connect. Raises: InputError, StoreUnavailable."""
        commands = CommandCount()
        client = connect_mongo(drop_options(url), commands)
        try:
            with mongo_errors():
                await client.admin.command("ping")
        except StoreUnavailable:
            await client.close()
            raise
        return cls(client, database_of(url), commands)

    async def rows(
        self, locations: RowLocations, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        """Yield the documents of the layout's collection that have its members.

        A sample looks at the first documents only: no index has what another layout lacks.
        """
        for shape in locations.collections:
            query: Document = {name: {"$exists": True} for name in shape.columns}
            found = self._database[shape.table].find(query).limit(limit)
            if is_sample:
                found = self._database[shape.table].find().limit(limit * LOOKED)
            count = 0
            with mongo_errors():
                async for document in found:
                    if count == limit:
                        break
                    if set(shape.columns) <= set(document):
                        count += 1
                        yield to_raw_row(shape, document)

    async def open_source(
        self, locations: RowLocations, texts: RowTexts, wanted: RowFilter, now: Seconds
    ) -> WindowSource[RawRow]:
        """Return the documents of the layout's collection that has any."""
        for shape in locations.collections:
            rows = self._database[shape.table]
            is_row: Document = {name: {"$exists": True} for name in shape.columns}
            with mongo_errors():
                is_there = await rows.find_one(is_row, {"_id": 1}) is not None
            if is_there:
                return open_collection(rows, shape, texts, wanted, now)
        return NoRows()

    async def estimate(self, locations: RowLocations) -> RowEstimate | None:
        """Return the documents of the layout's collection that has any, by the server's count."""
        for shape in locations.collections:
            found = await estimate_collection(self._database[shape.table])
            if found.count:
                return found
        return None

    async def at(self, locations: RowLocations, keys: Sequence[str]) -> Sequence[RawRow]:
        """Return the documents of keys."""
        rows: list[RawRow] = []
        for shape in locations.collections:
            query: Document = {shape.key: {"$in": [*keys]}}
            with mongo_errors():
                documents = await self._database[shape.table].find(query).to_list()
            rows += [to_raw_row(shape, document) for document in documents]
        return rows

    def prefixes(self, locations: RowLocations) -> Sequence[str]:
        """Return none: some apps write one, and it is seen in their documents."""
        return ("",)

    async def survey(self) -> Sequence[str]:
        """Return the collections of the database."""
        with mongo_errors():
            names = await self._database.list_collection_names()
        own = [name for name in names if not name.startswith("system.")]
        return describe_tables("collection", dict.fromkeys(own, ()))

    async def others(self, locations: RowLocations) -> Mapping[str, int]:
        """Return none: a table or collection has rows of one kind."""
        return {}

    async def version(self) -> str | None:
        """Return None: only a replica set has a time of its last write."""
        return None

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()


def database_of(url: str) -> str:
    """Return the URL's database, else `test`."""
    return urlsplit(url).path.strip("/") or DATABASE
