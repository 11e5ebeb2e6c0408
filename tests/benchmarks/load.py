"""A closed loop of requests against one server: 16 connections, each with the next cookie."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from session_inspector.devserver.core.clock import stopwatch

CONNECTIONS = 16
SCRIPT = """
local requests, n = {}, 0
function init()
  for line in io.lines("%s") do
    requests[#requests + 1] = wrk.format("GET", "/", {["Cookie"] = line})
  end
end
function request() n = n %% #requests + 1; return requests[n] end
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run."""

    requests: int
    seconds: float
    p50: float
    p99: float
    """Milliseconds."""

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def tool() -> str:
    """Return what makes the load, for the table."""
    return "wrk" if shutil.which("wrk") else "an asyncio client"


def hit(port: int, cookies: Path, seconds: int) -> Sample:
    """Request / for some seconds; `cookies` has one Cookie header a line.

    Raises: RuntimeError for an answer that is not 200.
    """
    if shutil.which("wrk"):
        return _wrk(port, cookies, seconds)
    command = [sys.executable, "-m", __name__, str(port), str(cookies), str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=pin_load)
    requests, took, p50, p99 = done.stdout.split()
    return Sample(int(requests), float(took), float(p50), float(p99))


def pin_load() -> None:
    """Keep this process on the first CPU; the server has the second."""
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {0})


def pin_server() -> None:
    """Keep this process on the second CPU."""
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})


def _wrk(port: int, cookies: Path, seconds: int) -> Sample:
    script = cookies.with_suffix(".lua")
    script.write_text(SCRIPT % cookies)
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--latency",
        "-s",
        str(script),
        f"http://127.0.0.1:{port}",
    ]
    said = subprocess.run(command, capture_output=True, text=True, preexec_fn=pin_load).stdout
    total = re.search(r"(\d+) requests in ([\d.]+)s", said)
    if total is None or "Non-2xx" in said:
        raise RuntimeError(f"the load went wrong: {said[-300:]}")
    return Sample(int(total[1]), float(total[2]), _latency(said, "50%"), _latency(said, "99%"))


def _latency(said: str, rank: str) -> float:
    found = re.search(rf"{rank}\s+([\d.]+)(us|ms|s)\b", said)
    assert found is not None, said
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


async def _loop(port: int, lines: list[str], until: float, took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for line in cycle(lines):
        start = stopwatch()
        if start > until:
            break
        writer.write(f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {line}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if length is None:  # chunked: node
            while await reader.readline() != b"0\r\n":
                pass
            await reader.readline()
        else:
            await reader.readexactly(int(length[1]))
        took.append(stopwatch() - start)
    writer.close()


async def _own(port: int, lines: list[str], seconds: int) -> None:
    start = stopwatch()
    took = list[float]()
    loops = (_loop(port, lines[n:] + lines[:n], start + seconds, took) for n in range(CONNECTIONS))
    await asyncio.gather(*loops)
    took.sort()
    ranks = [took[len(took) * rank // 100] * 1000 for rank in (50, 99)]
    print(len(took), stopwatch() - start, *ranks)


if __name__ == "__main__":
    import uvloop

    uvloop.run(_own(int(sys.argv[1]), Path(sys.argv[2]).read_text().splitlines(), int(sys.argv[3])))
