"""Rows of other frameworks in Redis: SCAN by pattern, values and TTLs in one trip a page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlsplit

from session_inspector.devserver.attach.rows.base import RawRow, RowLocations
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.stores.redis.client import Connected, connect, redis_errors

PAGE = 500
SAMPLED = 20
"""Pages of keys a sample looks at: 10,000 keys."""


class RedisReader:
    """One server."""

    def __init__(self, found: Connected, clock: Clock, prefix: str) -> None:
        self._found = found
        self._prefix = prefix
        self._clock = clock

    @classmethod
    async def open(cls, url: str, clock: Clock) -> RedisReader:
        """Connect; `?prefix=` names keys that are not where the layout has them by default.

        Raises: InputError, StoreUnavailable.
        """
        found = connect(url)
        try:
            async with redis_errors():
                await found.client.ping()
        except BaseException:
            await found.close()
            raise
        has_prefix = "prefix=" in urlsplit(url).query
        return cls(found, clock, found.prefix if has_prefix else "")

    async def rows(
        self, locations: RowLocations, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        """Yield string values; other types of keys are no sessions."""
        count = 0
        patterns = (f"{self._prefix}*",) if self._prefix else locations.redis
        for pattern in patterns:
            cursor = pages = 0
            while not is_sample or pages < SAMPLED:
                pages += 1
                async with redis_errors():
                    cursor, keys = await self._found.client.scan(
                        cursor, match=pattern, count=PAGE, _type="STRING"
                    )
                    page = await self._page(
                        [key.encode() if isinstance(key, str) else key for key in keys]
                    )
                for row in page:
                    if count >= limit:
                        return
                    count += 1
                    yield row
                if cursor == 0:
                    break

    async def _page(self, keys: list[bytes | str]) -> list[RawRow]:
        if not keys:
            return []
        async with self._found.client.pipeline(transaction=False) as pipe:
            pipe.mget(keys)
            for key in keys:
                pipe.pttl(key)
            values, *left = await pipe.execute()
        now = self._clock.now()
        return [
            RawRow(
                key=key if isinstance(key, str) else key.decode("utf-8", "replace"),
                value=bytes(value),
                expires=now + ttl / 1000 if ttl >= 0 else None,
            )
            for key, value, ttl in zip(keys, values, left, strict=True)
            if value is not None
        ]

    async def at(self, locations: RowLocations, keys: Sequence[str]) -> Sequence[RawRow]:
        """Return the values of keys."""
        async with redis_errors():
            return await self._page([*keys])

    def prefixes(self, locations: RowLocations) -> Sequence[str]:
        """Return the URL's prefix, else those of the patterns that begin with one."""
        if self._prefix:
            return (self._prefix,)
        return tuple(p.removesuffix("*") for p in locations.redis if p.find("*") == len(p) - 1)

    async def close(self) -> None:
        """Close all connections."""
        await self._found.close()
