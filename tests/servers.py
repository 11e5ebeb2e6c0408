"""Private servers for tests: a free loopback port, a folder of their own, stopped by process id."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

PATIENCE = 15.0
"""Seconds a server may take to answer."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def binary(name: str, *folders: str) -> str:
    """Return the path of a server's binary; without it the test skips."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *folders]))
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
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)  # a real process starts in real time
    raise RuntimeError(f"no server answered on port {port}")


def children_of(parent: int) -> list[int]:
    """Return the children of a process, where the system tells them (Linux)."""
    everybody = [int(place.name) for place in Path("/proc").glob("[0-9]*")]
    return [pid for pid in everybody if _told_of(pid)[1:2] == [str(parent)]]


def is_alive(pid: int) -> bool:
    return _told_of(pid)[:1] not in ([], ["Z"])  # a zombie: nobody is there to bury it


def _told_of(pid: int) -> list[str]:
    """Return what /proc tells of a process from its state on; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


class RedisServer:
    """A redis-server without persistence."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._binary = binary("redis-server")
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

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
