"""Sessions in a Redis Cluster: the same rows, spread over its nodes.

A sorted set would live on one node, away from the rows, so each row of the lab has a companion in
its own slot: `session-inspector:{session:<id>}` holds our moment of expiry, with the row's TTL, and
counts while both have the same. In an app's cluster no companion is made. Lists are read node by
node.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from urllib.parse import SplitResult

from redis.asyncio.cluster import ClusterNode, RedisCluster

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    KeyedRecord,
    Page,
    Pruned,
    SessionId,
    Store,
)
from session_inspector.devserver.stores.feeds import RestingFeed
from session_inspector.devserver.stores.paging import iterate_rows
from session_inspector.devserver.stores.pruning.pages import PagePruning
from session_inspector.devserver.stores.pruning.portions import PruneRule, prune_all
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.sources import OpenSource, WindowSource
from session_inspector.devserver.stores.redis.client import (
    SECONDS,
    certificates_file,
    parse_credentials,
    parse_nodes,
    redis_errors,
    text_of,
    without_prefix,
)
from session_inspector.devserver.stores.redis.index import is_row_name, row_pattern
from session_inspector.devserver.stores.redis.pipeline import Argument
from session_inspector.devserver.stores.redis.rows import PAGE, ScriptedRows
from session_inspector.devserver.stores.redis.source import ScanSource, describe_scan

ENDS = """
local function ENDS()
  local apart = redis.call('PTTL', KEYS[1]) - redis.call('PTTL', KEYS[2])
  if math.abs(apart) > 10 then return false end
  return redis.call('GET', KEYS[2])
end
"""
SAVE = """
local function SAVE(last)
  local ttl = redis.call('PTTL', KEYS[1])
  if ttl > 0 then redis.call('SET', KEYS[2], last, 'PX', ttl)
  else redis.call('SET', KEYS[2], last) end
end
"""
SAVE_NOTHING = """
local function SAVE(last) end
"""
FORGET = """
local function FORGET() redis.call('DEL', KEYS[2]) end
"""
# ARGV: id, the moment by which it must have ended
DELETE_ENDED = """
local ends = ENDS()
if not ends or tonumber(ends) > tonumber(ARGV[2]) then return 0 end
FORGET()
return redis.call('DEL', KEYS[1])
"""
MOST_CALLS = 64
"""Callers that have a connection at the same time; the others wait."""
PORT = 6379


class RedisClusterStore(ScriptedRows):
    """One prefix of a cluster."""

    def __init__(self, client: RedisCluster, prefix: str, clock: Clock, *, is_own: bool) -> None:
        super().__init__(clock, is_own=is_own)
        self._client = client
        self._prefix = prefix
        self.layout = f"keys {prefix}<id> over the cluster, JSON with EX"
        self._slots = asyncio.Semaphore(MOST_CALLS)
        self.open_source = _open_source_of(self)
        self.prune_portions = PagePruning(
            store=self,
            now=clock.now,
            delete_ended=partial(_delete_ended, self),
            delete_endless=self.delete,
        ).portions

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect to `redis+cluster://host:port[,host:port…][?prefix=session:]`.

        Raises: InputError for a bad URL; StoreUnavailable when no node answers.
        """
        return await _connect(url, clock, is_own=False)

    @classmethod
    async def open_own(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect for the lab's own sessions, each with a companion.

        Raises: InputError for a bad URL; StoreUnavailable when no node answers.
        """
        return await _connect(url, clock, is_own=True)

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records, each only if it still is; with `orphans` the endless too."""
        rule = PruneRule(at=self._clock.now(), orphans=orphans, dry_run=dry_run)
        return await prune_all(self, rule)

    async def feed(self) -> ChangeFeed:
        """Poll: notifications stay on the node where a write happens."""
        return RestingFeed("polling each node")

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records node by node (cursor `NODE:POSITION`)."""
        number, position = _parse_cursor(cursor)
        nodes = _list_nodes(self._client)
        if number >= len(nodes):
            return Page(rows=[], cursor=None)
        following, keys = await _scan(self._client, self._prefix, nodes[number], position, limit)
        rows = await _read_all(self, keys)
        if following:
            return Page(rows=rows, cursor=f"{number}:{following}")
        if number + 1 < len(nodes):
            return Page(rows=rows, cursor=f"{number + 1}:0")
        return Page(rows=rows, cursor=None)

    async def count(self) -> int:
        """Return how many rows there are; reads every node."""
        return len([key async for key, _ in iterate_rows(self, PAGE)])

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _call(self, script: str, key: SessionId, *values: Argument) -> object:
        save = SAVE if self._is_own else SAVE_NOTHING
        name = f"{self._prefix}{key}"
        keys = [name, f"session-inspector:{{{name}}}"]
        texts = [_to_argument(value) for value in (key, *values)]
        async with redis_errors(), self._slots:
            return await self._client.eval(f"{ENDS}{save}{FORGET}{script}", 2, *keys, *texts)


async def _connect(url: str, clock: Clock, *, is_own: bool) -> Store:
    parts, prefix = without_prefix(url)
    store = RedisClusterStore(_make_client(parts), prefix, clock, is_own=is_own)
    try:
        async with redis_errors():
            await store._client.initialize()
    except StoreUnavailable:
        await store.close()
        raise
    return store


def _list_nodes(client: RedisCluster) -> list[ClusterNode]:
    return sorted(client.get_primaries(), key=lambda node: str(node.name))


async def _read_all(store: RedisClusterStore, keys: Sequence[SessionId]) -> list[KeyedRecord]:
    records = await asyncio.gather(*(store._read_any(key) for key in keys))
    pairs = zip(keys, records, strict=True)
    return [(key, record) for key, record in pairs if record is not None]


def _open_source_of(store: RedisClusterStore) -> OpenSource:
    """Return how the keys of all nodes are listed, one node after the other."""

    async def open_source(wanted: RowFilter, now: Seconds) -> WindowSource[KeyedRecord]:
        nodes = _list_nodes(store._client)

        async def scan(number: int, position: int, count: int) -> tuple[int, Sequence[str]]:
            return await _scan(store._client, store._prefix, nodes[number], position, count)

        async def read(_: int, keys: Sequence[str]) -> Sequence[tuple[str, KeyedRecord]]:
            found = await _read_all(store, [SessionId(key) for key in keys])
            return [(row[0], row) for row in found]

        how = describe_scan(wanted)
        return ScanSource(scan, read, len(nodes), how, is_filtered=bool(wanted.words))

    return open_source


async def _scan(
    client: RedisCluster, prefix: str, node: ClusterNode, position: int, limit: int
) -> tuple[int, list[SessionId]]:
    """Return (where to go on, 0: nowhere; some ids of a node)."""
    async with redis_errors():
        found, names = await client.scan(
            position,
            match=row_pattern(prefix),
            count=limit,
            _type="STRING",
            target_nodes=node,
        )
    # the driver types a position, and returns one for each node
    positions = dict(found)  # type: ignore[call-overload]
    texts = [text_of(name) for name in names]
    keys = {SessionId(name.removeprefix(prefix)) for name in texts if is_row_name(name, prefix)}
    return next(iter(positions.values()), 0), sorted(keys)


async def _delete_ended(store: RedisClusterStore, key: SessionId, ended_by: Seconds) -> bool:
    return bool(await store._call(DELETE_ENDED, key, ended_by))


def _make_client(parts: SplitResult) -> RedisCluster:
    username, password = parse_credentials(parts)
    nodes = [ClusterNode(host, port) for host, port in parse_nodes(parts, PORT)]
    try:
        return RedisCluster(
            startup_nodes=nodes,
            ssl=parts.scheme.startswith("rediss"),
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            ssl_ca_certs=certificates_file(parts),
            username=username,
            password=password,
        )
    except (TypeError, ValueError) as error:
        raise InputError(f"this is no Redis Cluster URL: {error}") from error


def _to_argument(value: Argument) -> str | bytes:
    if isinstance(value, bytes):
        return value
    return str(value)


def _parse_cursor(cursor: str | None) -> tuple[int, int]:
    """Return (number of the node, position of its SCAN)."""
    number, _, position = (cursor or "0:0").partition(":")
    return int(number), int(position)
