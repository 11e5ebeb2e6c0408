"""`attach` before an app: how many requests it takes, beside a bare relay and mitmdump."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from session_inspector.devserver.core.clock import stopwatch
from tests.benchmarks.load import hit
from tests.benchmarks.rounds import lower_quartile, ratio_line
from tests.benchmarks.table import Line
from tests.mitm import MITMDUMP, PINS, Mitmdump
from tests.servers import free_port, wait_for_port

COOKIE = f"__session={'s' * 1500}; theme=dark"
REQUEST = f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {COOKIE}\r\n\r\n".encode()
ONE_BY_ONE = 500
SECONDS = 1
ROUNDS = 5
OF_A_RELAY = 0.5
"""Of the requests a second of a relay that reads nothing of them."""
OF_MITMPROXY = 5.0
"""Times the requests a second of mitmdump."""
SHARED = "the load, the app and the proxy share the machine's cores"


@dataclass(slots=True)
class Figures:
    """What was measured at one port, round by round."""

    waits: list[float] = field(default_factory=list)
    """Milliseconds of the median request, one after the other."""
    costs: list[float] = field(default_factory=list)
    """Seconds a request, of 16 connections at once."""


async def measure(folder: Path) -> list[Line]:
    """Compare the app behind `attach`, behind a bare relay, and behind mitmdump, in turns."""
    cookies = folder / "cookies.txt"
    cookies.write_text(COOKIE + "\n")
    with ExitStack() as stack:
        app = stack.enter_context(plain())
        ports = {"app": app, "ours": stack.enter_context(attached(app))[0]}
        ports["relay"] = stack.enter_context(_relayed(app))
        if MITMDUMP.exists():
            peer = Mitmdump(folder, f"http://127.0.0.1:{app}")
            stack.callback(peer.stop)
            ports["mitmdump"] = peer.port
        found = _take_turns(ports, cookies)
    return [
        _rate_line("a bare relay", found, "relay", OF_A_RELAY),
        _rate_line(_pinned(), found, "mitmdump", OF_MITMPROXY),
        _added_line(found),
    ]


def _take_turns(ports: dict[str, int], cookies: Path) -> dict[str, Figures]:
    found = {name: Figures() for name in ports}
    for number in range(ROUNDS + 1):
        for name, port in ports.items():
            wait = median(port)
            rate = hit(port, cookies, SECONDS).rate
            if number:  # the first is warming up
                found[name].waits.append(wait)
                found[name].costs.append(1 / rate)
    return found


def _rate_line(name: str, found: dict[str, Figures], of: str, limit: float) -> Line:
    title = f"requests a second, 16 connections, to {name}"
    peer: tuple[str, list[float] | None] = ("not installed: bash tests/engines.sh", None)
    if of in found:
        peer = (name, found[of].costs)
    return ratio_line(title, found["ours"].costs, peer, limit=limit, bound=SHARED)


def _added_line(found: dict[str, Figures]) -> Line:
    direct = lower_quartile(found["app"].waits)
    ours = lower_quartile(found["ours"].waits) - direct
    relay = lower_quartile(found["relay"].waits) - direct
    return Line(
        name="added to the median request, one by one",
        ours=f"{ours:.2f} ms",
        peer=f"a bare relay: {relay:.2f} ms",
        ratio=ours / relay,
        limit=None,
        rule="at most",
    )


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
def _relayed(app: int) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.apps.relay", str(port), str(app)]
    with _process(command, port):
        yield port


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
