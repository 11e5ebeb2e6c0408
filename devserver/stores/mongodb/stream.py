"""Change streams: MongoDB's replica sets report each write as it happens."""

from __future__ import annotations

from pymongo.asynchronous.change_stream import AsyncCollectionChangeStream
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import PyMongoError

from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import SessionId


class StreamFeed:
    """Hears of each write to one collection."""

    how = "a change stream"

    def __init__(self, stream: AsyncCollectionChangeStream[dict[str, object]]) -> None:
        self._stream = stream

    @classmethod
    async def open(cls, rows: AsyncCollection[dict[str, object]]) -> StreamFeed:
        """Start a stream. Raises: OperationFailure where there are none; PyMongoError."""
        return cls(await rows.watch())

    async def wait(self) -> frozenset[SessionId] | None:
        """Wait for the next write. Raises: StoreUnavailable."""
        try:
            change = await self._stream.next()
        except (PyMongoError, StopAsyncIteration) as error:
            raise StoreUnavailable(f"MongoDB: the change stream ended: {error}") from error
        key = change.get("documentKey")
        if not isinstance(key, dict):
            return None
        return frozenset({SessionId(str(key.get("_id")))})

    async def close(self) -> None:
        """Stop listening."""
        await self._stream.close()
