"""Documents changed in place, or taken away byte by byte and put back."""

from __future__ import annotations

from bson import ObjectId
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from session_inspector.devserver.stores.base import SessionId
from session_inspector.devserver.stores.exact import Change, PutBack
from session_inspector.devserver.stores.mongodb.client import Document, mongo_errors
from session_inspector.devserver.stores.timestamps import to_datetime

RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


def match_key(key: SessionId) -> object:
    """Return what `_id` is compared with: the text, or the ObjectId that is shown as it."""
    if ObjectId.is_valid(key):
        return {"$in": [key, ObjectId(key)]}
    return key


async def take_document(rows: AsyncCollection[Document], key: SessionId) -> PutBack | None:
    """Delete a document; None when there was none. Raises: StoreUnavailable."""
    raw = rows.with_options(RAW)
    with mongo_errors():
        found = await raw.find_one_and_delete({"_id": match_key(key)})
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


def to_update(change: Change) -> Document:
    """Return a change as the update that makes it."""
    members: Document = {}
    if change.ends is not None:
        members["expiresAt"] = to_datetime(change.ends)
    if change.member is not None:
        members[".".join(("data", *change.member))] = change.value
    return {"$set": members}
