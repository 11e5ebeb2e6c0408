"""Sessions in a Redis Cluster: the same rows, spread over its nodes.

A sorted set would live on one node, away from the rows, so each row has a companion in its own
slot: `session-inspector:{session:<id>}` holds our moment of expiry, with the row's TTL. Lists are
read node by node.
"""

from __future__ import annotations

import asyncio
from typing import Self

from redis.asyncio.cluster import ClusterNode, RedisCluster

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    Page,
    Pruned,
    SessionId,
    Store,
)
from session_inspector.devserver.stores.feeds import PollingFeed
from session_inspector.devserver.stores.redis.client import (
    SECONDS,
    certificates,
    credentials,
    nodes_of,
    redis_errors,
    without_prefix,
)
from session_inspector.devserver.stores.redis.pipeline import Argument
from session_inspector.devserver.stores.redis.rows import ScriptedRows, text_of

# the companion is a plain key where a single server has a sorted set
REPLACED = (
    ("redis.call('ZSCORE', KEYS[2], ARGV[1])", "redis.call('GET', KEYS[2])"),
    ("redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])", "SAVE(ARGV[4])"),
    ("redis.call('ZADD', KEYS[2], text, ARGV[1])", "SAVE(text)"),
    ("redis.call('ZREM', KEYS[2], ARGV[1])", "redis.call('DEL', KEYS[2])"),
)
SAVE = """
local function SAVE(last)
  local ttl = redis.call('PTTL', KEYS[1])
  if ttl > 0 then redis.call('SET', KEYS[2], last, 'PX', ttl)
  else redis.call('SET', KEYS[2], last) end
end
"""
AT_ONCE_MOST = 64
"""Callers that have a connection at the same time; the others wait."""


class RedisClusterStore(ScriptedRows):
    """One prefix of a cluster."""

    def __init__(self, client: RedisCluster, prefix: str, clock: Clock) -> None:
        super().__init__(clock)
        self._client = client
        self._prefix = prefix
        self.layout = f"keys {prefix}<id> over the cluster, JSON with EX"
        self._slots = asyncio.Semaphore(AT_ONCE_MOST)

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect to `redis+cluster://host:port[,host:port…][?prefix=session:]`.

        Raises: InputError for a bad URL; StoreUnavailable when no node answers.
        """
        store = cls._of(url, clock)
        try:
            async with redis_errors():
                await store._client.initialize()
        except StoreUnavailable:
            await store.close()
            raise
        return store

    @classmethod
    def _of(cls, url: str, clock: Clock) -> Self:
        parts, prefix = without_prefix(url)
        username, password = credentials(parts)
        nodes = [ClusterNode(host, port) for host, port in nodes_of(parts, 6379)]
        try:
            client = RedisCluster(
                startup_nodes=nodes,
                ssl=parts.scheme.startswith("rediss"),
                socket_timeout=SECONDS,
                socket_connect_timeout=SECONDS,
                ssl_ca_certs=certificates(parts),
                username=username,
                password=password,
            )
        except (TypeError, ValueError) as error:
            raise InputError(f"this is no Redis Cluster URL: {error}") from error
        return cls(client, prefix, clock)

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records, each only if it still is; with `orphans` the endless too."""
        expired = endless = 0
        async for key, row in self._every():
            if row.expires is None:
                endless += orphans and (dry_run or await self.delete(key))
            elif row.expires <= self._clock.now():
                expired += dry_run or (await self.read(key) is None and await self.delete(key))
        return Pruned(expired=expired, orphans=endless)

    async def feed(self) -> ChangeFeed:
        """Poll: notifications stay on the node where a write happens."""
        return PollingFeed("polling every node twice a second")

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records node by node (cursor `NODE:POSITION`)."""
        number, _, position = (cursor or "0:0").partition(":")
        nodes = sorted(self._client.get_primaries(), key=lambda node: str(node.name))
        if int(number) >= len(nodes):
            return Page(rows=[], cursor=None)
        async with redis_errors():
            found, names = await self._client.scan(
                int(position),
                match=f"{self._prefix}*",
                count=limit,
                target_nodes=nodes[int(number)],
            )
        # the driver types a position, and returns one for each node
        after = next(iter(dict(found).values()), 0)  # type: ignore[call-overload]
        keys = sorted({SessionId(text_of(name).removeprefix(self._prefix)) for name in names})
        read = await asyncio.gather(*(self._read(key) for key in keys))
        rows = [(key, row) for key, row in zip(keys, read, strict=True) if row is not None]
        following = f"{number}:{after}" if after else f"{int(number) + 1}:0"
        is_last = not after and int(number) + 1 >= len(nodes)
        return Page(rows=rows, cursor=None if is_last else following)

    async def count(self) -> int:
        """Return how many rows there are; reads every node."""
        return len([key async for key, _ in self._every()])

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _call(self, script: str, key: SessionId, *values: Argument) -> object:
        for plain, here in REPLACED:
            script = script.replace(plain, here)
        name = f"{self._prefix}{key}"
        keys = [name, f"session-inspector:{{{name}}}"]
        texts = [str(value) for value in (key, *values)]
        async with redis_errors(), self._slots:
            return await self._client.eval(SAVE + script, 2, *keys, *texts)
