"""Prunes one collection, so many documents in each command."""

from __future__ import annotations

from collections.abc import Callable

from pymongo.asynchronous.collection import AsyncCollection

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.mongodb.client import Document, mongo_errors
from session_inspector.devserver.stores.pruning.portions import PrunePortions
from session_inspector.devserver.stores.pruning.statements import Kind, StatementPruning
from session_inspector.devserver.stores.timestamps import to_datetime

ENDLESS: Document = {"expiresAt": None}
"""No end: the member is not there, or it is null."""


def find_expired(ended_by: Seconds) -> Document:
    """Return what finds rows that have expired by a moment."""
    return {"expiresAt": {"$lte": to_datetime(ended_by)}}


def open_mongo_pruning(
    rows: AsyncCollection[Document], now: Callable[[], Seconds]
) -> PrunePortions:
    """Return how the collection is pruned."""

    def find(kind: Kind, ended_by: Seconds) -> Document:
        if kind == "expired":
            return find_expired(ended_by)
        return ENDLESS

    async def count(kind: Kind, ended_by: Seconds) -> int:
        with mongo_errors():
            return await rows.count_documents(find(kind, ended_by))

    async def delete(kind: Kind, ended_by: Seconds, most: int) -> int:
        query = find(kind, ended_by)
        with mongo_errors():
            found = await rows.find(query, {"_id": 1}).limit(most).to_list()
            ids = [row["_id"] for row in found]
            if not ids:
                return 0
            done = await rows.delete_many({"_id": {"$in": ids}, **query})
        return done.deleted_count

    return StatementPruning(now=now, count=count, delete=delete).portions
