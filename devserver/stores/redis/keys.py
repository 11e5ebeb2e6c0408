"""The keys below one prefix of a Redis database, by SCAN, which misses none."""

from __future__ import annotations

from collections.abc import AsyncIterator

import redis.asyncio as aio

from session_inspector.devserver.stores.base import SessionId
from session_inspector.devserver.stores.redis.client import ask, text_of
from session_inspector.devserver.stores.redis.index import is_row_name, row_pattern

FEWEST_KEYS = 100
"""Keys that one SCAN looks at, at least."""
SCAN_PAGE = 1000


class RedisKeys:
    """Finds ids; each method raises StoreUnavailable."""

    def __init__(self, client: aio.Redis, prefix: str) -> None:
        self._client = client
        self.prefix = prefix

    def name_of(self, key: SessionId) -> str:
        """Return the name of an id's key."""
        return f"{self.prefix}{key}"

    @property
    def patterns(self) -> list[tuple[str, str]]:
        """The types and patterns of the keys that are rows."""
        return [("STRING", row_pattern(self.prefix))]

    async def scan_once(self, start: int, count: int) -> tuple[int, list[SessionId]]:
        """Return (where to go on, 0: nowhere; ids); keys of other types are no sessions."""
        pattern = row_pattern(self.prefix)
        scan = self._client.scan(start, match=pattern, count=count, _type="STRING")
        position, names = await ask(scan)
        texts = [text_of(name) for name in names]
        found = [
            SessionId(name.removeprefix(self.prefix))
            for name in texts
            if is_row_name(name, self.prefix)
        ]
        return int(position), list(dict.fromkeys(found))

    async def scan(self) -> AsyncIterator[list[SessionId]]:
        """Yield the ids of all rows, some at a time; one may come twice."""
        position = 0
        while True:
            position, keys = await self.scan_once(position, SCAN_PAGE)
            yield keys
            if not position:
                return

    async def count(self) -> int:
        """Return how many rows there are; reads every key of the database."""
        keys: set[SessionId] = set()
        async for some in self.scan():
            keys.update(some)
        return len(keys)
