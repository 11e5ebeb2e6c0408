"""Rows of other frameworks in MongoDB collections."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias
from urllib.parse import urlsplit

from pymongo import AsyncMongoClient
from pymongo.errors import ConfigurationError, InvalidURI, PyMongoError

from devserver.core.errors import InputError, StoreUnavailable
from devserver.stores.raw import Places, RawRow, Shape, bytes_of, moment_of

Document: TypeAlias = dict[str, object]
TIMEOUT = 5000
DATABASE = "test"


class MongoReader:
    """One database: the URL's, else `test`, which is what the drivers of Node take."""

    def __init__(self, client: AsyncMongoClient[Document], database: str) -> None:
        self._client = client
        self._database = database

    @classmethod
    async def open(cls, url: str) -> MongoReader:
        """Connect. Raises: InputError, StoreUnavailable."""
        client = connect_mongo(url)
        try:
            async with mongo_errors():
                await client.admin.command("ping")
        except StoreUnavailable:
            await client.close()
            raise
        return cls(client, database_of(url))

    async def rows(
        self, places: Places, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        """Yield the documents of the layout's collection that have its members."""
        for shape in places.collections:
            found = self._client[self._database][shape.table]
            query = {
                name: {"$exists": True} for name in (shape.key, shape.data, shape.expires) if name
            }
            async with mongo_errors():
                async for document in found.find(query).limit(limit):
                    yield _row(shape, document)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()


def _row(shape: Shape, document: Document) -> RawRow:
    data = document.get(shape.data) if shape.data else None
    value = json.dumps(data, default=str).encode() if isinstance(data, dict) else bytes_of(data)
    return RawRow(
        key=str(document.get(shape.key)),
        value=value,
        expires=moment_of(document.get(shape.expires)),
    )


def connect_mongo(url: str) -> AsyncMongoClient[Document]:
    """Return a client; nothing is sent yet. Raises: InputError."""
    bare = url.partition("?")[0]
    try:
        return AsyncMongoClient(bare, serverSelectionTimeoutMS=TIMEOUT, socketTimeoutMS=TIMEOUT)
    except (InvalidURI, ConfigurationError, ValueError) as error:
        raise InputError(f"{urlsplit(bare).hostname} is no MongoDB URL: {error}") from error


def database_of(url: str) -> str:
    """Return the URL's database, else `test`."""
    return urlsplit(url.partition("?")[0]).path.strip("/") or DATABASE


@asynccontextmanager
async def mongo_errors() -> AsyncIterator[None]:
    """Turn whatever the driver raises into StoreUnavailable."""
    try:
        yield
    except PyMongoError as error:
        raise StoreUnavailable(f"MongoDB: {error}") from error
