"""Commands to Redis are counted where the driver packs them; it fails when that place moves."""

from __future__ import annotations

from redis.asyncio.connection import AbstractConnection, Connection, SSLConnection
from redis.asyncio.sentinel import SentinelManagedConnection

from session_inspector.devserver.stores.redis.client import connect
from tests.servers import RedisServer


async def test_single_commands_and_those_of_a_pipeline_are_counted(
    redis_server: RedisServer,
) -> None:
    connected = connect(redis_server.url)
    try:
        await connected.client.ping()
        before = connected.commands.total
        await connected.client.get("nothing")
        async with connected.client.pipeline(transaction=False) as pipe:
            for _ in range(3):
                pipe.get("nothing")
            await pipe.execute()
        async with connected.client.pipeline(transaction=True) as pipe:
            pipe.get("nothing")
            await pipe.execute()
        assert connected.commands.total - before == 1 + 3 + 3, "MULTI and EXEC are two of them"
    finally:
        await connected.close()


def test_each_kind_of_connection_packs_what_it_sends_by_one_method() -> None:
    assert "pack_command" in vars(AbstractConnection)
    for kind in (Connection, SSLConnection, SentinelManagedConnection):
        assert kind.pack_command is AbstractConnection.pack_command


def test_connections_by_tls_and_by_a_sentinel_are_counted() -> None:
    for url, kind in (
        ("rediss://localhost:1", SSLConnection),
        ("redis+sentinel://localhost:1/it", SentinelManagedConnection),
    ):
        pool = connect(url).client.connection_pool
        assert issubclass(pool.connection_class, kind)
        assert pool.connection_class is not kind
