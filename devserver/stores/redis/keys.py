"""Which sessions a Redis database has: by our index, and by SCAN for those without an entry."""

from __future__ import annotations

from collections.abc import Sequence

import redis.asyncio as aio

from session_inspector.devserver.stores.base import SessionId
from session_inspector.devserver.stores.redis.client import ask, redis_errors, text_of

SCAN_PAGE = 1000
FEWEST = 100
"""Keys a page of SCAN looks at, at least."""
ORPHANS_PAGE = 500


class RedisKeys:
    """The ids below one prefix; each method raises StoreUnavailable."""

    def __init__(self, client: aio.Redis, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self.index = f"{prefix}index"
        """The sorted set of ids, scored by their ends."""

    async def count(self) -> int:
        """Return how many rows there are; reads every key of the database."""
        total = 0
        names = self._client.scan_iter(match=f"{self._prefix}*", count=SCAN_PAGE)
        async with redis_errors():
            async for name in names:
                total += text_of(name) != self.index
        return total

    async def find_indexed(self, offset: int, limit: int) -> Sequence[tuple[SessionId, float]]:
        """Return ids and their scores, the earliest end first."""
        last = offset + limit - 1
        found = await ask(self._client.zrange(self.index, offset, last, withscores=True))
        return _read_scores(found)

    async def find_strangers(self, start: int, limit: int) -> tuple[int, list[SessionId]]:
        """Return (where to go on, 0: nowhere; ids of rows that have no entry in the index)."""
        position, names = await ask(
            self._client.scan(start, match=f"{self._prefix}*", count=max(limit, FEWEST))
        )
        texts = [text_of(name) for name in names]
        keys = [name.removeprefix(self._prefix) for name in texts if name != self.index]
        if not keys:
            return int(position), []
        scores = await ask(self._client.zmscore(self.index, keys))
        pairs = zip(keys, scores, strict=True)
        return int(position), [SessionId(key) for key, score in pairs if score is None]

    async def find_orphans(self) -> list[SessionId]:
        """Return ids without an end, and ids in the index whose row is gone."""
        found = await self._find_endless()
        found += await self._find_traces()
        found += await self._find_without_ttl()
        return list(dict.fromkeys(found))

    async def _find_endless(self) -> list[SessionId]:
        """Return ids that our index says never end."""
        names = await ask(self._client.zrangebyscore(self.index, "+inf", "+inf"))
        return [SessionId(text_of(name)) for name in names]

    async def _find_traces(self) -> list[SessionId]:
        """Return ids that are in the index only: their row is gone."""
        traces: list[SessionId] = []
        async with redis_errors():
            async for entry in self._client.zscan_iter(self.index, count=SCAN_PAGE):
                name = text_of(next(iter(entry)))
                if not await self._client.exists(f"{self._prefix}{name}"):
                    traces.append(SessionId(name))
        return traces

    async def _find_without_ttl(self) -> list[SessionId]:
        """Return ids of others' rows that have no TTL."""
        found: list[SessionId] = []
        position = 0
        while True:
            position, strangers = await self.find_strangers(position, ORPHANS_PAGE)
            for key in strangers:
                ttl = await ask(self._client.ttl(f"{self._prefix}{key}"))
                if ttl == -1:
                    found.append(key)
            if not position:
                return found


def _read_scores(found: object) -> list[tuple[SessionId, float]]:
    """Narrow the answer of ZRANGE WITHSCORES, which the driver leaves open."""
    if not isinstance(found, list):
        return []
    return [(SessionId(text_of(key)), float(score)) for key, score in found]
