"""The canary of redis-py: each private member that is used, and what its public ones must take."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path

import redis.asyncio as aio
from redis.asyncio.connection import AbstractConnection

from session_inspector.devserver.stores.redis import driver
from session_inspector.devserver.stores.redis.driver import stream_writer
from tests.servers import RedisServer

ROOT = Path(__file__).parents[4]
PRIVATE = "connection._writer"


def test_one_module_reaches_for_private_members() -> None:
    found = [
        path.relative_to(ROOT).as_posix()
        for top in ("devserver/stores", "devserver/attach/rows")
        for path in (ROOT / top).rglob("*.py")
        if PRIVATE in path.read_text()
    ]
    assert found == ["devserver/stores/redis/driver.py"]
    assert inspect.getsource(driver).count("._") == 1


async def test_a_connection_has_its_writer_while_it_is_open(redis_server: RedisServer) -> None:
    client = aio.Redis.from_url(redis_server.url)
    pool = client.connection_pool
    connection = await pool.get_connection()  # type: ignore[no-untyped-call]  # the driver's
    assert isinstance(stream_writer(connection), asyncio.StreamWriter)
    await connection.disconnect(nowait=True)
    assert stream_writer(connection) is None
    await pool.release(connection)
    await client.aclose()


def test_an_answer_is_read_without_a_timer_and_without_decoding() -> None:
    parameters = inspect.signature(AbstractConnection.read_response).parameters
    assert {"timeout", "disable_decoding"} <= set(parameters)


def test_a_connection_hangs_up_at_once() -> None:
    assert "nowait" in inspect.signature(AbstractConnection.disconnect).parameters
