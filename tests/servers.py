"""Private servers for tests: a free loopback port, a folder of their own, stopped by process id."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

PATIENCE = 60.0
"""Seconds that anything may take on a machine that others use too."""
PAUSE = 0.02
"""Seconds between two looks at a real process."""
TRIES = 5
PORTS = range(13_000, 26_000)
"""Below those that systems hand out to clients, and away from the engines' own defaults."""
_taken: set[int] = set()
"""Ports this process has handed out: none twice, though a server of it may be gone."""


def free_port() -> int:
    """Return a port that nobody listens on, and that no other test gets."""
    while True:
        port = random.SystemRandom().choice(PORTS)
        if port not in _taken and not listens(port) and _is_bindable(port):
            _taken.add(port)
            return port


def listens(port: int) -> bool:
    """Return True for a port that takes connections."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_bindable(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def binary(name: str, *folders: str) -> str:
    """Return the path of a server's binary; without it the test skips."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *folders])
    found = shutil.which(name, path=path)
    if found is None:
        pytest.skip(f"{name} is not installed; .ci/run shows the package it comes in")
    return found


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server takes connections.

    Raises: RuntimeError when it ended or never answers.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        if listens(port):
            return
        time.sleep(PAUSE)  # a real process starts in real time
    raise RuntimeError(f"no server answered on port {port}")


def children_of(parent: int) -> list[int]:
    """Return the children of a process, where the system shows them (Linux)."""
    everybody = [int(place.name) for place in Path("/proc").glob("[0-9]*")]
    return [pid for pid in everybody if _read_stat(pid)[1:2] == [str(parent)]]


def is_alive(pid: int) -> bool:
    """Return False for a process that is gone, or a zombie: nobody is there to bury it."""
    return _read_stat(pid)[:1] not in ([], ["Z"])


def _read_stat(pid: int) -> list[str]:
    """Return what /proc shows of a process from its state on; nothing when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


class Engine:
    """One server process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._start_anywhere()

    @property
    def url(self) -> str:
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        """Start it at its port, and wait until it answers."""
        self.process = subprocess.Popen(
            self.command(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self.as_whom(),
            group=self.as_whom(),
        )
        wait_for_port(self.port, self.process)

    def _start_anywhere(self) -> None:
        """Start it, at another port when somebody was faster."""
        for _ in range(TRIES):
            try:
                self.start()
            except RuntimeError:
                self.kill()
                self.port = free_port()
            else:
                return
        self.start()

    def as_whom(self) -> int | None:
        """Return the id of the user (and group) it runs as; None: whoever runs the tests."""
        return None

    def kill(self) -> None:
        """Stop it the hard way, as a crash would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(PATIENCE)
            self.process = None


class RedisServer(Engine):
    """A redis-server without persistence, with options of one's own."""

    def __init__(self, folder: Path, *options: str, scheme: str = "redis") -> None:
        self._options = options
        self._scheme = scheme
        self._binary = binary("redis-server")
        super().__init__(folder)

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        ports = ["--port", str(self.port)]
        if self._scheme == "rediss":
            ports = ["--port", "0", "--tls-port", str(self.port)]
        fixed = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        return [self._binary, *ports, *fixed, "--dir", str(self.folder), *self._options]
