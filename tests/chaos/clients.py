"""Many clients that write through a server, and remember what it acknowledged."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.servers import free_port, wait_for_port
from tests.waiting import PATIENCE

ROOT = Path(__file__).parent.parent.parent


def start_server(path: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start a server of one file; returns it and its port once it listens."""
    port = free_port()
    command = [sys.executable, "-m", "tests.chaos.server", str(path), str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    wait_for_port(port, process)
    return process, port


@dataclass
class Clients:
    """Each creates a session and rewrites it, again and again, until its server is gone."""

    url: str
    name: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    """Session to the last version that the server confirmed."""
    refused: list[str] = field(default_factory=list)
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    """Set after `begun` confirmations."""
    begun: int = 20

    async def write(self, count: int, *, until: int) -> None:
        """Let `count` clients write; `enough` is set after `until` confirmations."""
        limits = httpx.Limits(max_connections=count)
        async with httpx.AsyncClient(base_url=self.url, limits=limits, timeout=PATIENCE) as http:
            await asyncio.gather(*(self._client(http, number, until) for number in range(count)))

    async def _client(self, http: httpx.AsyncClient, number: int, until: int) -> None:
        turn = 0
        while True:
            key = f"{self.name}-{number}-{turn}"
            turn += 1
            for version in (1, 2, 3):
                if self.enough.is_set():
                    return
                try:
                    answer = await http.post(f"/{key}", params={"version": version})
                except httpx.HTTPError:
                    return  # the server was killed
                if answer.status_code != 200:
                    self.refused.append(answer.text)
                    return
                self.acknowledged[key] = version
                if len(self.acknowledged) >= self.begun:
                    self.started.set()
                if len(self.acknowledged) >= until:
                    self.enough.set()
