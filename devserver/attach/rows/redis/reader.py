"""Rows of other frameworks in Redis: SCAN by pattern, values and TTLs in one trip a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from session_inspector.devserver.attach.rows.base import RawRow, RowLocations, RowTexts, to_bytes
from session_inspector.devserver.attach.rows.redis.hashes import HASH, STRING, pack_fields
from session_inspector.devserver.attach.rows.redis.keys import key_bytes, key_text
from session_inspector.devserver.attach.rows.sql import HIDDEN_USERS
from session_inspector.devserver.attach.rows.survey import OURS, describe_keys
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.querying.estimates import RowEstimate
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.opening import NoRows
from session_inspector.devserver.stores.querying.sources import WindowSource
from session_inspector.devserver.stores.redis.client import (
    Connected,
    connect,
    ping,
    redis_errors,
    text_of,
)
from session_inspector.devserver.stores.redis.estimate import estimate_keys
from session_inspector.devserver.stores.redis.sift import KeySift
from session_inspector.devserver.stores.redis.source import ScanSource, describe_scan

PAGE = 500
SAMPLE_PAGES = 20
"""Pages of keys a sample looks at: 10,000 keys."""
WRITES = ("rdb_changes_since_last_save", "rdb_last_save_time")
ENDS = ("expired_keys", "evicted_keys")
GONE = "none"
"""The type of a key that has gone since it was listed."""


class RedisReader:
    """One server."""

    def __init__(self, connected: Connected, clock: Clock, prefix: str) -> None:
        self._connected = connected
        self._prefix = prefix
        self._clock = clock
        self._has_info = True
        self.commands = connected.commands

    @classmethod
    async def open(cls, url: str, clock: Clock) -> RedisReader:
        """Connect; `?prefix=` names keys that are not where the layout has them by default.

        Raises: InputError, StoreUnavailable.
        """
        connected = connect(url)
        try:
            await ping(connected.client)
        except StoreUnavailable:
            await connected.close()
            raise
        prefix = ""
        if "prefix=" in urlsplit(url).query:
            prefix = connected.prefix
        return cls(connected, clock, prefix)

    async def rows(
        self, locations: RowLocations, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        """Yield strings, or hashes where the layout has those; other types are no sessions."""
        most_pages = SAMPLE_PAGES if is_sample else None
        count = 0
        for kind, pattern in self._patterns(locations):
            async for row in self._scan(pattern, kind, most_pages):
                if count >= limit:
                    return
                count += 1
                is_placed = not self._prefix or _is_placed(row.key, locations)
                yield replace(row, is_placed=is_placed)

    async def open_source(
        self, locations: RowLocations, texts: RowTexts, wanted: RowFilter, now: Seconds
    ) -> WindowSource[RawRow]:
        """Return the rows of the layout's patterns, one after the other."""
        patterns = self._patterns(locations)

        async def scan(number: int, position: int, count: int) -> tuple[int, Sequence[str]]:
            kind, pattern = patterns[number]
            async with redis_errors():
                end, keys = await self._connected.client.scan(
                    position, match=pattern, count=count, _type=kind
                )
            return int(end), [key_text(key) for key in keys]

        async def read(number: int, keys: Sequence[str]) -> Sequence[tuple[str, RawRow]]:
            kind, _ = patterns[number]
            rows = await self._read_page([key_bytes(key) for key in keys], kind)
            return [(row.key, row) for row in rows]

        if not patterns:
            return NoRows()
        sift: KeySift | None = None
        if {kind for kind, _ in patterns} == {STRING}:
            sift = self._make_sift(texts, wanted, now)
        how = describe_scan(wanted)
        is_filtered = bool(wanted.words)
        return ScanSource(scan, read, len(patterns), how, is_filtered=is_filtered, sift=sift)

    def _make_sift(self, texts: RowTexts, wanted: RowFilter, now: Seconds) -> KeySift:
        """Return what leaves out keys by their bytes and their TTL."""

        async def read_values(keys: Sequence[str]) -> Sequence[bytes | None]:
            async with redis_errors():
                found = await self._connected.client.mget([key_bytes(key) for key in keys])
            return [None if value is None else to_bytes(value) for value in found]

        async def read_ends(keys: Sequence[str]) -> Sequence[Seconds | None]:
            async with redis_errors(), self._connected.client.pipeline(transaction=False) as pipe:
                for key in keys:
                    pipe.pttl(key_bytes(key))
                left = await pipe.execute()
            return [end_of(ttl, self._clock.now()) for ttl in left]

        return KeySift(
            wanted=texts.hide_from(wanted),
            now=now,
            read_values=read_values,
            read_ends=read_ends,
            also=tuple(text.encode() for text in HIDDEN_USERS),
            marks=tuple(mark.encode() for mark in texts.inner_marks or ()),
        )

    async def estimate(self, locations: RowLocations) -> RowEstimate | None:
        """Return the keys of the layout's patterns, by DBSIZE and their share of some keys."""
        return await estimate_keys(self._connected.client, self._patterns(locations))

    async def at(self, locations: RowLocations, keys: Sequence[str]) -> Sequence[RawRow]:
        """Return the values of keys."""
        kind = HASH if locations.hashes else STRING
        return await self._read_page([key_bytes(key) for key in keys], kind)

    def prefixes(self, locations: RowLocations) -> Sequence[str]:
        """Return the URL's prefix, else those of the patterns that begin with one."""
        if self._prefix:
            return (self._prefix,)
        patterns = [
            text
            for text in (*locations.redis, *locations.hashes)
            if text.find("*") == len(text) - 1
        ]
        return tuple(text.removesuffix("*") for text in patterns)

    async def survey(self) -> Sequence[str]:
        """Return the patterns of keys of any type, of as many as a sample has."""
        return describe_keys([found async for found in self._scan_types(f"{self._prefix}*")])

    async def others(self, locations: RowLocations) -> Mapping[str, int]:
        """Return how many keys are of other types than its rows, of as many as a sample has."""
        counts: Counter[str] = Counter()
        patterns = self._patterns(locations)
        wanted = {kind.lower() for kind, _ in patterns}
        for pattern in dict.fromkeys(pattern for _, pattern in patterns):
            async for key, kind in self._scan_types(pattern):
                if kind not in wanted and kind != GONE and not key.startswith(OURS):
                    counts[kind] += 1
        return counts

    async def version(self) -> str | None:
        """Return the server's counts of writes and of keys that ended; None: it has no INFO."""
        if not self._has_info:
            return None
        try:
            async with redis_errors():
                persistence = await self._connected.client.info("persistence")
                stats = await self._connected.client.info("stats")
        except StoreUnavailable:  # who may read keys may not ask for it; a look says what is wrong
            self._has_info = False
            return None
        counts = [persistence.get(name) for name in WRITES] + [stats.get(name) for name in ENDS]
        if None in counts:
            return None
        return "/".join(map(str, counts))

    async def _scan_types(self, pattern: str) -> AsyncIterator[tuple[str, str]]:
        """Yield keys with their types, of as many pages as a sample has."""
        client = self._connected.client
        cursor = 0
        for _ in range(SAMPLE_PAGES):
            async with redis_errors():
                cursor, keys = await client.scan(cursor, match=pattern, count=PAGE)
                async with client.pipeline(transaction=False) as pipe:
                    for key in keys:
                        pipe.type(key)
                    types = await pipe.execute()
            for key, kind in zip(keys, types, strict=True):
                yield text_of(key), text_of(kind)
            if cursor == 0:
                return

    async def close(self) -> None:
        """Close all connections."""
        await self._connected.close()

    def _patterns(self, locations: RowLocations) -> list[tuple[str, str]]:
        """Return (type of key, pattern)."""
        found = [(STRING, pattern) for pattern in locations.redis]
        found += [(HASH, pattern) for pattern in locations.hashes]
        if not self._prefix:
            return found
        kinds = dict.fromkeys(kind for kind, _ in found)
        return [(kind, f"{self._prefix}*") for kind in kinds]

    async def _scan(self, pattern: str, kind: str, most_pages: int | None) -> AsyncIterator[RawRow]:
        """Yield the rows of a pattern, of as many pages as are wanted; None: of all."""
        cursor = 0
        pages = 0
        while most_pages is None or pages < most_pages:
            pages += 1
            async with redis_errors():
                cursor, keys = await self._connected.client.scan(
                    cursor, match=pattern, count=PAGE, _type=kind
                )
            for row in await self._read_page(keys, kind):
                yield row
            if cursor == 0:
                return

    async def _read_page(self, keys: list[bytes | str], kind: str) -> list[RawRow]:
        if not keys:
            return []
        async with redis_errors():
            values, left = await self._fetch(keys, kind)
        now = self._clock.now()
        return [
            RawRow(key=key_text(key), value=bytes(value), expires=end_of(ttl, now))
            for key, value, ttl in zip(keys, values, left, strict=True)
            if value is not None
        ]

    async def _fetch(
        self, keys: list[bytes | str], kind: str
    ) -> tuple[list[bytes | None], list[int]]:
        """Return the values of keys, and the milliseconds they have left."""
        if kind == HASH:
            return await self._fetch_hashes(keys)
        async with self._connected.client.pipeline(transaction=False) as pipe:
            pipe.mget(keys)
            for key in keys:
                pipe.pttl(key)
            values, *left = await pipe.execute()
        return values, left

    async def _fetch_hashes(self, keys: list[bytes | str]) -> tuple[list[bytes | None], list[int]]:
        """Return the fields of hashes; a key of another type is none of them."""
        async with self._connected.client.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.hgetall(key_bytes(key))
            for key in keys:
                pipe.pttl(key)
            found = await pipe.execute(raise_on_error=False)
        fields = found[: len(keys)]
        values = [pack_fields(one) if isinstance(one, dict) else None for one in fields]
        return values, found[len(keys) :]


def _is_placed(key: str, locations: RowLocations) -> bool:
    """Check whether a layout keeps a key there by default."""
    return any(fnmatchcase(key, pattern) for pattern in (*locations.redis, *locations.hashes))


def end_of(left: int, now: Seconds) -> Seconds | None:
    """Return when a key ends by the milliseconds it has left; negative: never."""
    if left < 0:
        return None
    return now + left / 1000
