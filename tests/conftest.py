"""Servers shared by the whole run; each is started when the first test asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.engines import (
    DynamoServer,
    MongoServer,
    PostgresServer,
    RedisCluster,
    RedisSentinel,
)
from tests.servers import RedisServer

# a busy machine is no failure of the code; CI repeats the same examples, a developer finds new ones
settings.register_profile("calm", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("calm")


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = PostgresServer(tmp_path_factory.mktemp("postgres"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def mongodb_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoServer]:
    server = MongoServer(tmp_path_factory.mktemp("mongodb"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def dynamodb_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DynamoServer]:
    server = DynamoServer(tmp_path_factory.mktemp("dynamodb"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def redis_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisCluster]:
    server = RedisCluster(tmp_path_factory.mktemp("redis_cluster"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def redis_sentinel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisSentinel]:
    server = RedisSentinel(tmp_path_factory.mktemp("redis_sentinel"))
    yield server
    server.kill()
