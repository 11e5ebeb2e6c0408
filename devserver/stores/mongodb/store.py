"""Sessions in MongoDB, as the SDK's documented example lays them out.

Collection `sessions` of database `auth`: `{_id, data, expiresAt}`, with a TTL index on `expiresAt`.
A record without an end has no `expiresAt`. MongoDB's own clean-up runs once a minute by its own
clock; what counts is ours.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bson import encode
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import (
    ConfigurationError,
    InvalidURI,
    OperationFailure,
    PyMongoError,
    WriteError,
)

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError, MissingTable, StoreUnavailable
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
)
from session_inspector.devserver.stores.feeds import SignFeed
from session_inspector.devserver.stores.mongodb.stream import StreamFeed
from session_inspector.devserver.stores.rows import WHOLE, as_whole, from_whole
from session_inspector.devserver.stores.session_data import is_meant
from session_inspector.devserver.stores.timestamps import FAR, to_datetime

Document: TypeAlias = dict[str, object]
TIMEOUT = 5_000
"""Milliseconds a server may take to answer."""

TIMEOUTS = ("serverSelectionTimeoutMS", "connectTimeoutMS", "socketTimeoutMS")
NOT_IMPLEMENTED = 238


class MongoStore:
    """One collection; `?collection=` names another than `sessions`."""

    def __init__(
        self,
        client: AsyncMongoClient[Document],
        rows: AsyncCollection[Document],
        clock: Clock,
    ) -> None:
        self._client = client
        self._all = rows
        self._clock = clock
        self.layout = f"collection {rows.full_name} {{_id, data, expiresAt}}"

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect to `mongodb://[user:password@]host[:port][/auth][?collection=sessions]`.

        Raises: InputError for a bad URL or a missing collection; StoreUnavailable when it does
        not answer.
        """
        bare, database, name = _parsed(url)
        try:
            client: AsyncMongoClient[Document] = AsyncMongoClient(_patient(bare))
        except (InvalidURI, ConfigurationError, ValueError) as error:
            raise InputError(f"this is no MongoDB URL: {error}") from error
        rows = client[database].get_collection(name, CodecOptions(tz_aware=True))
        async with AsyncExitStack() as unless_opened, _errors():
            unless_opened.push_async_callback(client.close)
            is_there = name in await client[database].list_collection_names()
            if may_create:
                await _make_index(rows)
            elif not is_there:
                raise MissingTable(
                    f"collection {name} is not in database {database}; nothing is created"
                    f" unasked. Fix: session-inspector stores create '{url}'"
                )
            unless_opened.pop_all()
        return cls(client, rows, clock)

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        async with _errors():
            found = await self._all.find_one({"_id": key})
        record = _record(found) if found else None
        is_live = record and (record.expires is None or record.expires > self._clock.now())
        return record if is_live else None

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, whether or not there is one."""
        await self._replace({"_id": key}, key, record, upsert=True)

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record in one atomic step; False when it is gone."""
        rule: Document = {
            "_id": key,
            "$or": [{"expiresAt": None}, {"expiresAt": {"$gt": self._now()}}],
        }
        return await self._replace(rule, key, record, upsert=False)

    async def delete(self, key: SessionId) -> bool:
        """Delete a record; False when there was none."""
        async with _errors():
            return (await self._all.delete_one({"_id": key})).deleted_count > 0

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means; the query finds candidates, belongs_to decides."""
        rules = [("data.internal.sid", match.sid), ("data.user.sub", match.sub)]
        named: list[Document] = [{name: value} for name, value in rules if value is not None]
        if not named:
            return []
        rows = await self._found({"$or": [*named, {f"data.{WHOLE}": {"$exists": True}}]})
        doomed = [key for key, record in rows if is_meant(match, record.data)]
        return [key for key in doomed if await self.delete(key)]

    async def find(self, sub: str) -> Sequence[tuple[SessionId, Record]]:
        """Return the records of one user."""
        return await self._found({"data.user.sub": sub})

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records in one command, and with `orphans` those without an end."""
        expired: Document = {"expiresAt": {"$lte": self._now()}}
        done = [await self._prune(expired, dry_run=dry_run)]
        done.append(await self._prune({"expiresAt": None}, dry_run=dry_run) if orphans else 0)
        return Pruned(expired=done[0], orphans=done[1])

    async def feed(self) -> ChangeFeed:
        """Open a change stream where there are any (replica sets), else poll."""
        try:
            return await StreamFeed.open(self._all)
        except OperationFailure:
            return SignFeed("polling expiresAt twice a second", self._sign)
        except PyMongoError as error:
            raise StoreUnavailable(f"MongoDB: {error}") from error

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records by keyset, over the _id index."""
        rule: Document = {"_id": {"$gt": cursor}} if cursor is not None else {}
        rows = await self._found(rule, limit + 1)
        last = rows[limit - 1][0] if len(rows) > limit else None
        return Page(rows=rows[:limit], cursor=last)

    async def count(self) -> int:
        """Return how many records there are, expired ones too."""
        async with _errors():
            return await self._all.count_documents({})

    async def drop(self) -> None:
        """Remove the collection itself; only `scratch.py` asks, for one of its own."""
        async with _errors():
            await self._all.drop()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _replace(
        self, rule: Document, key: SessionId, record: Record, *, upsert: bool
    ) -> bool:
        """Write a document; data this server cannot hold (FerretDB 1: lists in lists) as a text."""
        async with _errors():
            try:
                done = await self._all.replace_one(rule, _document(key, record), upsert=upsert)
            except WriteError:
                whole = Record(data=as_whole(record.data), expires=record.expires)
                done = await self._all.replace_one(rule, _document(key, whole), upsert=upsert)
        return done.matched_count > 0

    async def _sign(self) -> object:
        """Return what any write moves: how many there are, and the newest end."""
        async with _errors():
            newest = await self._all.find_one({}, {"expiresAt": 1}, sort=[("expiresAt", -1)])
            return await self._all.count_documents({}), (newest or {}).get("expiresAt")

    async def _found(self, rule: Document, limit: int = 0) -> list[tuple[SessionId, Record]]:
        async with _errors():
            rows = await self._all.find(rule).sort("_id", 1).limit(limit).to_list()
        return [(SessionId(str(row["_id"])), _record(row)) for row in rows]

    async def _prune(self, rule: Document, *, dry_run: bool) -> int:
        async with _errors():
            if dry_run:
                return await self._all.count_documents(rule)
            return (await self._all.delete_many(rule)).deleted_count

    def _now(self) -> datetime:
        return to_datetime(self._clock.now())


async def _make_index(rows: AsyncCollection[Document]) -> None:
    """Make the TTL index; a server that has none (FerretDB 1) gets a plain one: prune cleans up."""
    try:
        await rows.create_index("expiresAt", expireAfterSeconds=0)
    except OperationFailure as error:
        if error.code != NOT_IMPLEMENTED:
            raise
        await rows.create_index("expiresAt")


@asynccontextmanager
async def _errors() -> AsyncIterator[None]:
    try:
        yield
    except (PyMongoError, BSONError, OSError) as error:
        raise StoreUnavailable(f"MongoDB: {error}") from error


def _document(key: SessionId, record: Record) -> Document:
    found: Document = {"_id": key, "data": _bson_safe(record.data)}
    if record.expires is not None:
        # BSON keeps milliseconds; cut, never rounded up: nothing lives longer than it should
        cut = math.floor(record.expires * 1000) / 1000
        found["expiresAt"] = to_datetime(cut)
    return found


def _bson_safe(data: JsonObject) -> JsonObject:
    """Return the data, kept whole as a text when BSON cannot hold it (a lone surrogate)."""
    try:
        encode(data)
    except (BSONError, UnicodeEncodeError, OverflowError):
        return as_whole(data)
    return as_whole(data) if _has_strange_name(data) else data


def _has_strange_name(value: Json) -> bool:
    """Say whether a member's name has a meaning to MongoDB: `$…`, a dot, or nothing."""
    if isinstance(value, list):
        return any(_has_strange_name(member) for member in value)
    if not isinstance(value, dict):
        return isinstance(value, str) and "\x00" in value
    return any(
        not name or name.startswith("$") or "." in name or _has_strange_name(member)
        for name, member in value.items()
    )


def _record(row: Mapping[str, object]) -> Record:
    data, ends = row.get("data"), row.get("expiresAt")
    seconds = ends.astimezone(UTC).timestamp() if isinstance(ends, datetime) else None
    expires = None if seconds is None or seconds >= FAR else seconds
    return Record(data=from_whole(data) if isinstance(data, dict) else {}, expires=expires)


def _patient(url: str) -> str:
    """Return a URL with our own limits of waiting where it names none."""
    found = [f"{name}={TIMEOUT}" for name in TIMEOUTS if name not in url]
    return f"{url}{'&' if '?' in url else '?'}{'&'.join(found)}" if found else url


def _parsed(url: str) -> tuple[str, str, str]:
    """Return (URL for the driver, database, collection)."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query)
    name = dict(query).get("collection", "sessions")
    rest = urlencode([(key, value) for key, value in query if key != "collection"])
    database = parts.path.strip("/") or "auth"
    if not name or name.startswith("system.") or set("$\x00") & set(name):
        raise InputError(f"collection {name!r} is no collection's name")
    return urlunsplit(parts._replace(path="/", query=rest)), database, name
