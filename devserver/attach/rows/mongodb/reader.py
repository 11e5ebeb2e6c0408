"""Rows of other frameworks in MongoDB collections."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TypeAlias
from urllib.parse import urlsplit

from pymongo import AsyncMongoClient
from pymongo.errors import ConfigurationError, InvalidURI, PyMongoError

from session_inspector.devserver.attach.rows.base import (
    RawRow,
    RowLocations,
    Shape,
    bytes_of,
    moment_of,
    without_own_options,
)
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.stores.timestamps import Timestamps

Document: TypeAlias = dict[str, object]
TIMEOUT = 5000
TIMEOUTS = ("serverSelectionTimeoutMS", "socketTimeoutMS", "connectTimeoutMS")
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
        self, locations: RowLocations, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        """Yield the documents of the layout's collection that have its members."""
        for shape in locations.collections:
            found = self._client[self._database][shape.table]
            query = {
                name: {"$exists": True} for name in (shape.key, shape.data, shape.expires) if name
            }
            async with mongo_errors():
                async for document in found.find(query).limit(limit):
                    yield row_of(shape, document)

    async def at(self, locations: RowLocations, keys: Sequence[str]) -> Sequence[RawRow]:
        """Return the documents of keys."""
        rows: list[RawRow] = []
        for shape in locations.collections:
            found = self._client[self._database][shape.table].find({shape.key: {"$in": [*keys]}})
            async with mongo_errors():
                rows += [row_of(shape, document) async for document in found]
        return rows

    def prefixes(self, locations: RowLocations) -> Sequence[str]:
        """Return none: some apps write one, and it is seen in their documents."""
        return ("",)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()


def row_of(shape: Shape, document: Document) -> RawRow:
    """Return what a document says."""
    return RawRow(
        key=str(document.get(shape.key)),
        value=content_of(document.get(shape.data)) if shape.data else b"",
        expires=moment_of(document.get(shape.expires)),
    )


def content_of(data: object) -> bytes:
    """Return a member as bytes; an object is JSON, its dates as JavaScript writes them."""
    if isinstance(data, dict):
        return json.dumps(data, default=_text, ensure_ascii=False).encode("utf-8", "replace")
    return bytes_of(data)


def _text(value: object) -> str:
    if not isinstance(value, datetime):
        return str(value)
    return str(Timestamps("iso").encode(value.replace(tzinfo=UTC).timestamp()))


def connect_mongo(url: str) -> AsyncMongoClient[Document]:
    """Return a client; nothing is sent yet. Raises: InputError."""
    limits = {name: TIMEOUT for name in TIMEOUTS if name not in url}
    try:
        return AsyncMongoClient(without_own_options(url), None, None, None, None, None, **limits)
    except (InvalidURI, ConfigurationError, ValueError) as error:
        raise InputError(f"{urlsplit(url).hostname} is no MongoDB URL: {error}") from error


def database_of(url: str) -> str:
    """Return the URL's database, else `test`."""
    return urlsplit(url).path.strip("/") or DATABASE


@asynccontextmanager
async def mongo_errors() -> AsyncIterator[None]:
    """Turn whatever the driver raises into StoreUnavailable."""
    try:
        yield
    except PyMongoError as error:
        raise StoreUnavailable(f"MongoDB: {error}") from error
