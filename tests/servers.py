"""Private servers for tests: a free loopback port, a folder of their own, stopped by process id.

A port that the system gives and that is let go of again may be given to somebody else before its
server binds it. So each worker takes its ports one after the other from a slice of its own, below
those that the system hands out (32768 on Linux).
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import ClassVar, Protocol

import pytest
import redis

from tests.waiting import PATIENCE, eventually

PORTS = range(20_000, 32_000)
SLICE = 1_000
"""Ports of one worker."""
TRIES = 3


def ports_of(worker: str) -> range:
    """Return the ports of a worker of pytest-xdist (`gw3`); of a single process the first slice."""
    digits = "".join(filter(str.isdecimal, worker))
    slices = len(PORTS) // SLICE
    number = (int(digits) + 1) % slices if digits else 0
    return PORTS[number * SLICE : (number + 1) * SLICE]


def _own_ports() -> Iterator[int]:
    """Yield the ports of this process, again and again; two runs at once begin apart."""
    own = ports_of(os.environ.get("PYTEST_XDIST_WORKER", ""))
    begin = os.getpid() % SLICE
    return cycle([*own[begin:], *own[:begin]])


_ports = _own_ports()


def free_port() -> int:
    """Return a loopback port that nobody listens on, and that this process gave to nobody."""
    return next(port for port in _ports if _can_be_bound(port))


def _can_be_bound(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def listens(port: int) -> bool:
    """Check whether a server takes connections on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def binary(name: str, *folders: str) -> str:
    """Return the path of a server's binary; without it the test skips."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *folders]))
    if found is None:
        pytest.skip(f"{name} is not installed; .ci/run shows the package it comes in")
    return found


class ServerEnded(RuntimeError):
    """A server ended before it took a connection: most often somebody else has its port."""


class Startable(Protocol):
    port: int

    def start(self) -> None: ...


def start_on_free_port(server: Startable) -> None:
    """Start a server; anew on another port when somebody was quicker. Raises: ServerEnded."""
    for _ in range(TRIES - 1):
        server.port = free_port()
        with suppress(ServerEnded):
            server.start()
            return
    server.port = free_port()
    server.start()


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server takes connections.

    Raises: ServerEnded; AssertionError when it never answers.
    """

    def answers() -> bool:
        if process.poll() is not None:
            raise ServerEnded(f"the server ended with code {process.returncode}")
        return listens(port)

    eventually(answers)


def children_of(parent: int) -> list[int]:
    """Return the children of a process, where the system shows them (Linux)."""
    everybody = [int(place.name) for place in Path("/proc").glob("[0-9]*")]
    return [pid for pid in everybody if _stat_of(pid)[1:2] == [str(parent)]]


def is_alive(pid: int) -> bool:
    return _stat_of(pid)[:1] not in ([], ["Z"])  # a zombie: nobody is there to bury it


def _stat_of(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on; none when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


class RedisServer:
    """A redis-server without persistence."""

    shared: ClassVar[list[RedisServer]] = []
    """Those that files share."""

    @classmethod
    def start_shared(cls, folder: Path) -> RedisServer:
        """Start one that is emptied after each file."""
        server = cls(folder)
        cls.shared.append(server)
        return server

    def empty(self) -> None:
        """Drop all rows; one that was stopped has none."""
        with redis.Redis(port=self.port) as client, suppress(redis.ConnectionError):
            client.flushall()

    def __init__(self, folder: Path) -> None:
        self.port = 0
        self._folder = folder
        self._binary = binary("redis-server")
        self._process: subprocess.Popen[bytes] | None = None
        start_on_free_port(self)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = [
            self._binary,
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(self._folder),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_for_port(self.port, self._process)

    def kill(self) -> None:
        """Stop it the hard way, as a crash would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(PATIENCE)
            self._process = None
