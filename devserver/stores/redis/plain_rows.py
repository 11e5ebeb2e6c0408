"""Rows of somebody's Redis as they are: values and ends of keys, in one round trip."""

from __future__ import annotations

from collections.abc import Sequence

from redis.asyncio.client import Pipeline
from redis.exceptions import NoPermissionError, RedisError, ResponseError

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import KeyedRecord, SessionId
from session_inspector.devserver.stores.redis.client import (
    Connected,
    redis_errors,
    text_of,
    to_bytes,
)
from session_inspector.devserver.stores.redis.index import (
    counts_for,
    earlier_index_name,
    index_name,
)
from session_inspector.devserver.stores.redis.keys import RedisKeys
from session_inspector.devserver.stores.rows import to_plain_record

NEW_ERROR = 0.002
"""PEXPIRETIME counts milliseconds."""
OLD_ERROR = 1.0
"""Seconds by which a PTTL and our clock, read after it, may miss the end."""
SKEW = 1.5
"""Seconds that two clocks may differ and still count as one."""


class PlainRows:
    """Reads rows by their ids; writes nothing."""

    def __init__(self, connected: Connected, keys: RedisKeys, clock: Clock, skew: Seconds) -> None:
        self._client = connected.client
        self._keys = keys
        self._clock = clock
        self._indexes = (index_name(keys.prefix), earlier_index_name(keys.prefix))
        self.skew = skew
        """Seconds the server's clock is ahead of ours."""
        self.countdown_error = NEW_ERROR
        """Seconds by which an end may differ at its next reading."""
        self._has_expiry_times = True
        """Whether PEXPIRETIME is known (Redis 7): an end is then the same at each reading."""

    async def read(self, keys: Sequence[SessionId]) -> list[KeyedRecord]:
        """Return the rows of ids, expired ones too, in one round trip."""
        if not keys:
            return []
        texts, ends = await self._fetch(keys)
        rows: list[KeyedRecord] = []
        for key, text, at in zip(keys, texts, ends, strict=True):
            if text is not None:
                rows.append((key, to_plain_record(text, at)))
        return rows

    async def read_values(self, keys: Sequence[str]) -> Sequence[bytes | None]:
        """Return the values of ids as they are, in one round trip."""
        async with redis_errors():
            found = await self._client.mget([self._keys.name_of(SessionId(key)) for key in keys])
        return [None if value is None else to_bytes(value) for value in found]

    async def read_ends(self, keys: Sequence[str]) -> Sequence[Seconds | None]:
        """Return the ends of ids by their keys alone, in one round trip."""
        async with redis_errors(), self._client.pipeline(transaction=False) as pipe:
            for key in keys:
                self._ask_end(pipe, self._keys.name_of(SessionId(key)))
            times = await pipe.execute(raise_on_error=False)
        if isinstance(times[0], ResponseError) and self._has_expiry_times:
            self._note_old_server()
            return await self.read_ends(keys)
        return [self._to_end(time) for time in times]

    async def has_index(self) -> bool:
        """Check whether there is an index of ours, whose ends count beside those of keys.

        True for a user who may not ask: then each row's is asked for, as far as it may be.
        """
        async with redis_errors():
            try:
                return bool(await self._client.exists(*self._indexes))
            except NoPermissionError:
                return True

    def _ask_end(self, pipe: Pipeline, name: str) -> None:
        if self._has_expiry_times:
            pipe.pexpiretime(name)
        else:
            pipe.pttl(name)

    def _note_old_server(self) -> None:
        self._has_expiry_times = False
        self.countdown_error = OLD_ERROR

    async def _fetch(
        self, keys: Sequence[SessionId]
    ) -> tuple[list[bytes | str | None], list[Seconds | None]]:
        """Return the values of ids and their ends."""
        names = [self._keys.name_of(key) for key in keys]
        async with redis_errors(), self._client.pipeline(transaction=False) as pipe:
            pipe.mget(names)
            for index in self._indexes:
                pipe.zmscore(index, [*keys])
            for name in names:
                self._ask_end(pipe, name)
            texts, own, earlier, *times = await pipe.execute(raise_on_error=False)
            if isinstance(texts, RedisError):
                raise texts
            if isinstance(times[0], ResponseError) and self._has_expiry_times:
                self._note_old_server()
                return await self._fetch(keys)
        ends = [self._to_end(time) for time in times]
        for scores in (earlier, own):
            ends = _apply_scores(scores, ends)
        return texts, ends

    def _to_end(self, time: object) -> Seconds | None:
        """Return the end of a key by our clock; None: never."""
        if isinstance(time, RedisError):
            raise time
        if not isinstance(time, int) or time < 0:
            return None
        if self._has_expiry_times:
            return round(time / 1000 - self.skew, 3)
        return self._clock.now() + time / 1000


async def measure_skew(connected: Connected, clock: Clock) -> Seconds:
    """Return by how much the server's clock is ahead of ours. Raises: StoreUnavailable."""
    async with redis_errors():
        try:
            seconds, micros = await connected.client.time()
        except NoPermissionError:
            return 0.0
    skew = float(seconds) + float(micros) / 1e6 - clock.now()
    if abs(skew) < SKEW:
        return 0.0
    return round(skew, 3)  # the engine counts milliseconds: what was written is read again


def _apply_scores(scores: object, ends: list[Seconds | None]) -> list[Seconds | None]:
    """Return ends, with those of an index where it has an entry that counts."""
    if not isinstance(scores, list):
        return ends  # no sorted set, or none that this user may read
    return [_choose_end(score, at) for score, at in zip(scores, ends, strict=True)]


def _choose_end(score: object, ends: Seconds | None) -> Seconds | None:
    if score is None:
        return ends
    found = float(text_of(score))
    if not counts_for(found, ends):
        return ends
    if ends is None:
        return None
    return found
