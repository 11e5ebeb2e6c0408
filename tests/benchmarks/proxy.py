"""`attach` before an app: what it adds to a request, and how many it takes; beside mitmdump."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from session_inspector.devserver.core.clock import stopwatch
from tests.benchmarks.load import hit
from tests.benchmarks.table import Line
from tests.mitm import MITMDUMP, PINS, Mitmdump
from tests.servers import free_port, wait_for_port

COOKIE = f"__session={'s' * 1500}; theme=dark"
REQUEST = f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {COOKIE}\r\n\r\n".encode()
ONE_BY_ONE = 3_000
SECONDS = 4
ADDED = 1.0
"""Milliseconds that the proxy may add to the median request."""
RATE = 2_000.0
"""Requests a second it must keep."""


async def measure(folder: Path) -> list[Line]:
    """Compare the app alone, behind `attach`, and behind mitmdump."""
    cookies = folder / "cookies.txt"
    cookies.write_text(COOKIE + "\n")
    with plain() as app:
        direct, _ = _figures(app, cookies)
        with attached(app) as (port, _):
            ours, rate = _figures(port, cookies)
        peer = _mitmdump(app, cookies)
    return [*_targets(ours - direct, rate), *_beside(ours - direct, rate, direct, peer)]


def _targets(added: float, rate: float) -> list[Line]:
    return [
        Line(
            name="added to the median request, one by one",
            ours=f"{added:.2f} ms",
            peer=f"limit {ADDED:g} ms",
            ratio=added / ADDED,
            limit=1,
            rule="at most",
        ),
        Line(
            name="requests a second, 16 connections",
            ours=f"{rate:,.0f}/s",
            peer=f"limit {RATE:,.0f}/s",
            ratio=rate / RATE,
            limit=1,
            bound="the load, the app and the proxy share the machine's cores",
        ),
    ]


def _beside(
    added: float, rate: float, direct: float, peer: tuple[float, float] | None
) -> list[Line]:
    theirs, its_rate = (peer[0] - direct, peer[1]) if peer else (None, None)
    missing = "mitmdump, not installed: bash tests/engines.sh"
    return [
        Line(
            name="added, beside mitmdump's",
            ours=f"{added:.2f} ms",
            peer=missing if theirs is None else f"{_pinned()}: {theirs:.2f} ms",
            ratio=None if theirs is None else theirs / added,
            limit=None,
        ),
        Line(
            name="requests a second, beside mitmdump's",
            ours=f"{rate:,.0f}/s",
            peer=missing if its_rate is None else f"{_pinned()}: {its_rate:,.0f}/s",
            ratio=None if its_rate is None else rate / its_rate,
            limit=None,
        ),
    ]


def median(port: int) -> float:
    """Return the median milliseconds of requests one after the other on one connection."""
    times: list[float] = []
    with socket.create_connection(("127.0.0.1", port), 10) as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(ONE_BY_ONE):
            start = stopwatch()
            link.sendall(REQUEST)
            answer = b""
            while not answer.endswith(b"\r\n\r\nok"):
                part = link.recv(65_536)
                if not part:
                    raise RuntimeError(f"port {port} closed the connection: {answer[:80]!r}")
                answer += part
            times.append((stopwatch() - start) * 1000)
    return statistics.median(times)


def _figures(port: int, cookies: Path) -> tuple[float, float]:
    median(port)  # warm
    return median(port), hit(port, cookies, SECONDS).rate


def _mitmdump(app: int, cookies: Path) -> tuple[float, float] | None:
    if not MITMDUMP.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        peer = Mitmdump(Path(folder), f"http://127.0.0.1:{app}")
        try:
            return _figures(peer.port, cookies)
        finally:
            peer.stop()


def _pinned() -> str:
    return PINS.read_text().splitlines()[-1].replace("==", " ")


@contextmanager
def plain() -> Iterator[int]:
    """Run the app alone; yields its port."""
    port = free_port()
    with _process([sys.executable, "-m", "tests.benchmarks.apps.plain", str(port)], port):
        yield port


@contextmanager
def attached(app: int) -> Iterator[tuple[int, int]]:
    """Run the proxy before an app; yields its port and process id."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "session_inspector",
        "attach",
        f"http://127.0.0.1:{app}",
        "--headless",
        "--port",
        str(port),
        "--secret",
        "a-session-secret-of-32-bytes-or-more",
    ]
    with _process(command, port) as pid:
        yield port, pid


@contextmanager
def _process(command: list[str], port: int) -> Iterator[int]:
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            command,
            env={**os.environ, "HOME": home},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for_port(port, process)
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
