"""A Redis of a file's own, emptied before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis

from tests.servers import RedisServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    found = RedisServer(tmp_path_factory.mktemp("redis"))
    yield found
    found.kill()


@pytest.fixture
def client(server: RedisServer) -> Iterator[redis.Redis]:
    found = redis.Redis.from_url(server.url)
    found.flushall()
    yield found
    found.close()
