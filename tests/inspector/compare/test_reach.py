"""Real servers on ports of their own are found; what is not there is named, with the reason."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from session_inspector.inspector.compare import reach
from session_inspector.inspector.compare.places import PRIVATE, Place
from session_inspector.inspector.compare.reach import Limits, find_places
from tests.engines import DynamoServer, MongoServer, PostgresServer, RedisNode
from tests.servers import RedisServer, free_port
from tests.waiting import PATIENCE

KINDS = ("redis", "postgresql", "mongodb", "dynamodb")
PATIENT = Limits(connect=PATIENCE, greet=PATIENCE)
"""For servers that are there: a busy machine is no reason to miss one."""


def nowhere() -> dict[str, int]:
    return {kind: free_port() for kind in KINDS}


def by_kind(places: list[Place]) -> dict[str, Place]:
    return {place.name.split()[0]: place for place in places if place.source in ("found", "absent")}


@contextmanager
def listening() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        port: int = server.getsockname()[1]
        yield port


def test_with_nothing_there_each_kind_has_its_reason() -> None:
    ports = nowhere()
    places = find_places([], {}, ports)
    assert [place.name for place in places[:3]] == ["stateless", "memory", PRIVATE]
    assert [(p.name, p.source, p.problem) for p in places[3:]] == [
        (f"{kind} 127.0.0.1:{ports[kind]}", "absent", "nothing listens") for kind in KINDS
    ]


def test_what_is_there_is_found(
    redis_server: RedisServer,
    postgres_server: PostgresServer,
    mongodb_server: MongoServer,
    dynamodb_server: DynamoServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGUSER", "postgres")  # the driver reads it
    ports = {
        "redis": redis_server.port,
        "postgresql": postgres_server.port,
        "mongodb": mongodb_server.port,
        "dynamodb": dynamodb_server.port,
    }
    found = by_kind(find_places([], {}, ports, limits=PATIENT))
    assert {kind: (place.source, place.problem) for kind, place in found.items()} == {
        kind: ("found", "") for kind in KINDS
    }


def test_the_environment_comes_before_the_port(redis_server: RedisServer) -> None:
    found = by_kind(find_places([], {"REDIS_URL": redis_server.url}, nowhere(), limits=PATIENT))
    assert found["redis"].source == "found"
    assert found["redis"].url == redis_server.url


def test_a_named_store_is_named_and_not_found(redis_server: RedisServer) -> None:
    ports = nowhere() | {"redis": redis_server.port}
    places = find_places([redis_server.url], {}, ports)
    assert [p.source for p in places if p.name.startswith("redis")] == ["named"]


def test_a_host_elsewhere_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def listens(url: str, limit: float) -> str:
        asked.append(url)
        return "nothing listens"

    monkeypatch.setattr(reach, "_connect", listens)
    env = {"REDIS_URL": "redis://cache.example.com", "PGHOST": "10.0.0.1"}
    found = by_kind(find_places([], env, nowhere()))
    assert "when you name it" in found["redis"].problem
    assert "when you name it" in found["postgresql"].problem
    assert [url.partition(":")[0] for url in asked] == ["mongodb", "dynamodb"]


def test_who_wants_a_password_says_so(tmp_path: Path) -> None:
    node = RedisNode(tmp_path, "--requirepass", "x")
    try:
        found = by_kind(find_places([], {}, nowhere() | {"redis": node.port}, limits=PATIENT))
    finally:
        node.kill()
    assert found["redis"].source == "absent"
    assert found["redis"].problem.startswith("it asks who you are: name its whole URL")


def test_a_missing_driver_is_named_with_its_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("session_inspector.devserver.stores.urls.find_spec", lambda name: None)
    with listening() as port:
        found = by_kind(find_places([], {}, nowhere() | {"redis": port}))
    assert found["redis"].problem.endswith("Fix: pip install 'session-inspector[redis]'")


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_says_nothing_does_not_hold_up(kind: str) -> None:
    limits = Limits(connect=PATIENCE, greet=0.5)
    with listening() as port:
        found = by_kind(find_places([], {}, nowhere() | {kind: port}, limits=limits))
    assert found[kind].source == "absent"
    assert "says nothing" in found[kind].problem


class Website(BaseHTTPRequestHandler):
    """What often stands at port 8000."""

    def do_POST(self) -> None:
        self.send_response(404)
        self.end_headers()
        self.wfile.write(b"<h1>Not found</h1>")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_another_server_on_the_port_is_no_store() -> None:
    with HTTPServer(("127.0.0.1", 0), Website) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            found = by_kind(
                find_places([], {}, nowhere() | {"dynamodb": server.server_port}, limits=PATIENT)
            )
        finally:
            server.shutdown()
            thread.join()
    assert found["dynamodb"].source == "absent"
    assert "DynamoDB" in found["dynamodb"].problem
    assert "\n" not in found["dynamodb"].problem
