"""The sessions collection: where a URL says it is, and how it is made."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import OperationFailure

from session_inspector.devserver.core.errors import InputError, MissingTable
from session_inspector.devserver.stores.mongodb.client import Document
from session_inspector.devserver.stores.url_options import drop_options, read_options

DATABASE = "auth"
OPTION = "collection"
OPTIONS: CodecOptions[Document] = CodecOptions(
    tz_aware=True,
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
    unicode_decode_error_handler="replace",
)
"""Reads any document: dates that Python does not have, and texts that are none."""
NOT_IMPLEMENTED = 238
"""Error code of a server without TTL indexes."""


@dataclass(frozen=True, slots=True)
class CollectionLocation:
    """What a URL names."""

    url: str
    """As the driver takes it: the user is looked up in `admin`, not in this database."""
    database: str
    name: str


def parse_location(url: str) -> CollectionLocation:
    """Return what a URL names. Raises: InputError for a name that no collection has."""
    name = read_options(url).get(OPTION, "sessions")
    if not name or name.startswith("system.") or set("$\x00") & set(name):
        raise InputError(f"collection {name!r} is no collection's name")
    parts = urlsplit(drop_options(url, {OPTION}))
    return CollectionLocation(
        url=parts._replace(path="/").geturl(),
        database=parts.path.strip("/") or DATABASE,
        name=name,
    )


async def open_collection(
    client: AsyncMongoClient[Document], location: CollectionLocation, url: str, *, may_create: bool
) -> AsyncCollection[Document]:
    """Return a collection, made with its index when that is allowed.

    Raises: MissingTable; InputError for a collection of others; pymongo's errors.
    """
    database = client[location.database]
    rows = database.get_collection(location.name, OPTIONS)
    names = await database.list_collection_names()
    if may_create:
        await _refuse_others(rows)
        await _make_index(rows)
    elif location.name not in names:
        raise MissingTable(
            f"collection {location.name} is not in database {location.database}; nothing is"
            f" created unasked. Fix: session-inspector stores create '{url}'"
        )
    return rows


async def _refuse_others(rows: AsyncCollection[Document]) -> None:
    """Refuse a collection with documents of another app's form. Raises: InputError."""
    found = await rows.find_one({})
    if found is not None and not {"data", "expiresAt"} & set(found):
        raise InputError(
            f"collection {rows.name} is another app's: its documents have {', '.join(found)}, not"
            " _id, data, expiresAt; nothing was changed. Fix: name another with ?collection="
        )


async def _make_index(rows: AsyncCollection[Document]) -> None:
    """Make the TTL index; a server that has none (FerretDB 1) gets a plain one: prune cleans up."""
    try:
        await rows.create_index("expiresAt", expireAfterSeconds=0)
    except OperationFailure as error:
        if error.code != NOT_IMPLEMENTED:
            raise
        await rows.create_index("expiresAt")
