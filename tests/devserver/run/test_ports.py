"""The port of an app: of those that are open the right one, and those of a compose file."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from session_inspector.devserver.run.ports import (
    OpenPort,
    choose_port,
    find_open_ports,
    is_still_open,
    listens,
    read_published_ports,
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        yield found


def test_ports_of_a_process_are_seen(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    assert OpenPort(port) in find_open_ports([psutil.Process()])
    assert listens(port) == OpenPort(port)


def test_of_a_known_port_its_own_process_is_asked(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    (known,) = (one for one in find_open_ports([psutil.Process()]) if one.port == port)
    assert known.pid == psutil.Process().pid
    assert is_still_open(known)
    listener.close()
    assert not is_still_open(known)
    assert not is_still_open(OpenPort(port)), "nobody knows whose it is"
    assert not is_still_open(OpenPort(port, pid=2**22 + 1)), "its process has gone"


def test_a_listener_on_every_address_is_reached_at_loopback() -> None:
    with closing(socket.create_server(("", 0))) as found:
        port = found.getsockname()[1]
        assert OpenPort(port) in find_open_ports([psutil.Process()])


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_a_listener_on_ipv6_alone_is_reached_there() -> None:
    try:
        found = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no ::1")
    with closing(found):
        port = found.getsockname()[1]
        assert OpenPort(port, "::1") in find_open_ports([psutil.Process()])
        assert listens(port) == OpenPort(port, "::1")


def test_a_closed_port_listens_nowhere(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    assert listens(port) is None


@pytest.mark.parametrize(
    ("ports", "wanted", "chosen"),
    [
        ([], 5000, None),
        ([3000, 5392], 5392, 5392),
        ([9229, 3000], 5392, 3000),
        ([9229], 5392, None),
        ([4173, 24678], 0, 4173),
        ([6000, 5173], 0, 5173),
        ([7001, 7000], 0, 7000),
    ],
)
def test_of_several_ports_the_apps_own_is_chosen(
    ports: list[int], wanted: int, chosen: int | None
) -> None:
    found = choose_port(sorted(map(OpenPort, ports)), wanted)
    assert (found and found.port) == chosen


COMPOSE = """
services:
  web:
    ports: ["3000:80", "127.0.0.1:3001:81/tcp", 9000, "5000-5002:80-82", "${PORT:-4000}:80"]
  api:
    ports:
      - target: 80
        published: "8080"
  db:
    image: postgres
  odd:
    ports: none
"""


def test_published_ports_are_the_hosts_side(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text(COMPOSE)
    assert read_published_ports(tmp_path) == [3000, 3001, 5000, 5001, 5002, 4000, 8080]


@pytest.mark.parametrize("text", ["", "[", "services: 3", "services: {a: {ports: [[1]]}}", "\0"])
def test_a_damaged_compose_file_publishes_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(text)
    assert read_published_ports(tmp_path) == []
    assert read_published_ports(tmp_path / "elsewhere") == []
