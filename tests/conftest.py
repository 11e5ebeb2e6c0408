"""Servers shared by the whole run; each is started when the first test asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.servers import RedisServer

# a busy machine is no failure of the code; CI repeats the same examples, a developer finds new ones
settings.register_profile("calm", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("calm")


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()
