"""Documents changed in place, or taken away byte by byte and put back."""

from __future__ import annotations

from collections.abc import Mapping

from bson import ObjectId
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError, WriteError

from session_inspector.devserver.stores.base import SessionId
from session_inspector.devserver.stores.exact import Change, PutBack
from session_inspector.devserver.stores.mongodb.client import Document, mongo_errors
from session_inspector.devserver.stores.mongodb.documents import to_bson_safe
from session_inspector.devserver.stores.rows import as_whole
from session_inspector.devserver.stores.timestamps import to_datetime

RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


def match_key(key: SessionId) -> object:
    """Return what `_id` is compared with: the text, or the ObjectId that is shown as it."""
    if ObjectId.is_valid(key):
        return {"$in": [key, ObjectId(key)]}
    return key


async def take_document(rows: AsyncCollection[Document], query: Document) -> PutBack | None:
    """Delete the document that a query finds; None when there is none.

    Raises: StoreUnavailable.
    """
    raw = rows.with_options(RAW)
    with mongo_errors():
        found = await raw.find_one_and_delete(query)
    if found is None:
        return None
    document = RawBSONDocument(found.raw)

    async def put_back() -> bool:
        with mongo_errors():
            try:
                await raw.insert_one(document)
            except DuplicateKeyError:
                return False
        return True

    return put_back


async def change_document(
    rows: AsyncCollection[Document], query: Document, change: Change
) -> PutBack | None:
    """Change the document that a query finds; None when there is none.

    What is put back is each member that was changed, while it has the value that was written.
    Raises: StoreUnavailable.
    """
    changes = to_changes(change)
    with mongo_errors():
        try:
            before = await rows.find_one_and_update(query, {"$set": changes})
        except WriteError:
            if change.data is None:
                raise
            # data that this server refuses (FerretDB 1: a dot in a name) go as a text
            changes["data"] = as_whole(change.data)
            before = await rows.find_one_and_update(query, {"$set": changes})
    if before is None:
        return None
    undo = _to_undo(before, changes)

    async def put_back() -> bool:
        unchanged: Document = {"_id": before["_id"], **changes}
        with mongo_errors():
            return bool((await rows.update_one(unchanged, undo)).matched_count)

    return put_back


def to_changes(change: Change) -> Document:
    """Return a change as members, each by its path, and their values."""
    members: Document = {}
    if change.ends is not None:
        members["expiresAt"] = to_datetime(change.ends)
    if change.data is not None:
        members["data"] = to_bson_safe(change.data)
    elif change.member is not None:
        members[".".join(("data", *change.member))] = change.value
    return members


def _to_undo(before: Document, changes: Document) -> Document:
    """Return the update that gives members the values that a document had."""
    members: Document = {}
    added: Document = {}
    for path in changes:
        *parents, name = path.split(".")
        holder = _find_object(before, parents)
        if name in holder:
            members[path] = holder[name]
        else:
            added[path] = ""
    update: Document = {}
    if members:
        update["$set"] = members
    if added:
        update["$unset"] = added
    return update


def _find_object(document: Document, names: list[str]) -> Mapping[str, object]:
    """Return the object within a document that a path leads to; one that is not there is empty."""
    found: object = document
    for name in names:
        if not isinstance(found, Mapping):
            return {}
        found = found.get(name)
    if isinstance(found, Mapping):
        return found
    return {}
