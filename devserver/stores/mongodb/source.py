"""Documents of MongoDB as a window: by `_id`, conditions as a query.

Ids that are texts come first, then ObjectIds; others, which no framework makes, come last and are
counted. A comparison of `_id` finds only ids of its own type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bson import ObjectId
from bson.errors import InvalidId
from pymongo.asynchronous.collection import AsyncCollection

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import KeyedRecord, SessionId
from session_inspector.devserver.stores.mongodb.client import Document, mongo_errors
from session_inspector.devserver.stores.mongodb.documents import to_record
from session_inspector.devserver.stores.querying.conditions import SLACK, describe_answer
from session_inspector.devserver.stores.querying.cursors import NO_CURSOR, shorten
from session_inspector.devserver.stores.querying.estimates import RowEstimate
from session_inspector.devserver.stores.querying.filters import Name, RowFilter
from session_inspector.devserver.stores.querying.sources import (
    Keep,
    OpenSource,
    Portion,
    WindowSource,
    take_fitting,
)
from session_inspector.devserver.stores.querying.sql_source import BATCH, PORTION, TRIES
from session_inspector.devserver.stores.timestamps import to_datetime

T = TypeVar("T")
TEXT = "text"
OBJECT_ID = "id"
OTHER = "other"
KINDS = (TEXT, OBJECT_ID, OTHER)
OF_KIND: dict[str, Document] = {
    TEXT: {"_id": {"$type": "string"}},
    OBJECT_ID: {"_id": {"$type": "objectId"}},
    OTHER: {"_id": {"$not": {"$type": ["string", "objectId"]}}},
}
STABILITY = "a row that is there throughout comes once"


@dataclass(frozen=True, slots=True, kw_only=True)
class MongoList(Generic[T]):
    """What is read of a collection."""

    rows: AsyncCollection[Document]
    to_row: Callable[[Document], T]
    is_row: Document
    """What each document of it meets."""
    wanted: Sequence[Document]
    """What documents meet that fit the filter."""
    how: str
    is_filtered: bool


class MongoSource(Generic[T]):
    """One list of a collection."""

    stability = STABILITY

    def __init__(self, wanted: MongoList[T]) -> None:
        self.how = wanted.how
        self._list = wanted

    async def read(self, position: str | None, most: int, keep: Keep[T]) -> Portion[T]:
        """Return what fits of the next documents."""
        kind, start = _parse(position)
        size = max(most, BATCH) if self._list.is_filtered else most
        if kind == OTHER:
            return await self._read_others(int(start or 0), size, most, keep)
        first: Document = dict(OF_KIND[kind])
        if start:
            first = {"_id": {"$gte": _to_id(kind, start)}}
        end: object = None
        if self._list.wanted:
            end = await self._find_end(first)
        within = [first]
        if end is not None:
            within.append({"_id": {"$lt": end}})
        found = await self._find({"$and": [*within, self._list.is_row, *self._list.wanted]}, size)
        following = _next_of(kind, end)
        if len(found) > size:
            following = f"{kind}:{found[size]['_id']}"
        looked = len(found[:size])
        if end is not None and len(found) <= size:
            looked = PORTION
        pairs = [(f"{kind}:{row['_id']}", self._list.to_row(row)) for row in found[:size]]
        kept, cut = take_fitting(pairs, most, keep)
        return Portion(rows=kept, position=cut or following, looked=looked)

    async def disclose(self, position: str) -> str | None:
        """Return the shortest text that still begins the same page."""
        kind, start = _parse(position)
        if kind != TEXT or not start:
            return position
        with mongo_errors():
            before = await self._list.rows.find_one(
                {"_id": {"$lt": start}}, {"_id": 1}, sort=[("_id", -1)]
            )
        first = len(shorten(start, str(before["_id"]) if before else ""))
        for length in range(first, min(first + TRIES, len(start)) + 1):
            with mongo_errors():
                found = await self._list.rows.find_one(
                    {"_id": {"$gte": start[:length]}}, {"_id": 1}, sort=[("_id", 1)]
                )
            if found is not None and found["_id"] == start:
                return f"{TEXT}:{start[:length]}"
        return None

    async def _read_others(self, skip: int, size: int, most: int, keep: Keep[T]) -> Portion[T]:
        query: Document = {"$and": [OF_KIND[OTHER], self._list.is_row, *self._list.wanted]}
        found = await self._find(query, size, skip)
        following = None
        if len(found) > size:
            following = f"{OTHER}:{skip + size}"
        pairs = [
            (f"{OTHER}:{skip + number}", self._list.to_row(row))
            for number, row in enumerate(found[:size])
        ]
        kept, cut = take_fitting(pairs, most, keep)
        return Portion(rows=kept, position=cut or following, looked=len(found[:size]))

    async def _find_end(self, first: Document) -> object:
        """Return the id behind a portion; None: there are no more of its kind."""
        with mongo_errors():
            found = self._list.rows.find(first, {"_id": 1}).sort("_id", 1).skip(PORTION).limit(1)
            rows = await found.to_list()
        if not rows:
            return None
        return rows[0]["_id"]

    async def _find(self, query: Document, size: int, skip: int = 0) -> list[Document]:
        with mongo_errors():
            found = self._list.rows.find(query).sort("_id", 1).skip(skip).limit(size + 1)
            return await found.to_list()


def open_mongo_source(rows: AsyncCollection[Document]) -> OpenSource:
    """Return how the store's documents are listed."""

    async def open_source(wanted: RowFilter, now: Seconds) -> WindowSource[KeyedRecord]:
        conditions = [*match_user(wanted, "data.user.sub"), *match_ends(wanted, "expiresAt", now)]
        return MongoSource(
            MongoList(
                rows=rows,
                to_row=lambda row: (SessionId(str(row["_id"])), to_record(row)),
                is_row={},
                wanted=conditions,
                how=describe_query(wanted, ("user", "expires")),
                is_filtered=bool(wanted.words),
            )
        )

    return open_source


async def estimate_collection(rows: AsyncCollection[Document]) -> RowEstimate:
    """Return how many documents the server counts, without reading one."""
    with mongo_errors():
        count = await rows.estimated_document_count()
    return RowEstimate(count=count, error=None, how="by MongoDB's own count")


def match_user(wanted: RowFilter, member: str, also: Sequence[str] = ()) -> list[Document]:
    """Return what a document meets that names the user; one whose member is no text may, too."""
    return [
        {"$or": [*_contain(member, (part, *also)), {member: {"$not": {"$type": "string"}}}]}
        for part in wanted.user_parts()
    ]


def match_ends(
    wanted: RowFilter, member: str, now: Seconds, marked: Sequence[Document] = ()
) -> list[Document]:
    """Return what a document meets that ends in time; `marked`: those with another end inside."""
    conditions: list[Document] = []
    for bound in wanted.bounds("expires"):
        after = now - SLACK
        within: Document = {"$lt": to_datetime(now + bound.limit + SLACK)}
        if bound.is_above:
            after = now + bound.limit - SLACK
            within = {}
        ends: Document = {member: {"$gt": to_datetime(after), **within}}
        no_date: Document = {member: {"$not": {"$type": "date"}}}
        conditions.append({"$or": [ends, no_date, *marked]})
    return conditions


def match_marks(member: str, marks: Sequence[str]) -> list[Document]:
    """Return what documents meet that have one of some texts, or no text at all."""
    if not marks:
        return []
    return [*_contain(member, marks), {member: {"$not": {"$type": "string"}}}]


def describe_query(wanted: RowFilter, answered: Sequence[Name]) -> str:
    """Return who looks for what a filter wants."""
    seen: list[Name] = ["user"] if any(wanted.user_parts()) else []
    seen += [name for name in wanted.names if any(wanted.bounds(name))]
    by_engine = [name for name in wanted.names if name in answered and name in seen]
    here = [name for name in wanted.names if name not in by_engine]
    return describe_answer("MongoDB", by_engine, here)


def _contain(member: str, parts: Sequence[str]) -> list[Document]:
    return [{member: {"$regex": re.escape(part), "$options": "i"}} for part in parts]


def _parse(position: str | None) -> tuple[str, str]:
    if position is None:
        return TEXT, ""
    kind, _, start = position.partition(":")
    if kind not in KINDS or (kind == OTHER and not start.isdecimal()):
        raise InputError(NO_CURSOR)
    return kind, start


def _to_id(kind: str, start: str) -> object:
    if kind == TEXT:
        return start
    try:
        return ObjectId(start)
    except InvalidId as error:
        raise InputError(NO_CURSOR) from error


def _next_of(kind: str, end: object) -> str | None:
    """Return where to go on behind a portion: at its end, else at the ids of the next kind."""
    if end is not None:
        return f"{kind}:{end}"
    if kind == TEXT:
        return f"{OBJECT_ID}:"
    return f"{OTHER}:0"
